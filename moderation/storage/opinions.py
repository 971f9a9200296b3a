"""Second opinions in the store: asked, answered, taken back, and as the page of them lists them.

What this file decides
- The view of whoever asked leaves the store only for that person, for whoever has answered, and, once there is an answer, for
  everybody who works at the site.
- Asking and taking back raise the case's version, so that a page which was open meanwhile does not decide beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import Session

from moderation.errors import NotFound
from moderation.review.opinion import Answer, OpinionResult, Question, View
from moderation.storage.case_leases import CASE
from moderation.storage.database import Database
from moderation.storage.guarded import readable
from moderation.storage.queue_counts import COMMENT, REVISION
from moderation.storage.tables import CaseRow, OpinionRow, User
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import Action, CaseState, Ground

OPINION: Final = table_of(OpinionRow)
USER: Final = table_of(User)
SHOWN: Final = 50
WAITING: Final = (CaseState.OPEN.value, CaseState.ESCALATED.value)


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """One question as a page may show it to one person; a view that is not theirs to see is None."""

    id: str
    case_id: str
    comment_id: str
    text: str
    name: str
    note: str
    asked_by: str
    asked_of: str
    asked_at: datetime
    mine: bool
    view: View | None
    given: View | None
    given_at: datetime | None
    result: OpinionResult | None
    waiting: bool
    state: str


def question_of(session: Session, case_id: str) -> Question:
    """The open question about a case.

    Raises:
        NotFound: nobody asked, or it is answered.
    """
    row = session.execute(
        select(OPINION).where(OPINION.c.case_id == case_id, OPINION.c.result.is_(None)).order_by(OPINION.c.id.desc())
    ).first()
    if row is None:
        raise NotFound("nobody waits for a second opinion on this case")
    view = View(row.asked_by, Action(row.action), Ground(row.ground) if row.ground else None)
    return Question(row.id, row.site_id, row.case_id, 0, view, row.asked_of, row.note, row.asked_at)


def write_question(session: Session, case: CaseRow, question: Question) -> None:
    """Keep the question, and hand the case over."""
    asking = question.view
    session.add(
        OpinionRow(
            id=question.id,
            site_id=case.site_id,
            case_id=case.id,
            comment_id=case.comment_id,
            revision=case.revision,
            asked_by=asking.by,
            asked_of=question.asked_of,
            note=question.note,
            action=asking.action.value,
            ground=asking.ground.value if asking.ground else None,
            asked_at=question.at,
        )
    )
    case.asked_by, case.asked_of = asking.by, question.asked_of
    case.leased_by = case.leased_until = None
    case.version += 1
    session.add(case)
    session.flush()


def write_answer(session: Session, case: CaseRow, answer: Answer) -> None:
    """Keep the second view; a case that needs an editor waits for one from now on."""
    row = session.get(OpinionRow, answer.question.id)
    assert row is not None
    row.result = answer.result.value
    case.asked_by = case.asked_of = None
    if answer.result is OpinionResult.TAKEN_BACK:
        case.version += 1
    else:
        given = answer.view
        row.given_by, row.given_action, row.given_at = given.by, given.action.value, answer.at
        row.given_ground, row.given_words = given.ground.value if given.ground else None, given.words or None
    if answer.result in {OpinionResult.DISAGREED, OpinionResult.NEEDS_EDITOR}:
        case.state, case.version = CaseState.ESCALATED.value, case.version + 1
        case.leased_by = case.leased_until = None
    session.add_all([row, case])
    session.flush()


def let_anybody_answer(session: Session, site_id: str, user_id: str) -> None:
    """What was asked of somebody who leaves is anybody's to answer from now on."""
    open_ones = (OPINION.c.site_id == site_id) & OPINION.c.result.is_(None) & (OPINION.c.asked_of == user_id)
    cases = select(OPINION.c.case_id).where(open_ones)
    session.execute(update(CASE).where(CASE.c.id.in_(cases)).values(asked_of=None))
    session.execute(update(OPINION).where(open_ones).values(asked_of=None))


