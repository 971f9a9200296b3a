"""Messages to the sites: written with what they tell, taken by one worker at a time, kept until they arrive or are dead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, update
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from moderation.callbacks.message import MessageType, Told, message_type, payload, ping
from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.tables import CommentCallback, Endpoint, OutboxRow
from moderation.storage.unit_of_work import table_of

STANDARD: Final = "standard"
WAITING: Final = "waiting"
DELIVERED: Final = "delivered"
DEAD: Final = "dead"
ENDPOINT: Final = table_of(Endpoint)
SWITCHED_ON: Final = columns(ENDPOINT.c.id).where(
    ENDPOINT.c.site_id == bindparam("site"), ENDPOINT.c.style == STANDARD, ENDPOINT.c.disabled_at.is_(None)
)
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


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of one attempt; `gone` says that the site wants no more of them."""

    message_id: str
    endpoint_id: str
    attempts: int
    status: int | None
    error: str
    delivered: bool
    due_at: datetime | None = None
    gone: bool = False


def endpoints_of(session: Session, site_id: str, comment_id: str | None = None) -> list[str]:
    """The endpoints of a site that are switched on, and those that asked to be told of this comment only."""
    found = list(session.connection().execute(SWITCHED_ON, {"site": site_id}).scalars())
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
            "state": WAITING,
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
        update(table).where(table.c.verdict_id == verdict_id, table.c.state == WAITING).values(state="cancelled")
    )


def take_due(
    database: Database, now: datetime, limit: int = 20, may_begin: Callable[[str], bool] = lambda _endpoint: True
) -> list[Waiting]:
    """Messages that are due and may begin; they are this worker's for a minute. Nothing is written while there are none."""
    chosen = _due_ids(database, now, limit, may_begin)
    if not chosen:
        return []
    with database.writing() as session:
        query = (
            select(OutboxRow, Endpoint)
            .join(Endpoint, col(Endpoint.id) == OutboxRow.endpoint_id)
            .where(col(OutboxRow.id).in_(chosen), OutboxRow.state == WAITING, col(OutboxRow.due_at) <= now)
            .order_by(col(OutboxRow.due_at), col(OutboxRow.id))
        )
        if not database.is_sqlite:
            query = query.with_for_update(skip_locked=True, of=OutboxRow)
        taken = []
        for row, endpoint in session.exec(query).all():
            row.due_at = now + TAKEN_FOR
            session.add(row)
            taken.append(_waiting(row, endpoint))
        return taken


def _due_ids(database: Database, now: datetime, limit: int, may_begin: Callable[[str], bool]) -> list[str]:
    """A few endpoints at a time: a long backlog of one must not hide what is due for the others.

    What is told of one comment keeps its order: a message waits until the one before it arrived or was given up.
    """
    before = aliased(OutboxRow)
    behind = (
        select(before.id)
        .where(before.comment_id == OutboxRow.comment_id, before.endpoint_id == OutboxRow.endpoint_id)
        .where(before.state == WAITING, col(before.id) < OutboxRow.id)
        .exists()
    )
    chosen: list[str] = []
    refused: list[str] = []
    while len(chosen) < limit:
        with database.reading() as session:
            query = (
                select(OutboxRow.id, OutboxRow.endpoint_id)
                .join(Endpoint, col(Endpoint.id) == OutboxRow.endpoint_id)
                .where(OutboxRow.state == WAITING, col(OutboxRow.due_at) <= now, col(Endpoint.disabled_at).is_(None))
                .where(~behind, col(OutboxRow.endpoint_id).not_in(refused), col(OutboxRow.id).not_in(chosen))
                .order_by(col(OutboxRow.due_at), col(OutboxRow.id))
                .limit(limit)
            )
            rows = session.exec(query).all()
        for message_id, endpoint_id in rows:
            if endpoint_id is None or endpoint_id in refused or len(chosen) >= limit:
                continue
            if may_begin(endpoint_id):
                chosen.append(message_id)
            else:
                refused.append(endpoint_id)
        if len(rows) < limit or not refused:
            break
    return chosen


