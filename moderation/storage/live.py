"""What open pages follow: how many wait, what came in lately, who looks at what, and which sessions still hold.

What this file decides
- One site's state is read once for all pages that follow it, in a few queries that each stop at a bound.
- What came in is found by its id, which begins with the time: only new rows are looked at, whatever the queue's length.
- A session that was revoked or has lapsed, and a person who is nothing at the site any more, follow nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from moderation.access.sessions import is_alive
from moderation.storage.case_leases import CASE
from moderation.storage.database import Database
from moderation.storage.ids import first_id_at
from moderation.storage.queue_counts import QueueCounts, read_counts
from moderation.storage.tables import Membership, User
from moderation.storage.tables import Session as SessionRow
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import CaseState, Lane

LATELY: Final = timedelta(hours=1)
MOST: Final = 200
SESSION: Final = table_of(SessionRow)
USER: Final = table_of(User)
MEMBER: Final = table_of(Membership)


@dataclass(frozen=True, slots=True)
class Pulse:
    """The queue of one site at a moment: its counts, when the newest cases came in, and which cases somebody has open."""

    counts: QueueCounts
    arrived: tuple[datetime, ...]
    claimed: Mapping[str, str]

    def new_since(self, since: datetime) -> int:
        """How many cases came in since then and still wait; `MOST` is as far as it counts."""
        return sum(at > since for at in self.arrived)


def read_pulse(database: Database, site_id: str, now: datetime) -> Pulse:
    """The queue of one site as open pages follow it."""
    here = (CASE.c.site_id == site_id) & (CASE.c.lane == Lane.LIVE.value) & (CASE.c.state == CaseState.OPEN.value)
    newest = (
        select(CASE.c.opened_at)
        .where(CASE.c.id >= first_id_at(now - LATELY), here)
        .order_by(CASE.c.id.desc())
        .limit(MOST)
    )
    claimed = (
        select(CASE.c.id, CASE.c.leased_by)
        .where(CASE.c.leased_by.is_not(None), CASE.c.leased_until > now, CASE.c.site_id == site_id)
        .limit(MOST)
    )
    with database.reading() as session:
        arrived = tuple(session.execute(newest).scalars())
        held = {row.id: row.leased_by for row in session.execute(claimed)}
    return Pulse(read_counts(database, site_id), arrived, held)


def holding_sessions(database: Database, site_id: str, hashes: Collection[str], now: datetime) -> frozenset[str]:
    """Those of these sessions that still hold and whose person works at the site."""
    works = select(MEMBER.c.user_id).where(MEMBER.c.site_id == site_id)
    query = (
        select(SESSION.c.id_hash, SESSION.c.created_at, SESSION.c.seen_at, SESSION.c.expires_at)
        .join(USER, USER.c.id == SESSION.c.user_id)
        .where(SESSION.c.id_hash.in_(list(hashes)), SESSION.c.revoked_at.is_(None), USER.c.disabled_at.is_(None))
        .where(SESSION.c.user_id.in_(works))
    )
    with database.reading() as session:
        rows = session.execute(query).all()
    return frozenset(row.id_hash for row in rows if is_alive(row.created_at, row.seen_at, row.expires_at, now))
