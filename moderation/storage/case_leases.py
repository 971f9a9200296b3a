"""Who is shown which case: leases, so that two people never see the same one.

What this file decides
- The next case is the one that is due first; among those due at once the gravest. One's own leases come before new ones.
- PostgreSQL locks the rows it looks at and skips those that another is taking; SQLite lets one writer in at a time.
- A lease is no change of the case: its version stays, so a lapsed lease still decides if nothing else happened.
- What a person put aside stays hidden from that person for a while, and only from that person.
- A case that waits for a second opinion is shown to whoever was asked, and once it is overdue to everybody but the asker.
- An editor is shown first what two colleagues differ about.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, exists, or_, select, update
from sqlmodel import Session

from moderation.errors import NotFound
from moderation.storage.database import Database
from moderation.storage.tables import CaseRow, CaseSkip
from moderation.storage.unit_of_work import table_of
from moderation.storage.upsert import upsert
from moderation.vocabulary import CaseState, Lane

ASIDE: Final = timedelta(minutes=30)
CASE: Final = table_of(CaseRow)
SKIP: Final = table_of(CaseSkip)
STATES: Final = {False: (CaseState.OPEN,), True: (CaseState.ESCALATED, CaseState.OPEN)}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to be shown: at which site, from where on, and what not."""

    site_id: str
    user_id: str
    count: int = 1
    showing: tuple[str, ...] = ()
    after: str | None = None
    before: str | None = None
    without: tuple[str, ...] = ()
    lane: Lane = Lane.LIVE
    settles: bool = False
    below: int | None = None


def lease_next(database: Database, wish: Wish, now: datetime, lease: timedelta) -> list[str]:
    """Lease up to `count` cases in the order of the queue, and give their ids."""
    with database.writing_lightly() as session:
        turned = wish.after or wish.before
        mine = [] if turned else _mine(session, wish, now)
        ids = mine[: wish.count]
        for state in STATES[wish.settles]:
            if len(ids) < wish.count:
                known = {*ids, *wish.showing}
                ids += _free(session, database, replace(wish, count=wish.count - len(ids)), now, known, state)
        _take(session, ids, wish.user_id, now + lease)
        return ids


def lease_case(
    database: Database, site_id: str, case_id: str, user_id: str, now: datetime, lease: timedelta
) -> str | None:
    """Lease one case; the id of whoever else has it, or None when it is ours now.

    Raises:
        NotFound: this site has no such case.
    """
    with database.writing_lightly() as session:
        query = select(CASE.c.leased_by, CASE.c.leased_until, CASE.c.state).where(
            CASE.c.site_id == site_id, CASE.c.id == case_id
        )
        row = session.execute(query.with_for_update()).first()
        if row is None:
            raise NotFound("there is no such case here")
        held = row.leased_by if row.leased_until and row.leased_until > now else None
        if held is not None and held != user_id:
            return str(held)
        if row.state in {CaseState.OPEN.value, CaseState.ESCALATED.value}:
            _take(session, [case_id], user_id, now + lease)
        return None


def renew(database: Database, site_id: str, case_ids: Collection[str], user_id: str, until: datetime) -> int:
    """Keep leases that are still this person's; how many."""
    query = update(CASE).where(CASE.c.site_id == site_id, CASE.c.id.in_(list(case_ids)), CASE.c.leased_by == user_id)
    with database.writing_lightly() as session:
        return int(session.execute(query.values(leased_until=until)).rowcount)  # type: ignore[attr-defined]


def release(
    database: Database, site_id: str, case_ids: Collection[str], user_id: str, until: datetime | None = None
) -> int:
    """Give leases back; those that run longer than `until` were renewed by another page and stay. How many went."""
    query = update(CASE).where(CASE.c.site_id == site_id, CASE.c.id.in_(list(case_ids)), CASE.c.leased_by == user_id)
    if until is not None:
        query = query.where(CASE.c.leased_until <= until)
    with database.writing_lightly() as session:
        return int(session.execute(query.values(leased_by=None, leased_until=None)).rowcount)  # type: ignore[attr-defined]


