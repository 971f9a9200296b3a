"""What a reader may ask for: a copy of what is held, and its erasure.

- Found by the comment's id, or by a verified e-mail address through its keyed tags; never by a plain address.
- The copy tells that sender details are sealed and until when; the server cannot open them. It leaves out guarded words
  (guarded.py), and says so.
- Erasure blanks text, title, website, name and salt, the details in the stored input of the decision, and the body of
  the comment's line in the log; the hash stays, so that the log still verifies.
- A comment that a legal hold names is not erased; the reader is told that the law forbids it, not which request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from moderation.errors import NotFound
from moderation.evidence.canonical import Json
from moderation.evidence.record import LeafType, Random, leaf
from moderation.policy.record import without_details
from moderation.storage.database import Database
from moderation.storage.guarded import is_guarded
from moderation.storage.log import blank_lines, write_line
from moderation.storage.tables import (
    AddressSeen,
    AuthorRow,
    CommentRow,
    HeldRecord,
    LogEntry,
    RevisionRow,
    SenderRecord,
    TextSeen,
    VerdictRow,
)
from moderation.storage.unit_of_work import UnitOfWork, table_of, unit_of_work


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and what the law keeps."""

    comments: tuple[str, ...]
    held: tuple[str, ...]


def comments_of_author(database: Database, site_id: str, tags: Sequence[bytes]) -> list[str]:
    """The comments of an e-mail address at a site."""
    with database.reading() as session:
        named = (AuthorRow.site_id == site_id, col(AuthorRow.email_tag).in_(list(tags)))
        query = select(CommentRow.id).join(AuthorRow, col(AuthorRow.id) == CommentRow.author_id).where(*named)
        return list(session.exec(query.order_by(col(CommentRow.id))).all())


def export(database: Database, site_id: str, comment_ids: Sequence[str]) -> list[dict[str, Any]]:
    """A copy of what is held of these comments.

    Raises:
        NotFound: the site has no such comment.
    """
    with database.reading() as session:
        return [_copy(session, _comment(session, site_id, comment_id)) for comment_id in comment_ids]


def erase(
    database: Database, site_id: str, comment_ids: Sequence[str], by: str, at: datetime, *, rng: Random
) -> Erased:
    """Erase what is not held; all of it in one transaction with its line in the log.

    Raises:
        NotFound: the site has no such comment.
    """
    with unit_of_work(database) as work:
        rows = [_comment(work.session, site_id, comment_id) for comment_id in comment_ids]
        held = tuple(row.id for row in rows if _is_held(work.session, row.id))
        free = [row for row in rows if row.id not in held]
        for row in free:
            _blank(work, row, at, rng)
        _forget_authors(work.session, {row.author_id for row in free if row.author_id})
        data: dict[str, Json] = {"kind": "erasure", "comments": [row.id for row in free], "held": len(held), "by": by}
        write_line(work, leaf(LeafType.DSAR_SERVED, f"erasure-{at:%Y%m%d%H%M%S%f}", at, data, rng(16)), site_id=site_id)
    return Erased(tuple(row.id for row in free), held)


def _copy(session: Session, row: CommentRow) -> dict[str, Any]:
    revisions = session.exec(select(RevisionRow).where(RevisionRow.comment_id == row.id)).all()
    records = session.exec(select(SenderRecord.retain_until).where(SenderRecord.comment_id == row.id)).all()
    verdicts = session.exec(select(VerdictRow).where(VerdictRow.comment_id == row.id)).all()
    return {
        "id": row.id,
        "article": row.article_id,
        "status": row.status,
        "received_at": row.received_at,
        "revisions": [
            {"number": one.number, **_words(row, one), "decision": one.action, "at": one.created_at,
             "policy": one.policy, "engine": one.engine}
            for one in revisions
        ],
        "verdicts": [{"action": one.action, "ground": one.ground, "at": one.at} for one in verdicts],
        "sender_details": [f"sealed; this service cannot read them; kept until {until:%Y-%m-%d}" for until in records],
    }  # fmt: skip


def _words(row: CommentRow, one: RevisionRow) -> dict[str, Any]:
    """The words of a wording; those with a protected name are given out by legal intake, who reads them on their page."""
    words = {"name": one.name, "website": one.website, "title": one.title, "text": one.text}
    if is_guarded(row, one):
        return dict.fromkeys(words) | {"guarded": "it may name a protected person: ask whoever takes legal requests"}
    return words


def _blank(work: UnitOfWork, row: CommentRow, at: datetime, rng: Random) -> None:
    session, revisions = work.session, table_of(RevisionRow)
    for one in session.exec(select(RevisionRow).where(RevisionRow.comment_id == row.id)).all():
        where = (revisions.c.comment_id == row.id) & (revisions.c.number == one.number)
        session.execute(
            update(revisions)
            .where(where)
            .values(
                text=None, text_nfc=None, title=None, website=None, name=None, text_salt=None,
                record=without_details(one.record), decision=_without_spans(one.decision), shadow=None,
            )
        )  # fmt: skip
    session.execute(table_of(TextSeen).delete().where(table_of(TextSeen).c.comment_id == row.id))
    entries = table_of(LogEntry)
    query = select(entries.c.idx).where(entries.c.ref == row.id, entries.c.type == LeafType.COMMENT_SUBMITTED.value)
    blank_lines(work, list(session.execute(query).scalars()), reason="erasure", at=at, rng=rng)


def _without_spans(decision: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in decision.items() if key in {"action", "grounds", "policy", "reasons"}}


def _forget_authors(session: Session, ids: set[str]) -> None:
    """An author without any text left loses name and address, and where they wrote from."""
    authors, seen = table_of(AuthorRow), table_of(AddressSeen)
    for author_id in ids:
        query = (
            select(RevisionRow.number)
            .join(CommentRow, col(CommentRow.id) == col(RevisionRow.comment_id))
            .where(CommentRow.author_id == author_id, col(RevisionRow.text).is_not(None))
        )
        if session.exec(query).first() is None:
            blank: dict[str, Any] = {
                "name": None,
                "email_tag": None,
                "email_sealed": None,
                "names": [],
                "external_id": None,
            }
            session.execute(
                update(authors).where(authors.c.id == author_id).values(**blank, identity=f"erased:{author_id}")
            )
            session.execute(seen.delete().where(seen.c.author_id == author_id))


def _is_held(session: Session, comment_id: str) -> bool:
    query = (
        select(HeldRecord.record_id)
        .join(SenderRecord, col(SenderRecord.id) == col(HeldRecord.record_id))
        .where(SenderRecord.comment_id == comment_id, ~col(HeldRecord.keeper).startswith("keep-"))
    )
    return session.exec(query).first() is not None


def _comment(session: Session, site_id: str, comment_id: str) -> CommentRow:
    row = session.get(CommentRow, comment_id)
    if row is None or row.site_id != site_id:
        raise NotFound(f"there is no comment `{comment_id}` here")
    return row
