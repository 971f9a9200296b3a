"""Who works at a site: invited, given roles, and let go.

What this file decides
- Everybody has at least one role or is gone; the last admin of a site cannot go and cannot stop being one.
- Whoever leaves a site loses it in one transaction: roles, leases and links;
  with no site left also every session, the password and the second factor.
- The keys that they made there end as well, unless the admin keeps them: a running site may live on one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, update
from sqlmodel import Session, col, select

from moderation.errors import Conflict, NotFound
from moderation.storage.case_leases import CASE
from moderation.storage.database import Database
from moderation.storage.keys import end_keys_of
from moderation.storage.opinions import let_anybody_answer
from moderation.storage.people import OPERATOR, log_roles
from moderation.storage.tables import ApiKey, Membership, SignInLink, User, VerdictRow
from moderation.storage.tables import Session as SessionRow
from moderation.storage.unit_of_work import table_of, unit_of_work
from moderation.vocabulary import Role


class LastAdmin(Conflict):
    """a site needs an admin"""

    code = "last_admin"
    hint = "make somebody else an admin first"


@dataclass(frozen=True, slots=True)
class Member:
    """A person at a site."""

    id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    has_password: bool
    has_second: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser of a person."""

    hash: str
    agent: str
    created_at: datetime
    seen_at: datetime


def list_members(database: Database, site_id: str) -> list[Member]:
    """Everybody at a site, by name."""
    query = (
        select(User, Membership.role)
        .join(Membership, col(Membership.user_id) == User.id)
        .where(Membership.site_id == site_id)
        .order_by(col(User.name), col(User.id))
    )
    with database.reading() as session:
        found: dict[str, tuple[User, list[Role]]] = {}
        for user, role in session.exec(query):
            found.setdefault(user.id, (user, []))[1].append(Role(role))
        return [_member(session, user, roles) for user, roles in found.values()]


def colleagues_with(database: Database, site_id: str, roles: Collection[Role], without: str) -> list[tuple[str, str]]:
    """Ids and names of everybody else at a site who has one of these roles."""
    query = (
        select(User.id, User.name)
        .join(Membership, col(Membership.user_id) == User.id)
        .where(Membership.site_id == site_id, col(Membership.role).in_([role.value for role in roles]))
        .where(User.id != without, col(User.disabled_at).is_(None))
        .distinct()
        .order_by(col(User.name), col(User.id))
    )
    with database.reading() as session:
        return [(user_id, name) for user_id, name in session.exec(query)]


def _member(session: Session, user: User, roles: list[Role]) -> Member:
    seen = session.exec(
        select(SessionRow.seen_at).where(SessionRow.user_id == user.id).order_by(col(SessionRow.seen_at).desc())
    ).first()
    return Member(
        user.id,
        user.name,
        user.email,
        tuple(sorted(roles)),
        user.password_hash is not None,
        user.totp_secret is not None,
        seen,
    )


def set_roles(
    database: Database,
    site_id: str,
    user_id: str,
    roles: frozenset[Role],
    now: datetime,
    *,
    by: str = OPERATOR,
    keep_keys: bool = False,
) -> None:
    """Give a person exactly these roles at a site; none lets them go. A change is a line of the log.

    `keep_keys` leaves the keys that a leaver made as they are.

    Raises:
        NotFound: they are nothing here.
        LastAdmin: nobody would be admin.
    """
    member = table_of(Membership)
    with unit_of_work(database) as work:
        session = work.session
        here = session.exec(select(Membership).where(Membership.site_id == site_id).with_for_update()).all()
        had = {Role(one.role) for one in here if one.user_id == user_id}
        if not had:
            raise NotFound("there is no such person here")
        others = any(one.role == Role.ADMIN.value and one.user_id != user_id for one in here)
        if Role.ADMIN in had and Role.ADMIN not in roles and not others:
            raise LastAdmin
        gone = member.c.role.in_([role.value for role in had - roles])
        session.execute(delete(member).where(member.c.site_id == site_id, member.c.user_id == user_id, gone))
        work.insert(Membership, [{"user_id": user_id, "site_id": site_id, "role": r.value} for r in roles - had])
        if not roles:
            _let_go(session, site_id, user_id, now)
            if not keep_keys:
                end_keys_of(session, site_id, user_id, now)
        if had != roles:
            log_roles(work, site_id, user_id, roles, by, now)


def _let_go(session: Session, site_id: str, user_id: str, now: datetime) -> None:
    leased = update(CASE).where(CASE.c.leased_by == user_id, CASE.c.site_id == site_id)
    session.execute(leased.values(leased_by=None, leased_until=None))
    let_anybody_answer(session, site_id, user_id)
    links = table_of(SignInLink)
    session.execute(update(links).where(links.c.user_id == user_id, links.c.used_at.is_(None)).values(used_at=now))
    if session.exec(select(Membership).where(Membership.user_id == user_id)).first() is not None:
        return
    sessions, users = table_of(SessionRow), table_of(User)
    open_ones = sessions.c.revoked_at.is_(None) & (sessions.c.user_id == user_id)
    session.execute(update(sessions).where(open_ones).values(revoked_at=now))
    nothing = {"password_hash": None, "totp_secret": None, "disabled_at": now}
    session.execute(update(users).where(users.c.id == user_id).values(**nothing))


def former_members(database: Database, site_id: str) -> list[tuple[str, str]]:
    """Id and name of those who decided at a site, or made a key of it, and have no role there any more."""
    verdict, user, member, key = table_of(VerdictRow), table_of(User), table_of(Membership), table_of(ApiKey)
    decided = exists().where(verdict.c.by_user == user.c.id, verdict.c.site_id == site_id)
    keyed = exists().where(key.c.made_by == user.c.id, key.c.site_id == site_id)
    works = exists().where(member.c.user_id == user.c.id, member.c.site_id == site_id)
    query = select(User.id, User.name).where(decided | keyed, ~works).order_by(col(User.name))
    with database.reading() as session:
        return [(str(id_), str(name)) for id_, name in session.exec(query)]


def works_elsewhere(database: Database, user_id: str, site_id: str) -> bool:
    """Whether a person has a role at another site: then no link of theirs may pass through this site's admin."""
    query = select(Membership.site_id).where(Membership.user_id == user_id, Membership.site_id != site_id)
    with database.reading() as session:
        return session.exec(query.limit(1)).first() is not None


def open_sessions(database: Database, user_id: str, now: datetime) -> list[OpenSession]:
    """The browsers in which a person is signed in."""
    query = select(SessionRow).where(
        SessionRow.user_id == user_id, col(SessionRow.revoked_at).is_(None), col(SessionRow.expires_at) > now
    )
    with database.reading() as session:
        rows = session.exec(query.order_by(col(SessionRow.seen_at).desc())).all()
    return [OpenSession(row.id_hash, row.user_agent, row.created_at, row.seen_at) for row in rows]