def _waiting(row: OutboxRow, endpoint: Endpoint) -> Waiting:
    return Waiting(
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


def write_attempts(database: Database, attempts: Sequence[Attempted], now: datetime) -> None:
    """Note what came of attempts. Without `due_at` a message is given up and waits on the page of dead letters."""
    if not attempts:
        return
    messages, endpoints = table_of(OutboxRow), table_of(Endpoint)
    with database.writing() as session:
        for one in attempts:
            values: dict[str, Any] = {
                "attempts": one.attempts,
                "last_status": one.status,
                "last_error": one.error or None,
            }
            if one.delivered:
                values |= {"state": DELIVERED, "delivered_at": now}
            else:
                values |= {"state": WAITING, "due_at": one.due_at} if one.due_at else {"state": DEAD}
            # A verdict undone meanwhile has cancelled its message; that stays so.
            mine = (messages.c.id == one.message_id) & (messages.c.state == WAITING)
            session.execute(update(messages).where(mine).values(**values))
            if one.gone:
                off = update(endpoints).where(endpoints.c.id == one.endpoint_id, endpoints.c.disabled_at.is_(None))
                session.execute(off.values(disabled_at=now, disabled_why=f"the site answered {one.status}"))


def replay(database: Database, site_id: str, ids: Sequence[str] | None, now: datetime) -> int:
    """Try dead or delivered messages again, now; without ids all that are dead. How many there were."""
    table = table_of(OutboxRow)
    chosen = table.c.state == DEAD
    if ids is not None:
        chosen = table.c.id.in_(list(ids)) & table.c.state.in_((DEAD, DELIVERED))
    with database.writing() as session:
        again = update(table).where(table.c.site_id == site_id, chosen)
        done = session.execute(again.values(state=WAITING, due_at=now, attempts=0))
        return int(done.rowcount)  # type: ignore[attr-defined]


def count_dead(database: Database, site_id: str) -> int:
    """How many messages of a site were given up."""
    with database.reading() as session:
        return count_messages(session, site_id, DEAD)


def count_messages(session: Session, site_id: str, state: str) -> int:
    """How many messages of a site are in a state."""
    query = select(func.count()).select_from(OutboxRow).where(OutboxRow.site_id == site_id, OutboxRow.state == state)
    return session.exec(query).one()


@dataclass(frozen=True, slots=True)
class Message:
    """A message as its page shows it; `off` when its endpoint is switched off."""

    id: str
    type: str
    state: str
    url: str
    comment_id: str | None
    attempts: int
    last_status: int | None
    last_error: str | None
    created_at: datetime
    due_at: datetime
    delivered_at: datetime | None
    off: bool


def list_messages(database: Database, site_id: str, *, dead_only: bool = False, limit: int = 100) -> list[Message]:
    """The newest messages of a site that were to be told by now."""
    with database.reading() as session:
        query = (
            select(OutboxRow, Endpoint)
            .join(Endpoint, col(Endpoint.id) == OutboxRow.endpoint_id)
            .where(OutboxRow.site_id == site_id, OutboxRow.state != "cancelled")
            .order_by(col(OutboxRow.created_at).desc(), col(OutboxRow.id).desc())
            .limit(limit)
        )
        if dead_only:
            query = query.where(OutboxRow.state == DEAD)
        return [_message(row, endpoint) for row, endpoint in session.exec(query).all()]


def _message(row: OutboxRow, endpoint: Endpoint) -> Message:
    return Message(
        row.id,
        row.type,
        row.state,
        endpoint.url,
        row.comment_id,
        row.attempts,
        row.last_status,
        row.last_error,
        row.created_at,
        row.due_at,
        row.delivered_at,
        endpoint.disabled_at is not None,
    )


def write_ping(database: Database, site_id: str, endpoint_id: str, now: datetime) -> str:
    """A test event to one endpoint; the id of its message."""
    message_id = f"msg_{new_id()}"
    with database.writing() as session:
        session.add(
            OutboxRow(
                id=message_id,
                site_id=site_id,
                endpoint_id=endpoint_id,
                type=MessageType.PING.value,
                payload=ping(site_id, now),
                due_at=now,
                created_at=now,
            )
        )
    return message_id
