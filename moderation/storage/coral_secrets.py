"""The secrets with which a Coral signs what it asks: several while one is rotated, sealed under the application key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import select

from moderation.storage.database import Database
from moderation.storage.endpoints import CORAL
from moderation.storage.ids import new_id
from moderation.storage.site_settings import find_site
from moderation.storage.tables import Endpoint
from moderation.storage.unit_of_work import table_of

MOST: Final = 4
Seal = Callable[[str, Sequence[str]], bytes]
Open = Callable[[str, bytes], list[str]]
ENDPOINT: Final = table_of(Endpoint)
# Built once: every call of Coral asks this.
SEALED: Final = columns(ENDPOINT.c.id, ENDPOINT.c.secrets_sealed).where(
    ENDPOINT.c.site_id == bindparam("site"), ENDPOINT.c.style == CORAL, ENDPOINT.c.disabled_at.is_(None)
)


def read_secrets(database: Database, site_id: str, unseal: Open) -> list[str]:
    """The secrets of a site, newest first; none when it has no Coral."""
    with database.reading() as session:
        row = session.connection().execute(SEALED, {"site": site_id}).first()
    return unseal(row.id, row.secrets_sealed) if row else []


def add_secret(database: Database, site_id: str, secret: str, seal: Seal, unseal: Open, now: datetime) -> int:
    """Add a secret before the others and keep the newest four; how many there are.

    Raises:
        NotFound: there is no such site.
    """
    known = [one for one in read_secrets(database, site_id, unseal) if one != secret]
    kept = [secret, *known][:MOST]
    with database.writing() as session:
        find_site(session, site_id)
        row = session.exec(select(Endpoint).where(Endpoint.site_id == site_id, Endpoint.style == CORAL)).first()
        row = row or Endpoint(id=new_id(), site_id=site_id, url="", style=CORAL, secrets_sealed=b"", created_at=now)
        row.secrets_sealed = seal(row.id, kept)
        session.add(row)
    return len(kept)


def drop_old_secrets(database: Database, site_id: str, seal: Seal, unseal: Open) -> None:
    """Let only the newest secret be good: the rotation is over."""
    known = read_secrets(database, site_id, unseal)
    with database.writing() as session:
        row = session.exec(select(Endpoint).where(Endpoint.site_id == site_id, Endpoint.style == CORAL)).first()
        if row is not None and known:
            row.secrets_sealed = seal(row.id, known[:1])
            session.add(row)


def drop_secret(database: Database, site_id: str, secret: str, seal: Seal, unseal: Open) -> None:
    """Let one secret be good no longer; without any, nothing that claims to be Coral is believed."""
    kept = [one for one in read_secrets(database, site_id, unseal) if one != secret]
    with database.writing() as session:
        row = session.exec(select(Endpoint).where(Endpoint.site_id == site_id, Endpoint.style == CORAL)).first()
        if row is not None:
            row.secrets_sealed = seal(row.id, kept)
            session.add(row)
