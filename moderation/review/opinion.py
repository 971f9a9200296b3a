"""Second opinions: two people judge the same case without seeing each other's view, and an editor settles it when they differ.

What this file decides
- Whoever asks says first what they would do themselves; that view stays hidden until the colleague has given theirs.
- The colleague is a named one or any. A case that is overdue is anybody's but the asker's, so that none waits for somebody
  who went home.
- Two that agree on publishing or rejecting have decided: the verdict is the second person's, on the second person's ground.
- Two that differ, or that agree on what only an editor may do, leave the case to an editor.
- Whoever asked may take the question back until it is answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.errors import Conflict, Forbidden, Invalid
from moderation.review.verdict import OpenCase, Ruling, refuse_groundless, refuse_stale
from moderation.vocabulary import Action, Ground


class OpinionResult(StrEnum):
    """How a question ended."""

    AGREED = "agreed"
    DISAGREED = "disagreed"
    NEEDS_EDITOR = "needs_editor"
    TAKEN_BACK = "taken_back"


class AskedAlready(Conflict):
    """a second opinion on this case was asked for already"""

    code = "opinion_asked"
    hint = "wait for the answer, or take the question back"


class NotAsked(Forbidden):
    """this second opinion is somebody else's to give"""

    code = "opinion_not_asked"
    hint = "leave this case to whoever was asked"


@dataclass(frozen=True, slots=True)
class View:
    """What a person would do."""

    by: str
    action: Action
    ground: Ground | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A case handed to a colleague (None: to any), with a note that the colleague reads and a view that they do not."""

    id: str
    site_id: str
    case_id: str
    version: int
    view: View
    asked_of: str | None
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """The second view on a question, and what came of both."""

    question: Question
    view: View
    result: OpinionResult
    at: datetime


def accept_question(case: OpenCase, question: Question) -> None:
    """Return if the case may be handed over so.

    Raises:
        StaleVerdict, AskedAlready, GroundMissing, Invalid.
    """
    asking = question.view
    refuse_stale(case, Ruling(question.site_id, question.case_id, question.version, asking.action, asking.by))
    if case.asked_by is not None:
        raise AskedAlready
    if asking.by == case.barred:
        raise NotAsked("whoever decided first has no say in the appeal")
    refuse_groundless(asking.action, asking.ground)
    if question.asked_of == asking.by:
        raise Invalid("a second opinion is another person's", hint="choose a colleague, or anybody")
    if question.asked_of is not None and question.asked_of == case.barred:
        raise Invalid("this colleague decided first and cannot judge the appeal", hint="choose another")


def may_answer(asked_by: str | None, asked_of: str | None, by: str, *, barred: str | None, overdue: bool) -> bool:
    """Whether the question that one person asked of another (None: of anybody) is `by`'s to answer."""
    if asked_by is None or by in {asked_by, barred}:
        return False
    return asked_of is None or asked_of == by or overdue


def weigh(question: Question, given: View) -> OpinionResult:
    """What two views come to."""
    return OpinionResult.AGREED if question.view.action is given.action else OpinionResult.DISAGREED
