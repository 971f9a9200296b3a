"""Why a comment is here: which words a reason marks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moderation.vocabulary import Action, Decision, DecisionInput, Field, FiredRule, Ground, Scores, Severity, Span
from moderation.web.why import explain

TEXT = "The clerk took money, that idiot."
SPANS = (Span(0, 9, "about"), Span(10, 20, "imputes"), Span(0, 20, "fact"), Span(27, 32, "toxicity"))


@pytest.mark.parametrize(
    ("label", "matched"),
    [
        ("defamation", ("The clerk", "took money")),
        ("insult", ("idiot",)),
        ("toxicity", ("idiot",)),
        ("checkworthy", ()),
    ],
)
def test_a_score_marks_the_words_that_the_model_marks_for_it(label: str, matched: tuple[str, ...]) -> None:
    fired = FiredRule("one", Ground.OTHER, Action.HOLD, Severity.LOW, timedelta(hours=1), signals=(f"score.{label}",))
    given = DecisionInput(datetime.now(UTC), (), {Field.TEXT: Scores({label: 0.9}, "embedded", "4", spans=SPANS)})
    why = explain(Decision(Action.HOLD, (Ground.OTHER,), (fired,), "p"), given, {"text": TEXT}, None)
    (reason,) = why.reasons
    assert reason.matched == matched
    assert tuple(TEXT[mark.start : mark.end] for mark in why.marks.get("text", ())) == matched


def test_words_within_words_of_the_same_reason_are_marked_once() -> None:
    spans = (Span(10, 33, "imputes"), Span(21, 33, "about"))
    fired = FiredRule("one", None, Action.HOLD, Severity.LOW, timedelta(hours=1), signals=("score.defamation",))
    given = DecisionInput(
        datetime.now(UTC), (), {Field.TEXT: Scores({"defamation": 0.9}, "embedded", "4", spans=spans)}
    )
    why = explain(Decision(Action.HOLD, (), (fired,), "p"), given, {"text": TEXT}, None)
    assert [(mark.start, mark.end) for mark in why.marks["text"]] == [(10, 33)]
    assert len(why.reasons[0].matched) == 2
