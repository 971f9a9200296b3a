"""Authors and their standing."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import Session, col, select

from moderation.ports import Received
from moderation.storage.fact_book import RECENT, identities
from moderation.storage.tables import AuthorRow, CommentRow
from moderation.storage.unit_of_work import table_of
from moderation.storage.upsert import upsert
from moderation.vocabulary import Status

NAMES_KEPT = 10
COUNTED = (Status.PUBLISHED, Status.HELD, Status.REJECTED)


def upsert_author(session: Session, one: Received) -> str | None:
    """The id of the comment's author, whose row is made or brought up to date; None for nobody."""
    if one.arrival.revises:
        return session.exec(select(CommentRow.author_id).where(CommentRow.id == one.id)).one()
    names = identities(one.arrival, one.tags)
    if not names:
        return None
    row = _find(session, one.arrival.site_id, names)
    if row is None:
        upsert(session, AuthorRow, _new(one, names[0]), keys=("site_id", "identity"), update=("external_id",))
        row = _find(session, one.arrival.site_id, names[:1])
        assert row is not None
    _refresh(row, one, names)
    session.add(row)
    session.flush()
    return row.id


def _find(session: Session, site_id: str, names: list[str]) -> AuthorRow | None:
    rows = session.exec(select(AuthorRow).where(AuthorRow.site_id == site_id, col(AuthorRow.identity).in_(names))).all()
    return min(rows, key=lambda row: names.index(row.identity)) if rows else None


def _new(one: Received, identity: str) -> dict[str, object]:
    author = one.arrival.comment.author
    return {
        "id": one.sender_id,
        "site_id": one.arrival.site_id,
        "identity": identity,
        "external_id": author.id,
        "name": author.name,
        "email_tag": one.tags.email[0] if one.tags.email else None,
        "email_sealed": one.email_sealed,
        "names": [],
        "published": 0,
        "rejected": 0,
        "held": 0,
        "recent": "",
        "trusted": False,
        "premoderated": False,
        "confirmed": False,
        "created_at": one.now,
    }


def _refresh(row: AuthorRow, one: Received, names: list[str]) -> None:
    author = one.arrival.comment.author
    if author.name:
        row.name = author.name
        if author.name not in row.names:
            row.names = [*row.names, author.name][-NAMES_KEPT:]
    if one.tags.email and row.email_tag != one.tags.email[0]:
        # The tag's key has rotated, or the account has a new address: the newest tag stands.
        row.email_tag = one.tags.email[0]
        row.email_sealed = one.email_sealed
        if row.identity.startswith("tag:"):
            row.identity = names[0]


def count_author(session: Session, author_id: str | None, before: Status | None, after: Status | None) -> None:
    """Move one comment of an author from one count to another; the database adds, so that nobody's count is lost."""
    if author_id is None:
        return
    table = table_of(AuthorRow)
    changes: dict[str, object] = {}
    if before in COUNTED:
        changes[before.value] = table.c[before.value] - 1
    if after in COUNTED:
        changes[after.value] = table.c[after.value] + (1 if before != after else 0)
        if before == after:
            return
        row_recent = session.exec(select(AuthorRow.recent).where(AuthorRow.id == author_id)).one()
        changes["recent"] = (row_recent + after.value[0])[-RECENT:]
    if changes:
        session.execute(update(table).where(table.c.id == author_id).values(changes))
