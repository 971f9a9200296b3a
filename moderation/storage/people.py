"""People: who they are, what they may do where, their sessions and their links.

What this file decides
- Looking somebody up by a token always goes through the token's hash.
- A disabled person has no session and no link that works, whatever the rows say.
- A link is used up in the transaction that opens the session, so that two presses give one session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import update
from sqlmodel import Session, col, select

from moderation.access.sessions import ABSOLUTE, LIFETIMES, TOUCH_AFTER, LinkPurpose, hash_token, is_alive, make_token
from moderation.errors import Conflict, NotFound
from moderation.evidence.canonical import Json
from moderation.evidence.record import LeafType
from moderation.storage.database import Database
from moderation.storage.desk_log import log_change
from moderation.storage.ids import new_id
from moderation.storage.site_settings import find_site
from moderation.storage.tables import Membership, SignInLink, Site, User
from moderation.storage.tables import Session as SessionRow
from moderation.storage.unit_of_work import UnitOfWork, table_of, unit_of_work
from moderation.vocabulary import Role

OPERATOR: Final = "operator"  # who works on the machine itself


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here."""

    id: str
    name: str
    email: str
    password_hash: str | None
    totp_secret: bytes | None
    preferences: Mapping[str, Any]
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a session, and what they are at each site."""

    person: Person
    session_hash: str
    csrf: str
    sites: Mapping[str, str]
    roles: Mapping[str, frozenset[Role]]

    def roles_at(self, site_id: str) -> frozenset[Role]:
        """What the person is at one site; nothing at others."""
        return self.roles.get(site_id, frozenset())


def add_person(
    database: Database,
    email: str,
    name: str,
    site_id: str,
    roles: frozenset[Role],
    now: datetime,
    *,
    by: str = OPERATOR,
) -> Person:
    """A person with roles at a site; one who is there already gets the roles as well. A change is a line of the log.

    Raises:
        NotFound: there is no such site.
    """
    with unit_of_work(database) as work:
        session = work.session
        find_site(session, site_id)
        user = _by_email(session, email)
        if user is None:
            user = User(id=new_id(), email=email.strip().lower(), name=name, preferences={}, created_at=now)
        user.disabled_at = None
        session.add(user)
        session.flush()
        new = {role for role in roles if session.get(Membership, (user.id, site_id, role.value)) is None}
        session.add_all(Membership(user_id=user.id, site_id=site_id, role=role.value) for role in new)
        if new:
            log_roles(work, site_id, user.id, roles, by, now)
        return _person(user)


def log_roles(work: UnitOfWork, site_id: str, user_id: str, roles: frozenset[Role], by: str, now: datetime) -> None:
    """Write into the log which roles a person has now; ids and closed words only."""
    data: dict[str, Json] = {"user": user_id, "roles": sorted(role.value for role in roles), "by": by}
    log_change(work, LeafType.ROLE_CHANGED, site_id, now, data, about=user_id)


def find_by_email(database: Database, email: str) -> Person | None:
    """The person with this address, also when they are disabled."""
    with database.reading() as session:
        user = _by_email(session, email)
        return _person(user) if user else None


def read_roles(database: Database, user_id: str, site_id: str) -> list[Role]:
    """What a person is at a site."""
    with database.reading() as session:
        query = select(Membership.role).where(Membership.user_id == user_id, Membership.site_id == site_id)
        return [Role(role) for role in session.exec(query).all()]


def find_person(database: Database, user_id: str) -> Person:
    """The person with this id.

    Raises:
        NotFound: there is none.
    """
    with database.reading() as session:
        user = session.get(User, user_id)
    if user is None:
        raise NotFound("there is no such person")
    return _person(user)


def make_link(
    database: Database, user_id: str, purpose: LinkPurpose, random: Callable[[int], bytes], now: datetime
) -> str:
    """A new link's token; older ones of the same purpose stop working."""
    token = make_token(random)
    table = table_of(SignInLink)
    with database.writing() as session:
        session.execute(
            update(table)
            .where(table.c.user_id == user_id, table.c.purpose == purpose.value, table.c.used_at.is_(None))
            .values(used_at=now)
        )
        expires = now + LIFETIMES[purpose]
        session.add(SignInLink(token_hash=token.hash, user_id=user_id, purpose=purpose.value, expires_at=expires))
    return token.secret


