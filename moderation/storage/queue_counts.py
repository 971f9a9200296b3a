"""The numbers of the queue: how many wait, how long, and what a person did last.

What this file decides
- Counts stop at a thousand: a page that says "1,000+" is as useful as one that says 50,000, and costs as much as 1,000 rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlmodel import Session

from moderation.storage.case_leases import CASE
from moderation.storage.database import Database
from moderation.storage.guarded import readable
from moderation.storage.tables import CommentRow, RevisionRow, VerdictRow
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import CaseState, Lane

CAP: Final = 1000
VERDICT: Final = table_of(VerdictRow)
COMMENT: Final = table_of(CommentRow)
REVISION: Final = table_of(RevisionRow)


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How the queue of one site stands now; both stop at `CAP`."""

    open: int
    escalated: int


@dataclass(frozen=True, slots=True)
class LastVerdict:
    """What a person decided last and can take back."""

    id: str
    case_id: str
    comment_id: str
    action: str
    ground: str
    name: str
    at: datetime
    settles_at: datetime
    batch_id: str | None


def read_counts(database: Database, site_id: str, lane: Lane = Lane.LIVE) -> QueueCounts:
    """The numbers for the top of every page."""
    here = (CASE.c.site_id == site_id) & (CASE.c.lane == lane.value)
    states = (CaseState.OPEN, CaseState.ESCALATED)
    with database.reading() as session:
        row = session.execute(select(*(_capped(here & (CASE.c.state == state.value)) for state in states))).one()
    return QueueCounts(*(int(n) for n in row))


def _capped(where: ColumnElement[bool]) -> ScalarSelect[int]:
    rows = select(CASE.c.id).where(where).limit(CAP + 1).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


def oldest_wait(database: Database, site_id: str, since: datetime) -> float | None:
    """The longest that a case decided since then had waited, in seconds; None when none was decided."""
    query = select(CASE.c.opened_at, CASE.c.decided_at).where(
        CASE.c.site_id == site_id, CASE.c.lane == Lane.LIVE.value, CASE.c.decided_at >= since
    )
    with database.reading() as session:
        waits = [(row.decided_at - row.opened_at).total_seconds() for row in session.execute(query)]
    return max(waits, default=None)


def read_tally(
    database: Database, site_id: str, user_id: str, today: datetime, since: datetime
) -> tuple[LastVerdict | None, int]:
    """What a person decided last at a site since then, and how much today."""
    with database.reading() as session:
        return _last_verdict(session, site_id, user_id, since), _decided_since(session, site_id, user_id, today)


def _last_verdict(session: Session, site_id: str, user_id: str, since: datetime) -> LastVerdict | None:
    """The newest verdict of a person at a site that was not taken back."""
    query = (
        select(VERDICT, readable(REVISION.c.name))
        .join(
            REVISION,
            (REVISION.c.comment_id == VERDICT.c.comment_id) & (REVISION.c.number == VERDICT.c.revision),
        )
        .join(COMMENT, COMMENT.c.id == VERDICT.c.comment_id)
        .where(
            VERDICT.c.by_user == user_id,
            VERDICT.c.at >= since,
            VERDICT.c.site_id == site_id,
            VERDICT.c.undone_at.is_(None),
        )
        .order_by(VERDICT.c.at.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    return LastVerdict(
        id=row.id,
        case_id=row.case_id or "",
        comment_id=row.comment_id,
        action=row.action,
        ground=row.ground or "",
        name=row.name or "",
        at=row.at,
        settles_at=row.settles_at,
        batch_id=row.batch_id,
    )


def _decided_since(session: Session, site_id: str, user_id: str, since: datetime) -> int:
    """How many cases a person decided at a site since then."""
    query = select(func.count()).where(
        VERDICT.c.by_user == user_id, VERDICT.c.at >= since, VERDICT.c.site_id == site_id, VERDICT.c.undone_at.is_(None)
    )
    return int(session.execute(query).scalar_one())
