"""Why a comment was decided as it was, in plain words."""

from __future__ import annotations

import pytest

from moderation.checks.catalogue import CHECKS
from moderation.policy import load_policy
from moderation.policy.explain import explain
from moderation.policy.files import policy_path
from moderation.policy.plain import PlainWords
from moderation.vocabulary import Action, DecisionInput, Field, Label, Scores, Signal, Span
from tests.policy.factories import NOW

POLICY = load_policy(policy_path("default").read_text(encoding="utf-8"), path="default", checks=CHECKS)
WORDS = PlainWords(POLICY.rules.thresholds, POLICY.limits, CHECKS)
SENTENCES = {
    rule.id: WORDS.rule(rule, program.tree)
    for rule, program in zip(POLICY.rules.rules, POLICY.rules.compiled.programs, strict=True)
}


def given(*signals: Signal, **values: float) -> DecisionInput:
    whole = dict.fromkeys(map(str, Label), 0.01) | values
    spans = (Span(8, 14, "insult"), Span(0, 3, "threat"))
    return DecisionInput(NOW, signals, {Field.TEXT: Scores(whole, "ngrams", "1", spans=spans)})


def test_it_names_what_held_with_its_value_and_where() -> None:
    found = explain(
        POLICY, given(Signal("suspect_words", 2, Field.TEXT, (Span(1, 5, "suspect"),)), insult=0.87), CHECKS
    )
    assert [one.rule for one in found.why] == ["abuse", "insult"]
    abuse, insult = found.why
    assert [held.words for held in abuse.found] == ["words of the suspect lists"]
    assert [(place.start, place.end) for place in abuse.places] == [(1, 5)]
    assert insult.found[0].values == {"score.insult": 0.87}
    assert [(place.start, place.end, place.label) for place in insult.places] == [(8, 14, "insult")]
    assert "    held: insult: at least likely (0.60) (score.insult = 0.87)" in found.lines()


def test_a_missing_answer_is_told_first() -> None:
    found = explain(POLICY, given(Signal("links", value=0, unavailable=True)), CHECKS)
    assert found.lines()[1] == "  could not answer: links"
    assert found.decision.action is Action.HOLD


def test_a_published_comment_says_that_no_rule_fired() -> None:
    assert explain(POLICY, given(), CHECKS).lines()[1] == "  no rule fired"


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("insult", "Insult: at least likely (0.60) → it waits for a person, within 4 hours; ground: insulting."),
        (
            "call_for_help",
            "The writer may be about to hurt themselves → its author gets help, and it comes first in the queue, at once.",
        ),
        (
            "too_long",
            "The comment's length in characters: more than the limit of 2000 → it is not published; ground: length.",
        ),
        (
            "rumour",
            "A claim from the editor's list of unverified claims; or (checkworthy: at least likely (0.80) and the reason why"
            " the article is sensitive: told) → it waits for a person, within 2 hours; ground: misleading.",
        ),
    ],
)
def test_a_rule_is_told_in_plain_words(rule: str, sentence: str) -> None:
    assert SENTENCES[rule] == sentence


def test_no_sentence_of_the_default_policy_shows_the_names_of_the_language() -> None:
    for sentence in SENTENCES.values():
        assert not any(mark in sentence for mark in ("&&", "||", "check.", "score.", "article.", ">="))