def opinions_of_person(database: Database, site_id: str, user_id: str) -> list[OpinionLine]:
    """What a person was asked, asked and answered, newest first: first what waits for this person."""
    theirs = or_(OPINION.c.asked_by == user_id, OPINION.c.given_by == user_id)
    asked = OPINION.c.result.is_(None) & (OPINION.c.asked_by != user_id)
    to_me = asked & or_(OPINION.c.asked_of.is_(None), OPINION.c.asked_of == user_id)
    waiting = _lines(database, site_id, user_id, to_me & CASE.c.state.in_(WAITING))
    return [*waiting, *_lines(database, site_id, user_id, theirs)]


def opinions_to_settle(database: Database, site_id: str, user_id: str) -> list[OpinionLine]:
    """What two people left to an editor and nobody has settled."""
    left = OPINION.c.result.in_([OpinionResult.DISAGREED.value, OpinionResult.NEEDS_EDITOR.value])
    return _lines(database, site_id, user_id, left & (CASE.c.state == CaseState.ESCALATED.value))


def opinions_on(database: Database, site_id: str, user_id: str, comment_id: str) -> list[OpinionLine]:
    """The questions about one comment."""
    return _lines(database, site_id, user_id, OPINION.c.comment_id == comment_id)


def count_asked(database: Database, site_id: str, user_id: str) -> int:
    """How many questions wait for this person by name."""
    query = (
        select(OPINION.c.id)
        .join(CASE, CASE.c.id == OPINION.c.case_id)
        .where(
            OPINION.c.site_id == site_id,
            OPINION.c.result.is_(None),
            OPINION.c.asked_of == user_id,
            CASE.c.state.in_(WAITING),
        )
    )
    with database.reading() as session:
        return len(session.execute(query.limit(SHOWN)).all())


def _lines(database: Database, site_id: str, user_id: str, which: ColumnElement[bool]) -> list[OpinionLine]:
    asker, asked = USER.alias("asker"), USER.alias("asked")
    giver = USER.alias("giver")
    joined = (
        OPINION.join(CASE, CASE.c.id == OPINION.c.case_id)
        .join(COMMENT, COMMENT.c.id == OPINION.c.comment_id)
        .join(REVISION, (REVISION.c.comment_id == OPINION.c.comment_id) & (REVISION.c.number == OPINION.c.revision))
        .outerjoin(asker, asker.c.id == OPINION.c.asked_by)
        .outerjoin(asked, asked.c.id == OPINION.c.asked_of)
        .outerjoin(giver, giver.c.id == OPINION.c.given_by)
    )
    query = (
        select(
            OPINION,
            CASE.c.state,
            readable(REVISION.c.text),
            readable(REVISION.c.name),
            asker.c.name.label("asker"),
            asked.c.name.label("asked"),
            giver.c.name.label("giver"),
        )
        .select_from(joined)
        .where(OPINION.c.site_id == site_id, which)
        .order_by(OPINION.c.id.desc())
        .limit(SHOWN)
    )
    with database.reading() as session:
        return [_line(row, user_id) for row in session.execute(query)]


def _line(row: Any, user_id: str) -> OpinionLine:
    open_now = row.state in WAITING and row.result is None
    may_see = row.asked_by == user_id or row.given_by is not None or not open_now
    view = View(row.asker or "", Action(row.action), Ground(row.ground) if row.ground else None)
    given = None
    if row.given_by is not None:
        ground = Ground(row.given_ground) if row.given_ground else None
        given = View(row.giver or "", Action(row.given_action), ground, row.given_words or "")
    return OpinionLine(
        id=row.id,
        case_id=row.case_id,
        comment_id=row.comment_id,
        text=row.text or "",
        name=row.name or "",
        note=row.note,
        asked_by=row.asker or "",
        asked_of=row.asked or "",
        asked_at=row.asked_at,
        mine=row.asked_by == user_id,
        view=view if may_see else None,
        given=given,
        given_at=row.given_at,
        result=OpinionResult(row.result) if row.result else None,
        waiting=open_now,
        state=row.state,
    )
