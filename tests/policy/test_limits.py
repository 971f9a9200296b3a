"""A policy's limits reach the checks that count."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from moderation.checks import run_checks
from moderation.checks.catalogue import CHECKS
from moderation.policy import Policy, PolicyInvalid, decide, load_policy
from moderation.policy.files import policy_path
from moderation.policy.lists import with_lists
from moderation.scoring.windows import LONGEST
from moderation.vocabulary import (
    Action,
    ArticleFacts,
    Comment,
    DecisionInput,
    Door,
    Facts,
    Field,
    Scores,
    SenderFacts,
    SiteFacts,
)

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
DEFAULT = policy_path("default").read_text(encoding="utf-8")


def limited(**limits: int) -> Policy:
    text = DEFAULT
    for name, most in limits.items():
        lines = text.splitlines()
        (at,) = [n for n, line in enumerate(lines) if line.startswith(f"  {name}:")]
        text = "\n".join([*lines[:at], f"  {name}: {most}", *lines[at + 1 :], ""])
    return load_policy(text, path="limited", checks=CHECKS)


def outcome(policy: Policy, facts: Facts) -> Action:
    facts = Facts(facts.author, facts.article, facts.sender, with_lists(facts.site, policy))
    signals = tuple(run_checks(Comment("A fair report.", Door.API), facts, NOW))
    scores = {Field.TEXT: Scores({}, "test", "1")}
    return decide(policy, DecisionInput(NOW, signals, scores, article=facts.article, sender=facts.sender)).action


@pytest.mark.parametrize(
    ("limit", "counted"),
    [
        ("sender_per_minute", "last_minute"),
        ("network_per_minute", "network_last_minute"),
        ("article_per_minute", "article_last_minute"),
    ],
)
@pytest.mark.parametrize("most", [2, 200])
def test_the_comment_past_a_limit_of_a_minute_waits_however_low_or_high_the_limit_is(
    limit: str, counted: str, most: int
) -> None:
    policy = limited(**{limit: most})
    within, past = (Facts(sender=SenderFacts(**{counted: before})) for before in (most - 1, most))
    assert outcome(policy, within) is Action.PUBLISH
    assert outcome(policy, past) is Action.HOLD


def test_an_article_closes_after_the_fewer_days_that_site_and_policy_set() -> None:
    policy = limited(close_after_days=10)
    for site, days, expected in ((0, 9, "publish"), (0, 10, "reject"), (5, 6, "reject"), (20, 12, "reject")):
        facts = Facts(article=ArticleFacts("a-1", age_days=days), site=SiteFacts(close_after_days=site))
        assert outcome(policy, facts) == expected, (site, days)


def test_a_comment_may_be_as_long_as_a_model_reads_it_and_no_longer() -> None:
    assert limited(characters=LONGEST).limits["characters"] == LONGEST
    with pytest.raises(PolicyInvalid) as caught:
        limited(characters=LONGEST + 1)
    assert [fault.message for fault in caught.value.faults] == [f"limit `characters` must lie between 0 and {LONGEST}"]
