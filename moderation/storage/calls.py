"""The last calls at the doors, a hundred of each kind, for whoever connects a site.

What this file decides
- The newest hundred per site, lane and kind (went well, had a problem) stay; a busy site's good calls do not push problems out.
- A key in a kept body is replaced by a name that says what belongs there: what is stored opens nothing.
- Writing calls down also says when each key was used last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, delete, insert, update
from sqlmodel import Session, col, select

from moderation.call_book import BODY_KEPT, KEPT, TEST, UNSAID, Call
from moderation.storage.database import Database
from moderation.storage.ids import id_at
from moderation.storage.tables import ApiKey, CallRow
from moderation.storage.unit_of_work import table_of

ANY_KEY: Final = re.compile(r"ck[_-](?:live|test)[_-][a-z2-7]{32}", re.IGNORECASE)
KEY_NAME: Final = "YOUR_KEY"
PATH_KEPT: Final = 300


@dataclass(frozen=True, slots=True)
class Noted:
    """A call and its problem in one line."""

    call: Call
    problem: str


def write_calls(database: Database, noted: Sequence[Noted]) -> int:
    """Write calls down and forget the oldest; how many were written."""
    if not noted:
        return 0
    with database.writing() as session:
        rows = [row for one in noted for row in _rows(session, one)]
        if not rows:
            return 0
        session.execute(insert(table_of(CallRow)), rows)
        for site_id, lane, failed in {(row["site_id"], row["lane"], bool(row["problem"])) for row in rows}:
            _forget(session, str(site_id), str(lane), failed=failed)
        used = {str(row["key_id"]): row["at"] for row in rows}
        keys = table_of(ApiKey)
        for key_id, at in used.items():
            session.execute(update(keys).where(keys.c.id == key_id).values(used_at=at))
    return len(rows)


def _rows(session: Session, one: Noted) -> list[dict[str, object]]:
    call = one.call
    if not call.site_id:
        key = session.exec(select(ApiKey).where(ApiKey.key_hash == call.key_hash)).first()
        if key is None:
            return []
        call.site_id, call.key_id, call.lane = key.site_id, key.id, key.mode
    body = call.body if call.lane == TEST else None
    return [
        {
            "id": id_at(call.at),
            "site_id": call.site_id,
            "key_id": call.key_id,
            "lane": call.lane,
            "at": call.at,
            "method": call.method,
            "path": _target(call),
            "status": call.status,
            "problem": one.problem,
            "milliseconds": call.milliseconds,
            "content_type": call.content_type,
            "body": _text(body) if body is not None else None,
        }
    ]


def _target(call: Call) -> str:
    """The path with its query; one that is too long ends with the mark that it was not kept."""
    whole = ANY_KEY.sub(KEY_NAME, f"{call.path}?{call.query}" if call.query else call.path)
    return whole if len(whole) <= PATH_KEPT else f"{call.path[: PATH_KEPT - 2]}?{UNSAID}"


def _text(body: bytes) -> str | None:
    """A body that was kept whole, as text; one that is cut or no text could not be sent again."""
    if len(body) > BODY_KEPT:
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else ANY_KEY.sub(KEY_NAME, text)


def _of_kind(site_id: str, lane: str, *, failed: bool) -> tuple[ColumnElement[bool], ...]:
    table = table_of(CallRow)
    trouble = table.c.problem != "" if failed else table.c.problem == ""
    return (table.c.site_id == site_id, table.c.lane == lane, trouble)


def _forget(session: Session, site_id: str, lane: str, *, failed: bool) -> None:
    kind = _of_kind(site_id, lane, failed=failed)
    beyond = select(CallRow.id).where(*kind).order_by(col(CallRow.id).desc()).offset(KEPT).limit(1)
    oldest = session.exec(beyond).first()
    if oldest is not None:
        session.execute(delete(table_of(CallRow)).where(*kind, table_of(CallRow).c.id <= oldest))


def newest_calls(database: Database, site_id: str, *, failed_only: bool = False, limit: int = KEPT) -> list[CallRow]:
    """The newest calls of a site's keys."""
    with database.reading() as session:
        query = select(CallRow).where(CallRow.site_id == site_id).order_by(col(CallRow.id).desc())
        if failed_only:
            query = query.where(CallRow.problem != "")
        return list(session.exec(query.limit(limit)).all())


def find_call(database: Database, site_id: str, call_id: str) -> CallRow | None:
    """One call of this site."""
    with database.reading() as session:
        row = session.get(CallRow, call_id)
    return row if row is not None and row.site_id == site_id else None