def read_link(database: Database, token: str, now: datetime) -> tuple[Person, LinkPurpose] | None:
    """Whose link this is, if it still works; looking at it uses nothing up."""
    with database.reading() as session:
        link = session.get(SignInLink, hash_token(token))
        if link is None or link.used_at is not None or link.expires_at <= now:
            return None
        user = session.get(User, link.user_id)
        if user is None or user.disabled_at is not None:
            return None
        return _person(user), LinkPurpose(link.purpose)


def use_link(database: Database, token: str, now: datetime) -> None:
    """Use a link up.

    Raises:
        Conflict: somebody pressed it before.
    """
    table = table_of(SignInLink)
    with database.writing() as session:
        done = session.execute(
            update(table)
            .where(table.c.token_hash == hash_token(token), table.c.used_at.is_(None), table.c.expires_at > now)
            .values(used_at=now)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict("this link was used already or is too old", hint="ask for a new one")


def open_session(
    database: Database, user_id: str, user_agent: str, random: Callable[[int], bytes], now: datetime
) -> str:
    """A new session's token."""
    token, csrf = make_token(random), make_token(random)
    with database.writing() as session:
        session.add(
            SessionRow(
                id_hash=token.hash,
                user_id=user_id,
                csrf=csrf.secret,
                user_agent=user_agent[:200],
                created_at=now,
                seen_at=now,
                expires_at=now + ABSOLUTE,
            )
        )
    return token.secret


def read_session(database: Database, token: str, now: datetime) -> SignedIn | None:
    """Who is signed in under this token, if it still holds."""
    digest = hash_token(token)
    with database.reading() as session:
        found = session.exec(
            select(SessionRow, User).join(User, col(User.id) == SessionRow.user_id).where(SessionRow.id_hash == digest)
        ).first()
        if found is None:
            return None
        row, user = found
        if row.revoked_at is not None or user.disabled_at is not None:
            return None
        if not is_alive(row.created_at, row.seen_at, row.expires_at, now):
            return None
        members = session.exec(
            select(Membership, Site.name)
            .join(Site, col(Site.id) == Membership.site_id)
            .where(Membership.user_id == user.id)
            .order_by(col(Site.name))
        ).all()
    if now - row.seen_at > TOUCH_AFTER:
        _touch(database, digest, now)
    roles: dict[str, set[Role]] = {}
    for member, _ in members:
        roles.setdefault(member.site_id, set()).add(Role(member.role))
    return SignedIn(
        person=_person(user),
        session_hash=digest,
        csrf=row.csrf,
        sites={member.site_id: name for member, name in members},
        roles={site: frozenset(names) for site, names in roles.items()},
    )


def _touch(database: Database, digest: str, now: datetime) -> None:
    table = table_of(SessionRow)
    with database.writing() as session:
        session.execute(update(table).where(table.c.id_hash == digest).values(seen_at=now))


def end_sessions(
    database: Database, user_id: str, now: datetime, *, only: str | None = None, keep: str | None = None
) -> int:
    """Revoke a person's sessions: all, one (`only`), or all others (`keep`)."""
    table = table_of(SessionRow)
    query = update(table).where(table.c.user_id == user_id, table.c.revoked_at.is_(None))
    if only is not None:
        query = query.where(table.c.id_hash == only)
    if keep is not None:
        query = query.where(table.c.id_hash != keep)
    with database.writing() as session:
        return int(session.execute(query.values(revoked_at=now)).rowcount)  # type: ignore[attr-defined]


def change_person(database: Database, user_id: str, **changes: Any) -> None:
    """Set columns of a person.

    Raises:
        NotFound: there is none.
    """
    with database.writing() as session:
        user = session.get(User, user_id)
        if user is None:
            raise NotFound("there is no such person")
        for name, value in changes.items():
            setattr(user, name, value)
        session.add(user)


def change_preferences(database: Database, user_id: str, **changes: Any) -> None:
    """Set some of a person's preferences; None takes one away."""
    with database.writing() as session:
        user = session.get(User, user_id)
        if user is not None:
            merged = {**user.preferences, **changes}
            user.preferences = {name: value for name, value in merged.items() if value is not None}
            session.add(user)


def _by_email(session: Session, email: str) -> User | None:
    return session.exec(select(User).where(User.email == email.strip().lower())).first()


def _person(user: User) -> Person:
    return Person(
        id=user.id,
        name=user.name,
        email=user.email,
        password_hash=user.password_hash,
        totp_secret=user.totp_secret,
        preferences=user.preferences,
        disabled=user.disabled_at is not None,
    )
