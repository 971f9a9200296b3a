"""When the log was last written: what a clock must not run behind."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from moderation.storage.database import Database
from moderation.storage.tables import LogEntry


def last_moment(database: Database) -> datetime | None:
    """The time of the newest log entry, or None while there is none."""
    with database.reading() as session:
        return session.exec(select(LogEntry.created_at).order_by(col(LogEntry.idx).desc()).limit(1)).first()
