"""What is remembered of rules: the answer that asking anew would give, on both sides of every constant and on it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from moderation.checks.catalogue import CHECKS as CATALOGUE
from moderation.policy import Policy, decide, load_policy, regions
from moderation.vocabulary import ArticleFacts, CommentFacts, DecisionInput, Signal
from tests.policy.factories import CHECKS, given, policy, rule
from tests.policy.test_properties import OWN, REAL, SHIPPED, cases, inputs, policies


def anew(rules: Policy) -> Policy:
    """The same policy with an empty memory."""
    return load_policy(rules.text, path=rules.name, checks=CATALOGUE if rules in SHIPPED.values() else CHECKS)


@cases
@drawn(rules=policies(), many=st.lists(inputs(OWN), min_size=1, max_size=6))
def test_a_policy_that_has_decided_much_decides_as_one_that_has_decided_nothing(rules, many):
    for one in many:
        decide(rules, one)
    assert [decide(rules, one) for one in many] == [decide(anew(rules), one) for one in many]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_shipped_policies_forget_nothing_that_matters(name):
    rules = SHIPPED[name]

    @cases
    @drawn(many=st.lists(inputs(REAL), min_size=2, max_size=4))
    def check(many):
        used = [decide(rules, one) for one in (*many, *many)]
        fresh = anew(rules)
        assert used == [decide(fresh, one) for one in (*many, *many)]

    check()


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!="])
@pytest.mark.parametrize("turned", [False, True])
def test_a_value_beside_a_constant_is_never_taken_for_one_on_it(sign, turned):
    written = [f"0.5 {sign} score.insult", f"10 {sign} comment.words"] if turned else []
    written = written or [f"score.insult {sign} 0.5", f"comment.words {sign} 10"]
    for when in written:
        rules = policy(rule(f"({when}) && check.link_count >= 0"))
        values = [math.nextafter(0.5, 0), 0.5, math.nextafter(0.5, 1), 0.0, 1.0]
        asked = [given(insult=value, comment=CommentFacts(words=words)) for value in values for words in (9, 10, 11)]
        assert [decide(rules, one) for one in asked * 2] == [decide(anew(rules), one) for one in asked * 2]


@pytest.mark.parametrize(
    ("when", "one", "other"),
    [
        ("now.getHours() > 11", given(), replace(given(), now=given().now + timedelta(hours=6))),
        (
            "comment.words * 2 > comment.characters",
            given(comment=CommentFacts(characters=10, words=5)),
            given(comment=CommentFacts(characters=10, words=6)),
        ),
        (
            'article.subjects.exists(s, s == "Rao")',
            given(),
            given(article=ArticleFacts(subjects=("Rao",))),
        ),
        ("check.block_word", given(Signal("block_word", value=False)), given(Signal("block_word", value=True))),
        ('check.shortener == "bit.ly"', given(), given(Signal("shortener", "bit.ly"))),
        ("10 / author.published > 2", given(), given(author=replace(given().author, published=4))),
    ],
)
def test_comments_that_a_rule_can_tell_apart_are_told_apart(when: str, one: DecisionInput, other: DecisionInput):
    rules = policy(rule(when))
    assert decide(rules, one) != decide(rules, other)
    assert decide(rules, one) == decide(anew(rules), one)


def test_alike_comments_are_asked_once_and_the_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(regions, "KEPT", 3)
    rules = policy(rule('article.section == "a" || score.insult >= likely'))
    first = decide(rules, given(insult=0.8))
    assert decide(rules, given(insult=0.9)).rules[0] is first.rules[0]
    for number in range(20):
        decide(rules, given(article=ArticleFacts(section=f"s{number}")))
    assert len(rules.rules.regions._known) <= 3
