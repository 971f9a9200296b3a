"""What a person has taken on lately: severe cases within the hour, and how long they have worked without a break.

- A case is severe from the rank `high` on. Cases that a person has open count like decided ones, so that no bound is overrun.
- Work goes on while less than ten minutes lie between two verdicts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from moderation.review.priority import rank
from moderation.storage.case_leases import CASE
from moderation.storage.database import Database
from moderation.storage.queue_counts import VERDICT
from moderation.vocabulary import Severity

SEVERE: Final = rank(Severity.HIGH)
HOUR: Final = timedelta(hours=1)
PAUSE: Final = timedelta(minutes=10)
SHIFT: Final = timedelta(hours=8)
MOST: Final = 2000


def severe_taken(database: Database, user_id: str, now: datetime) -> int:
    """How many severe cases a person decided within the last hour or has open now."""
    decided = (
        select(func.count(VERDICT.c.case_id.distinct()))
        .join_from(VERDICT, CASE, CASE.c.id == VERDICT.c.case_id)
        .where(VERDICT.c.by_user == user_id, VERDICT.c.at > now - HOUR, CASE.c.severity >= SEVERE)
    )
    open_now = select(func.count()).where(
        CASE.c.leased_by == user_id, CASE.c.leased_until > now, CASE.c.severity >= SEVERE
    )
    with database.reading() as session:
        return int(session.execute(decided).scalar_one()) + int(session.execute(open_now).scalar_one())


def working_since(database: Database, user_id: str, now: datetime) -> datetime:
    """Since when a person has decided without a break; now, if the last verdict is some time ago."""
    query = (
        select(VERDICT.c.at)
        .where(VERDICT.c.by_user == user_id, VERDICT.c.at > now - SHIFT)
        .order_by(VERDICT.c.at.desc())
        .limit(MOST)
    )
    since = now
    with database.reading() as session:
        for at in session.execute(query).scalars():
            if since - at > PAUSE:
                break
            since = at
    return since
