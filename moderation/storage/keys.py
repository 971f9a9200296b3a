"""Keys of sites: made, looked up by hash, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from moderation.access.api_keys import NewKey
from moderation.errors import Invalid, NotFound
from moderation.storage.database import Database
from moderation.storage.site_settings import find_site
from moderation.storage.tables import ApiKey
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import Lane


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whose key it is and what it may write to."""

    key_id: str
    site_id: str
    lane: Lane
    shadow: bool


def store_key(
    database: Database, key_id: str, site_id: str, lane: Lane, key: NewKey, now: datetime, *, by: str | None = None
) -> None:
    """Keep the hash of a new key; `by` is the person who made it, nobody when it was made on the machine itself.

    Raises:
        NotFound: there is no such site.
    """
    with database.writing() as session:
        find_site(session, site_id)
        row = ApiKey(
            id=key_id,
            site_id=site_id,
            mode=lane.value,
            key_hash=key.hash,
            hint=key.hint,
            created_at=now,
            made_by=by,
        )
        session.add(row)


def find_key(database: Database, key_hash: str) -> KeyHolder | None:
    """Whose key this is; None for an unknown or revoked one."""
    with database.reading() as session:
        row = session.exec(select(ApiKey).where(ApiKey.key_hash == key_hash, col(ApiKey.revoked_at).is_(None))).first()
    return KeyHolder(row.id, row.site_id, Lane(row.mode), row.shadow) if row else None


def list_keys(database: Database, site_id: str) -> list[ApiKey]:
    """All keys of a site, newest first; only hints, never keys."""
    with database.reading() as session:
        query = select(ApiKey).where(ApiKey.site_id == site_id).order_by(col(ApiKey.id).desc())
        return list(session.exec(query).all())


def keys_made_by(database: Database, site_id: str, user_id: str) -> list[ApiKey]:
    """The keys of a site that this person made and that are still good, newest first."""
    return [key for key in list_keys(database, site_id) if key.made_by == user_id and key.revoked_at is None]


def revoke_keys_of(database: Database, site_id: str, user_id: str, now: datetime) -> int:
    """Make every key useless that this person made at a site; how many there were."""
    with database.writing() as session:
        return end_keys_of(session, site_id, user_id, now)


def end_keys_of(session: Session, site_id: str, user_id: str, now: datetime) -> int:
    """The same within a step."""
    key = table_of(ApiKey)
    theirs = (key.c.site_id == site_id) & (key.c.made_by == user_id) & key.c.revoked_at.is_(None)
    return int(session.execute(update(key).where(theirs).values(revoked_at=now)).rowcount)  # type: ignore[attr-defined]


def revoke_key(database: Database, which: str, now: datetime, *, site_id: str | None = None) -> ApiKey:
    """Make a key useless at once; `which` is its id, its hint or its hash.

    Raises:
        NotFound: no key fits.
    """
    with database.writing() as session:
        query = select(ApiKey).where((ApiKey.id == which) | (ApiKey.hint == which) | (ApiKey.key_hash == which))
        if site_id:
            query = query.where(ApiKey.site_id == site_id)
        row = session.exec(query).first()
        if row is None:
            raise NotFound(f"there is no key `{which}`", hint="see `moderation keys list --site NAME`")
        row.revoked_at = row.revoked_at or now
        session.add(row)
        return row


def set_shadow(database: Database, site_id: str, key_id: str, *, on: bool) -> ApiKey:
    """Let a live key record decisions and block nothing, or let it block again.

    Raises:
        NotFound: there is no such key here.
        Invalid: it is a test key, which blocks nobody's comment anyway.
    """
    with database.writing() as session:
        row = session.get(ApiKey, key_id)
        if row is None or row.site_id != site_id or row.revoked_at is not None:
            raise NotFound("there is no such key here", hint="see `moderation keys list --site NAME`")
        if row.mode != Lane.LIVE.value:
            raise Invalid("only a live key has a shadow mode", hint="a test key's comments never reach readers")
        row.shadow = on
        session.add(row)
        return row
