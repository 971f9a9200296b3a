"""Mails that wait: put in, taken when due, blanked when sent or given up.

- What a mail says is sealed before it comes here: it holds an address and a link that lets somebody in.
- A mail whose link has lapsed is not sent any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from moderation.storage.database import Database
from moderation.storage.tables import MailRow
from moderation.storage.unit_of_work import table_of

MAIL = table_of(MailRow)
WAITING, SENT, FAILED = "waiting", "sent", "failed"


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """A mail that is due."""

    id: str
    sealed: bytes
    attempts: int


def add_mail(database: Database, mail_id: str, sealed: bytes, expires_at: datetime, now: datetime) -> None:
    """Let a mail wait for the next round."""
    row = MailRow(id=mail_id, sealed=sealed, due_at=now, expires_at=expires_at, created_at=now)
    with database.writing() as session:
        session.add(row)


def due_mails(database: Database, now: datetime, limit: int = 20) -> list[WaitingMail]:
    """The mails to send now; what has lapsed meanwhile is given up."""
    due = (MAIL.c.state == WAITING) & (MAIL.c.due_at <= now)
    with database.reading() as session:
        rows = session.execute(select(MAIL).where(due).order_by(MAIL.c.due_at).limit(limit)).all()
    for row in rows:
        if row.expires_at <= now:
            fail_mail(database, row.id, "its link has lapsed", None)
    return [WaitingMail(row.id, row.sealed, row.attempts) for row in rows if row.sealed and row.expires_at > now]


def end_mail(database: Database, mail_id: str, now: datetime) -> None:
    """It was sent: nothing of it is kept but that it was."""
    with database.writing() as session:
        values = {"state": SENT, "sent_at": now, "sealed": None, "attempts": MAIL.c.attempts + 1}
        session.execute(update(MAIL).where(MAIL.c.id == mail_id).values(**values))


def fail_mail(database: Database, mail_id: str, error: str, again: datetime | None) -> None:
    """It was not sent: try again at a time, or give it up."""
    values = {"attempts": MAIL.c.attempts + 1, "last_error": error[:300]}
    values |= {"due_at": again} if again else {"state": FAILED, "sealed": None}
    with database.writing() as session:
        session.execute(update(MAIL).where(MAIL.c.id == mail_id).values(**values))
