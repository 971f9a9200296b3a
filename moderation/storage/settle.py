"""Settle verdicts whose undo window has ended, and clear away what is past its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlmodel import col, select

from moderation.storage.database import Database
from moderation.storage.standing import settle_row
from moderation.storage.tables import (
    AddressCount,
    AddressSeen,
    CallRow,
    CommentRow,
    Idempotency,
    MailRow,
    Session,
    SignInLink,
    TextSeen,
)
from moderation.storage.unit_of_work import table_of

SEEN_FOR: Final = timedelta(days=30)
CALLS_FOR: Final = timedelta(days=30)  # a test key's body may hold what somebody typed
TAGS_FOR: Final = timedelta(days=210)  # as long as their key recognises anything


def settle_due(database: Database, now: datetime, limit: int = 500) -> int:
    """Make verdicts final whose window has ended; how many there were."""
    due = col(CommentRow.settles_at) <= now
    with database.reading() as session:
        if session.exec(select(CommentRow.id).where(due).limit(1)).first() is None:
            return 0
    with database.writing() as session:
        query = select(CommentRow).where(due).limit(limit)
        if not database.is_sqlite:
            query = query.with_for_update(skip_locked=True)
        return sum(settle_row(session, row, now) for row in session.exec(query).all())


def sweep(database: Database, now: datetime) -> int:
    """Delete marks, texts seen, calls, sessions and links that are past their time; how many rows went."""
    stale = (
        (Idempotency, table_of(Idempotency).c.expires_at < now),
        (TextSeen, table_of(TextSeen).c.seen_at < now - SEEN_FOR),
        (CallRow, table_of(CallRow).c.at < now - CALLS_FOR),
        (AddressSeen, table_of(AddressSeen).c.seen_at < now - TAGS_FOR),
        (AddressCount, table_of(AddressCount).c.since < now - TAGS_FOR),
        (MailRow, table_of(MailRow).c.created_at < now - SEEN_FOR),
        (Session, table_of(Session).c.expires_at < now),
        (SignInLink, table_of(SignInLink).c.expires_at < now),
    )
    gone = 0
    for model, past in stale:
        with database.writing() as session:
            gone += session.execute(delete(table_of(model)).where(past)).rowcount  # type: ignore[attr-defined]
    return gone