def put_aside(database: Database, site_id: str, case_id: str, user_id: str, now: datetime) -> None:
    """Hide a case from one person for a while and give its lease back.

    Raises:
        NotFound: this site has no such case.
    """
    with database.writing() as session:
        found = session.execute(select(CASE.c.id).where(CASE.c.site_id == site_id, CASE.c.id == case_id)).first()
        if found is None:
            raise NotFound("there is no such case here")
        row = {"case_id": case_id, "user_id": user_id, "until": now + ASIDE}
        upsert(session, CaseSkip, row, keys=("case_id", "user_id"), update=("until",))
        session.execute(
            update(CASE)
            .where(CASE.c.id == case_id, CASE.c.leased_by == user_id)
            .values(leased_by=None, leased_until=None)
        )


def take_back(database: Database, user_id: str) -> None:
    """Show a person again what they had put aside."""
    with database.writing() as session:
        session.execute(delete(SKIP).where(SKIP.c.user_id == user_id))


def _mine(session: Session, wish: Wish, now: datetime) -> list[str]:
    query = (
        select(CASE.c.id)
        .where(
            CASE.c.leased_by == wish.user_id,
            CASE.c.leased_until > now,
            CASE.c.site_id == wish.site_id,
            CASE.c.lane == wish.lane.value,
            CASE.c.state.in_([state.value for state in STATES[wish.settles]]),
            CASE.c.id.not_in(wish.showing),
        )
        .order_by(CASE.c.due_at, CASE.c.severity.desc(), CASE.c.id)
    )
    return [str(row.id) for row in session.execute(query)]


def _free(
    session: Session, database: Database, wish: Wish, now: datetime, known: Collection[str], state: CaseState
) -> list[str]:
    query = free_cases(wish, now, state).limit(wish.count)
    if known:
        query = query.where(CASE.c.id.not_in(list(known)))
    query = _turned(session, query, wish)
    if not database.is_sqlite:
        query = query.with_for_update(skip_locked=True, of=CASE)
    return [str(row.id) for row in session.execute(query)]


def free_cases(wish: Wish, now: datetime, state: CaseState = CaseState.OPEN) -> Select[Any]:
    """The query of all cases in this state that nobody else is looking at and this person did not put aside."""
    aside = exists().where(SKIP.c.case_id == CASE.c.id, SKIP.c.user_id == wish.user_id, SKIP.c.until > now)
    mine = or_(CASE.c.asked_of.is_(None), CASE.c.asked_of == wish.user_id, CASE.c.due_at <= now)
    asked = (CASE.c.asked_by != wish.user_id) & mine
    query = select(CASE.c.id).where(
        CASE.c.site_id == wish.site_id,
        CASE.c.lane == wish.lane.value,
        CASE.c.state == state.value,
        or_(CASE.c.leased_until.is_(None), CASE.c.leased_until <= now, CASE.c.leased_by == wish.user_id),
        or_(CASE.c.barred.is_(None), CASE.c.barred != wish.user_id),
        or_(CASE.c.asked_by.is_(None), asked),
        ~aside,
    )
    if wish.below is not None:
        query = query.where(CASE.c.severity < wish.below)
    if wish.without:
        query = query.where(or_(CASE.c.ground.is_(None), CASE.c.ground.not_in(list(wish.without))))
    return query


def _turned(session: Session, query: Select[Any], wish: Wish) -> Select[Any]:
    """Begin after (or before) the case that the person is leaving."""
    order = (CASE.c.due_at, CASE.c.severity.desc(), CASE.c.id)
    at = wish.after or wish.before
    place = select(CASE.c.due_at, CASE.c.severity, CASE.c.id).where(CASE.c.site_id == wish.site_id, CASE.c.id == at)
    here = session.execute(place).first() if at else None
    if here is None:
        return query.order_by(*order)
    due, severity, case_id = here.due_at, here.severity, here.id
    if wish.after:
        graver = (CASE.c.severity == severity) & (CASE.c.id > case_id)
        behind = (CASE.c.due_at > due) | ((CASE.c.severity < severity) | graver)
        return query.where(CASE.c.due_at >= due, behind).order_by(*order)
    lesser = (CASE.c.severity == severity) & (CASE.c.id < case_id)
    ahead = (CASE.c.due_at < due) | ((CASE.c.severity > severity) | lesser)
    back = (CASE.c.due_at.desc(), CASE.c.severity, CASE.c.id.desc())
    return query.where(CASE.c.due_at <= due, ahead).order_by(*back)


def _take(session: Session, ids: Sequence[str], user_id: str, until: datetime) -> None:
    if ids:
        session.execute(update(CASE).where(CASE.c.id.in_(list(ids))).values(leased_by=user_id, leased_until=until))
