"""Everything about one comment in the order in which it happened, and what stands around it.

What this file decides is where each event is read from; every read takes the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from moderation.review.priority import highest_harm
from moderation.storage.case_file import ArticleLine, AuthorLine, Wording, article_line, author_line, wording
from moderation.storage.comments import find_row
from moderation.storage.database import Database
from moderation.storage.neighbours import Neighbour, NoteLine, neighbours, read_notes, user_name
from moderation.storage.tables import CaseRow, CommentRow, OutboxRow, VerdictRow
from moderation.vocabulary import Status

THREAD: int = 100


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a comment's life; `kind` says which words the page takes."""

    at: datetime
    kind: str
    what: str = ""
    ground: str = ""
    by: str = ""
    detail: str = ""
    number: int = 0
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that waits for its second opinion: who asked whom, and when anybody may answer."""

    by_id: str
    by: str
    of: str | None
    barred: str | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """A comment as its own page shows it."""

    id: str
    external_id: str
    status: Status
    settles_at: datetime | None
    revision: int
    published_revision: int | None
    parent_id: str | None
    received_at: datetime
    wordings: tuple[Wording, ...]
    events: tuple[Event, ...]
    thread: tuple[Neighbour, ...]
    parent: Neighbour | None
    article: ArticleLine | None
    author: AuthorLine | None
    notes: tuple[NoteLine, ...]
    open_case: str
    asked: Asked | None = None


def read_history(database: Database, site_id: str, comment_id: str) -> History:
    """One comment of a site with all that happened to it.

    Raises:
        NotFound: this site has no such comment.
    """
    with database.reading() as session:
        row = find_row(session, site_id, comment_id)
        wordings = tuple(wording(session, row, number) for number in range(1, row.revision + 1))
        cases = session.exec(select(CaseRow).where(CaseRow.comment_id == row.id).order_by(col(CaseRow.id))).all()
        events = sorted(_events(session, row, wordings, list(cases)), key=lambda event: event.at)
        parent = _around(session, row, ids=[row.parent_id]) if row.parent_id else []
        return History(
            id=row.id,
            external_id=row.external_id or "",
            status=Status(row.status),
            settles_at=row.settles_at,
            revision=row.revision,
            published_revision=row.published_revision,
            parent_id=row.parent_id,
            received_at=row.received_at,
            wordings=wordings,
            events=tuple(events),
            thread=tuple(_replies(session, row)),
            parent=parent[0] if parent else None,
            article=article_line(session, row),
            author=author_line(session, row.author_id),
            notes=read_notes(session, site_id, comment_id=row.id),
            open_case=next((case.id for case in cases if case.state in {"open", "escalated"}), ""),
            asked=next((_asked(session, case) for case in cases if case.state == "open" and case.asked_by), None),
        )


def _asked(session: Session, case: CaseRow) -> Asked:
    by = case.asked_by or ""
    return Asked(by, user_name(session, by), case.asked_of, case.barred, case.due_at)


def _events(session: Session, row: CommentRow, wordings: tuple[Wording, ...], cases: list[CaseRow]) -> Iterator[Event]:
    for one in wordings:
        yield Event(one.at, "received" if one.number == 1 else "edited", number=one.number)
        yield from _scored(one)
        decision = one.decision
        rules = ", ".join(rule.id for rule in decision.rules)
        ground = decision.grounds[0].value if decision.grounds else ""
        yield Event(one.at, "judged", decision.action.value, ground, "", rules, one.number)
    for case in cases:
        yield Event(case.opened_at, "queued", case.kind, number=case.revision)
    verdicts = session.exec(select(VerdictRow).where(VerdictRow.comment_id == row.id)).all()
    for given in verdicts:
        by, batch = user_name(session, given.by_user), given.batch_id or ""
        yield Event(given.at, "verdict", given.action, given.ground or "", by, given.words or "", given.revision, batch)
        if given.undone_at:
            yield Event(given.undone_at, "undone", given.action, given.ground or "", by)
    for message in session.exec(select(OutboxRow).where(OutboxRow.comment_id == row.id)).all():
        at = message.delivered_at or message.due_at
        answer = str(message.last_status or "") or message.last_error or ""
        yield Event(at, "told", message.type, detail=answer, by=message.state, number=message.attempts)
    if row.withdrawn_at:
        yield Event(row.withdrawn_at, "withdrawn")


def _scored(one: Wording) -> Iterator[Event]:
    """Each engine that scored the wording, with the highest harm that it found; none for one that could not."""
    for where, scores in one.given.scores.items() if one.given else ():
        value, label = highest_harm({where: scores})
        found = "" if scores.unavailable else f"{value:.2f}"
        yield Event(
            one.at, "scored", label, detail=found, by=f"{scores.engine} {scores.version}".strip(), number=one.number
        )


def _around(session: Session, row: CommentRow, ids: list[str]) -> list[Neighbour]:
    query = select(CommentRow).where(
        CommentRow.site_id == row.site_id, col(CommentRow.id).in_(ids) | col(CommentRow.external_id).in_(ids)
    )
    return neighbours(session, session.exec(query.limit(THREAD)).all())


def _replies(session: Session, row: CommentRow) -> list[Neighbour]:
    ids = [row.id, *([row.external_id] if row.external_id else [])]
    query = select(CommentRow).where(CommentRow.site_id == row.site_id, col(CommentRow.parent_id).in_(ids))
    return neighbours(session, session.exec(query.order_by(col(CommentRow.id)).limit(THREAD)).all())
