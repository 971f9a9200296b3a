"""A job is done by whoever holds its row, so that two processes never both do it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from moderation.storage.database import Database
from moderation.storage.tables import JobLease
from moderation.storage.unit_of_work import table_of
from moderation.storage.upsert import upsert


def take_lease(database: Database, job: str, holder: str, now: datetime, length: timedelta) -> bool:
    """Whether `holder` may do `job` until `now + length`; a lapsed lease goes to whoever asks first."""
    table = table_of(JobLease)
    with database.writing() as session:
        upsert(session, JobLease, {"name": job, "holder": "", "until": now}, keys=("name",), update=())
        taken = session.execute(
            update(table)
            .where(table.c.name == job, (table.c.holder == holder) | (table.c.until <= now))
            .values(holder=holder, until=now + length)
        )
        return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def give_back(database: Database, holder: str, now: datetime) -> None:
    """A process that ends well lets others go on at once."""
    table = table_of(JobLease)
    with database.writing() as session:
        session.execute(update(table).where(table.c.holder == holder).values(until=now))
