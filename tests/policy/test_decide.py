"""What becomes of a comment under a policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.policy import decide
from moderation.vocabulary import Action, ArticleFacts, AuthorFacts, Field, Ground, Severity, Signal
from tests.policy.factories import HEAD, given, policy, rule, scores


def test_a_comment_without_fired_rules_is_published_with_the_policy_s_hash() -> None:
    rules = policy(rule("score.insult >= likely"))
    decision = decide(rules, given(insult=0.69))
    assert decision.action is Action.PUBLISH
    assert (decision.grounds, decision.rules, decision.reasons) == ((), (), ())
    assert decision.policy == rules.hash
    assert len(rules.hash) == 64


def test_a_word_means_the_label_s_own_number() -> None:
    rules = policy(rule("score.threat >= likely"))
    assert decide(rules, given(threat=0.5)).action is Action.HOLD
    assert decide(rules, given(threat=0.49)).action is Action.PUBLISH


def test_a_word_that_a_label_leaves_out_comes_from_default() -> None:
    rules = policy(rule("very_likely <= score.threat"))
    assert decide(rules, given(threat=0.9)).action is Action.HOLD
    assert decide(rules, given(threat=0.89)).action is Action.PUBLISH


def test_the_worst_field_counts() -> None:
    rules = policy(rule("score.insult >= likely"))
    fields = {Field.TEXT: scores(insult=0.1), Field.NAME: scores(insult=0.8)}
    assert decide(rules, given(fields=fields)).action is Action.HOLD


def test_a_banned_word_outranks_a_low_score() -> None:
    rules = policy(
        rule("check.block_word", "word", "reject", ", severity: high"), rule("score.insult >= possible", "insult")
    )
    decision = decide(rules, given(Signal("block_word", value=True), insult=0.41))
    assert decision.action is Action.REJECT
    assert [one.id for one in decision.rules] == ["word", "insult"]
    assert decision.rules[0].signals == ("check.block_word",)
    assert decision.rules[1].signals == ("score.insult",)
    assert decision.grounds == (Ground.INSULTING,)


def test_graver_rules_come_first_then_those_due_sooner() -> None:
    rules = policy(
        rule("true", "low"),
        rule("true", "grave_later", extra=", severity: critical, due: 2h"),
        rule("true", "grave_now", extra=", severity: critical, due: now"),
    )
    decision = decide(rules, given())
    assert [one.id for one in decision.rules] == ["grave_now", "grave_later", "low"]
    assert decision.severity is Severity.CRITICAL
    assert decision.due == timedelta(0)


def test_a_rule_that_publishes_leaves_the_comment_to_be_looked_at_afterwards() -> None:
    decision = decide(policy(rule("score.insult >= possible", then="publish")), given(insult=0.5))
    assert decision.action is Action.PUBLISH
    assert [one.id for one in decision.rules] == ["one"]
    assert (decision.grounds, decision.reasons) == ((), ())


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("check.link_count > 2", True),
        ("check.link_count > limits.links + 1", False),
        ("check.overlap >= 0.5", True),
        ('check.shortener == "bit.ly"', True),
        ("author.published < 3 && check.link_count > 0", True),
        ("!author.trusted", True),
        ('article.section in ["sport", "city"]', True),
        ('article.subjects.exists(name, name == "A. Body")', True),
        ('article.title.startsWith("The")', True),
        ('now > timestamp("2026-11-01T00:00:00Z") && now < timestamp("2026-12-01T00:00:00+05:30")', True),
        ("now.getHours() == 6", True),
        ("comment.fit", True),
        ("sample < 1.0", True),
        ("(author.trusted ? 0.1 : 0.9) > 0.5", True),
        ("double(author.published) / 2.0 > 0.4", True),
    ],
)
def test_expressions_reach_every_kind_of_fact(when: str, holds: bool) -> None:
    facts = given(
        Signal("link_count", value=3),
        Signal("overlap", value=0.5),
        Signal("shortener", value="bit.ly"),
        author=AuthorFacts(published=1),
        article=ArticleFacts(section="city", subjects=("A. Body",), title="The tram"),
    )
    assert decide(policy(rule(when)), facts).action is (Action.HOLD if holds else Action.PUBLISH)


def test_a_check_that_could_not_answer_holds_the_comment_visibly() -> None:
    decision = decide(policy(rule("check.block_word")), given(Signal("link_count", value=0, unavailable=True)))
    assert decision.action is Action.HOLD
    assert decision.unavailable == ("link_count",)
    assert decision.rules[0].id == "unavailable.link_count"
    assert decision.grounds == ()


@pytest.mark.parametrize(
    "fields",
    [{}, {Field.TEXT: scores(unavailable="past its deadline")}, {Field.TEXT: scores(insult=float("nan"))}],
    ids=["none", "late", "no_number"],
)
def test_a_policy_that_asks_for_scores_and_gets_none_holds(fields: dict[Field, object]) -> None:
    decision = decide(policy(rule("score.insult >= likely")), given(fields=fields))  # type: ignore[arg-type]
    assert decision.action is Action.HOLD
    assert decision.unavailable == ("scoring",)


def test_a_policy_without_scores_needs_none() -> None:
    assert decide(policy(rule("check.block_word")), given(fields={})).action is Action.PUBLISH


def test_a_signal_of_a_wrong_type_counts_as_a_missing_answer() -> None:
    decision = decide(policy(rule("check.link_count > 2")), given(Signal("link_count", value="many")))
    assert decision.unavailable == ("link_count",)
    assert decision.action is Action.HOLD


def test_a_rule_that_fails_while_it_runs_holds() -> None:
    decision = decide(policy(rule("10 / author.published > 2")), given())
    assert decision.unavailable == ("rule.one",)
    assert decision.action is Action.HOLD


def test_a_check_can_have_an_answer_of_its_own() -> None:
    head = HEAD + "  link_count: {then: publish, note: Links are read afterwards.}\n"
    decision = decide(
        policy(rule("check.block_word"), head=head), given(Signal("link_count", value=0, unavailable=True))
    )
    assert decision.action is Action.PUBLISH
    assert decision.rules[0].note == "Links are read afterwards."


def test_scores_of_an_unfit_language_are_ignored_unless_the_policy_uses_them() -> None:
    unfit = given(fields={Field.TEXT: scores(insult=0.99, fit=False)})
    assert decide(policy(rule("score.insult >= likely")), unfit).action is Action.PUBLISH
    assert decide(policy(rule("!comment.fit")), unfit).action is Action.HOLD
    using = policy(rule("score.insult >= likely"), tail="languages: {unfit_scores: use}\n")
    assert decide(using, unfit).action is Action.HOLD


def test_a_call_for_help_is_held_at_once_with_help_and_no_word_of_a_broken_rule() -> None:
    rules = policy(
        rule("check.block_word", "word", "reject"),
        "{id: help, when: check.self_harm, then: hold, severity: critical, due: now, help: true}",
    )
    decision = decide(rules, given(Signal("self_harm", value=True), Signal("block_word", value=True)))
    assert decision.action is Action.HOLD
    assert (decision.due, decision.severity) == (timedelta(0), Severity.CRITICAL)
    assert (decision.grounds, decision.reasons) == ((), ())
    assert decision.message == "You are not alone.\n- Call someone."
    assert {one.id for one in decision.rules} == {"help", "word"}


def test_a_section_has_its_own_thresholds_and_rules() -> None:
    tail = (
        "sections:\n  sport:\n    thresholds: {insult: {likely: 0.85}}\n    off: [links]\n"
        f"    rules:\n      - {rule('check.overlap > 0.5', 'pasted')}\n"
    )
    rules = policy(rule("score.insult >= likely", "insult"), rule("check.link_count > 0", "links"), tail=tail)
    heated, sport = given(Signal("link_count", value=1), insult=0.8), ArticleFacts(section="sport")
    assert [one.id for one in decide(rules, heated).rules] == ["insult", "links"]
    assert decide(rules, replace(heated, article=sport)).action is Action.PUBLISH
    assert decide(rules, given(Signal("overlap", value=0.9), article=sport)).action is Action.HOLD
