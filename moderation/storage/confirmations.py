"""Readers who are asked whether an e-mail address is theirs.

What this file decides
- A site that wants it asks each new address once, whoever comments under it: nobody can fill a stranger's mailbox.
- Looking at the link changes nothing; the press confirms every author of the site under that address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select, update

from moderation.access.sessions import hash_token
from moderation.errors import Conflict
from moderation.storage.database import Database
from moderation.storage.ids import first_id_at
from moderation.storage.tables import AuthorRow, ConfirmationRow, Site
from moderation.storage.unit_of_work import table_of

CONFIRM_EMAIL: Final = "confirm_email"
AUTHOR: Final = table_of(AuthorRow)
ASKED: Final = table_of(ConfirmationRow)
LATELY: Final = timedelta(hours=6)
LIFETIME: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Unasked:
    """A new address that nobody was asked about."""

    author_id: str
    site_id: str
    site_name: str
    name: str
    email_sealed: bytes
    email_tag: bytes


def unasked_authors(database: Database, now: datetime, limit: int = 20) -> list[Unasked]:
    """New authors with an address, at sites that want it confirmed; ids begin with the time, so only new rows are read."""
    known = exists().where(ASKED.c.site_id == AUTHOR.c.site_id, ASKED.c.email_tag == AUTHOR.c.email_tag)
    with database.reading() as session:
        sites = {s.id: s.name for s in session.execute(select(Site)).scalars() if s.settings.get(CONFIRM_EMAIL)}
        if not sites:
            return []
        query = (
            select(AUTHOR)
            .where(AUTHOR.c.id >= first_id_at(now - LATELY), AUTHOR.c.site_id.in_(list(sites)))
            .where(AUTHOR.c.confirmed.is_(False), AUTHOR.c.email_sealed.is_not(None), ~known)
            .order_by(AUTHOR.c.id)
            .limit(limit)
        )
        rows = session.execute(query).all()
    return [
        Unasked(r.id, r.site_id, sites[r.site_id], r.name or "", r.email_sealed, r.email_tag)
        for r in {(row.site_id, row.email_tag): row for row in rows}.values()
    ]


def note_asked(database: Database, one: Unasked, token: str, now: datetime) -> None:
    """Remember that this address was asked about."""
    row = ConfirmationRow(
        token_hash=hash_token(token),
        site_id=one.site_id,
        author_id=one.author_id,
        email_tag=one.email_tag,
        expires_at=now + LIFETIME,
        created_at=now,
    )
    with database.writing() as session:
        session.add(row)


def read_confirmation(database: Database, token: str, now: datetime) -> tuple[str, bool]:
    """The name of the site whose link this is, and whether it was pressed already.

    Raises:
        Conflict: there is no such link, or it has lapsed.
    """
    with database.reading() as session:
        row = session.get(ConfirmationRow, hash_token(token))
        site = session.get(Site, row.site_id) if row else None
    if row is None or site is None or row.expires_at <= now:
        raise Conflict("this link is unknown or too old", hint="the next comment under the address needs none")
    return site.name, row.confirmed_at is not None


def confirm(database: Database, token: str, now: datetime) -> None:
    """The reader pressed: the address is theirs.

    Raises:
        Conflict: there is no such link, or it has lapsed.
    """
    read_confirmation(database, token, now)
    with database.writing() as session:
        row = session.get_one(ConfirmationRow, hash_token(token))
        row.confirmed_at = row.confirmed_at or now
        here = (AUTHOR.c.site_id == row.site_id) & (AUTHOR.c.email_tag == row.email_tag)
        session.execute(update(AUTHOR).where((AUTHOR.c.id == row.author_id) | here).values(confirmed=True))
