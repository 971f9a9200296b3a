"""What stands beside a comment: other comments, colleagues' notes, colleagues' names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from moderation.storage.tables import CommentRow, Note, RevisionRow, User
from moderation.vocabulary import Status


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
class NoteLine:
    """A colleague's note."""

    by: str
    words: str
    at: datetime


def neighbours(session: Session, rows: Sequence[CommentRow]) -> list[Neighbour]:
    """Comments with the words of their newest revision."""
    found = session.exec(select(RevisionRow).where(col(RevisionRow.comment_id).in_([row.id for row in rows]))).all()
    texts = {(one.comment_id, one.number): one for one in found}
    lines = []
    for row in rows:
        latest = texts[(row.id, row.revision)]
        text, name = latest.text or "", latest.name or ""
        lines.append(Neighbour(row.id, name, text, Status(row.status), row.received_at, row.parent_id))
    return lines


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
