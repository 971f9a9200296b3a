"""What stands beside a comment: other comments, colleagues' notes, colleagues' names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from moderation.storage.guarded import is_guarded
from moderation.storage.tables import CommentRow, Note, RevisionRow, User
from moderation.vocabulary import Status

STEPS_UP: Final = 4
ANSWERS: Final = 20


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another comment as it stands beside the one in hand."""

    id: str
    name: str
    text: str
    status: Status
    received_at: datetime
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """What stands around a comment: what it replies to (the nearest last), other replies to the same, and its own."""

    above: tuple[Neighbour, ...] = ()
    beside: tuple[Neighbour, ...] = ()
    below: tuple[Neighbour, ...] = ()

    @property
    def size(self) -> int:
        return len(self.above) + len(self.beside) + len(self.below)


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A colleague's note."""

    by: str
    words: str
    at: datetime


def neighbours(session: Session, rows: Sequence[CommentRow]) -> list[Neighbour]:
    """Comments with the words of their newest revision."""
    if not rows:
        return []
    found = session.exec(select(RevisionRow).where(col(RevisionRow.comment_id).in_([row.id for row in rows]))).all()
    texts = {(one.comment_id, one.number): one for one in found}
    lines = []
    for row in rows:
        latest = texts[(row.id, row.revision)]
        name, text = ("", "") if is_guarded(row, latest) else (latest.name or "", latest.text or "")
        lines.append(Neighbour(row.id, name, text, Status(row.status), row.received_at, row.parent_id))
    return lines


def read_thread(session: Session, comment: CommentRow) -> Thread:
    """The thread around a comment, a few steps up and the first replies down; the comment's own page has all of it."""
    above: list[CommentRow] = []
    here = comment
    while here.parent_id and len(above) < STEPS_UP and (up := _find(session, here.site_id, here.parent_id)):
        if up.id in {comment.id, *(one.id for one in above)}:
            break
        above.insert(0, up)
        here = up
    beside = [row for row in _answers(session, above[-1]) if row.id != comment.id] if above else []
    below = _answers(session, comment)
    lines = {line.id: line for line in neighbours(session, [*above, *beside, *below])}
    return Thread(*(tuple(lines[row.id] for row in rows) for rows in (above, beside, below)))


def _find(session: Session, site_id: str, named: str) -> CommentRow | None:
    names = (col(CommentRow.id) == named) | (col(CommentRow.external_id) == named)
    return session.exec(select(CommentRow).where(CommentRow.site_id == site_id, names)).first()


def _answers(session: Session, row: CommentRow) -> Sequence[CommentRow]:
    ids = [row.id, *([row.external_id] if row.external_id else [])]
    query = select(CommentRow).where(CommentRow.site_id == row.site_id, col(CommentRow.parent_id).in_(ids))
    return session.exec(query.order_by(col(CommentRow.id)).limit(ANSWERS)).all()


def read_notes(
    session: Session, site_id: str, *, comment_id: str | None = None, author_id: str | None = None
) -> tuple[NoteLine, ...]:
    """The notes on a comment or on an author, oldest first."""
    about = Note.comment_id == comment_id if comment_id else Note.author_id == author_id
    query = (
        select(Note, User.name)
        .join(User, col(User.id) == Note.by_user, isouter=True)
        .where(Note.site_id == site_id, about)
        .order_by(col(Note.id))
    )
    return tuple(NoteLine(name or "", note.words, note.at) for note, name in session.exec(query))


def user_name(session: Session, user_id: str | None) -> str:
    """A colleague's name for a page; empty for nobody."""
    return (session.exec(select(User.name).where(User.id == user_id)).first() or "") if user_id else ""
