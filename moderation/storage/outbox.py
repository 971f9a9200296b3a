"""Messages to the sites: written with what they tell, taken by one worker at a time, kept until they arrive or are dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import update
from sqlmodel import Session, col, select

from moderation.callbacks.message import Told, message_type, payload
from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.tables import CommentCallback, Endpoint, OutboxRow
from moderation.storage.unit_of_work import table_of

STANDARD: Final = "standard"
TAKEN_FOR: Final = timedelta(seconds=60)  # a worker that dies gives its messages back after this


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is due, and where it goes."""

    id: str
    url: str
    secrets_sealed: bytes
    endpoint_id: str
    site_id: str
    payload: dict[str, Any]
    attempts: int
    allow_private: bool
    style: str


def endpoints_of(session: Session, site_id: str, comment_id: str | None = None) -> list[str]:
    """The endpoints of a site that are switched on, and those that asked to be told of this comment only."""
    query = select(Endpoint.id).where(
        Endpoint.site_id == site_id, Endpoint.style == STANDARD, col(Endpoint.disabled_at).is_(None)
    )
    found = list(session.exec(query))
    if comment_id is not None:
        asked = select(CommentCallback.endpoint_id).where(CommentCallback.comment_id == comment_id)
        found += list(session.exec(asked))
    return found


def message_rows(
    endpoints: Sequence[str],
    site_id: str,
    told: Told,
    now: datetime,
    *,
    due_at: datetime | None = None,
    verdict_id: str | None = None,
) -> list[dict[str, Any]]:
    """One row for each endpoint."""
    due = due_at or now
    return [
        {
            "id": f"msg_{new_id()}",
            "site_id": site_id,
            "endpoint_id": endpoint,
            "comment_id": told.id,
            "verdict_id": verdict_id,
            "type": message_type(told).value,
            "payload": payload(told, due),
            "state": "waiting",
            "due_at": due,
            "attempts": 0,
            "created_at": now,
        }
        for endpoint in endpoints
    ]


def cancel_messages(session: Session, verdict_id: str) -> None:
    """Drop what was not told yet of a verdict that was taken back."""
    table = table_of(OutboxRow)
    session.execute(
        update(table).where(table.c.verdict_id == verdict_id, table.c.state == "waiting").values(state="cancelled")
    )


def take_due(database: Database, now: datetime, limit: int = 20) -> list[Waiting]:
    """Messages that are due; they are this worker's for a minute. Nothing is written while nothing is due."""
    if not _any_due(database, now):
        return []
    with database.writing() as session:
        query = (
            select(OutboxRow, Endpoint)
            .join(Endpoint, col(Endpoint.id) == OutboxRow.endpoint_id)
            .where(OutboxRow.state == "waiting", col(OutboxRow.due_at) <= now, col(Endpoint.disabled_at).is_(None))
            .order_by(col(OutboxRow.due_at))
            .limit(limit)
        )
        if not database.is_sqlite:
            query = query.with_for_update(skip_locked=True, of=OutboxRow)
        taken = []
        for row, endpoint in session.exec(query).all():
            row.due_at = now + TAKEN_FOR
            session.add(row)
            taken.append(
                Waiting(
                    row.id,
                    endpoint.url,
                    endpoint.secrets_sealed,
                    endpoint.id,
                    row.site_id,
                    row.payload,
                    row.attempts,
                    endpoint.allow_private,
                    endpoint.style,
                )
            )
        return taken


def _any_due(database: Database, now: datetime) -> bool:
    with database.reading() as session:
        query = select(OutboxRow.id).where(OutboxRow.state == "waiting", col(OutboxRow.due_at) <= now).limit(1)
        return session.exec(query).first() is not None


def mark_delivered(database: Database, message_id: str, status: int, now: datetime) -> None:
    """The site has it."""
    _set(database, message_id, state="delivered", last_status=status, delivered_at=now, last_error=None)


def mark_failed(
    database: Database, message_id: str, *, attempts: int, due_at: datetime | None, status: int | None, error: str
) -> None:
    """It did not arrive; without `due_at` it is given up and waits on the dead-letter page."""
    state = "waiting" if due_at else "dead"
    values: dict[str, Any] = {"state": state, "attempts": attempts, "last_status": status, "last_error": error}
    if due_at:
        values["due_at"] = due_at
    _set(database, message_id, **values)


def _set(database: Database, message_id: str, **values: Any) -> None:
    table = table_of(OutboxRow)
    with database.writing() as session:
        session.execute(update(table).where(table.c.id == message_id).values(**values))


def disable_endpoint(database: Database, endpoint_id: str, why: str, now: datetime) -> None:
    """Switch an endpoint off; its messages wait."""
    table = table_of(Endpoint)
    with database.writing() as session:
        session.execute(update(table).where(table.c.id == endpoint_id).values(disabled_at=now, disabled_why=why))


def replay(database: Database, site_id: str, ids: Sequence[str], now: datetime) -> int:
    """Try dead or delivered messages again, now; how many there were."""
    table = table_of(OutboxRow)
    with database.writing() as session:
        done = session.execute(
            update(table)
            .where(table.c.site_id == site_id, table.c.id.in_(list(ids)))
            .values(state="waiting", due_at=now, attempts=0)
        )
        return int(done.rowcount)  # type: ignore[attr-defined]
