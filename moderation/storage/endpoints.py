"""Where sites want to be told; the signing secrets come in sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlmodel import col, select

from moderation.errors import NotFound
from moderation.storage.database import Database
from moderation.storage.site_settings import find_site
from moderation.storage.tables import Endpoint

CORAL: Final = "coral"  # Coral is asked and answered, never told: its rows hold secrets only


def add_endpoint(
    database: Database, endpoint_id: str, site_id: str, url: str, sealed: bytes, now: datetime, *, allow_private: bool
) -> None:
    """A new target for a site's callbacks.

    Raises:
        NotFound: there is no such site.
    """
    with database.writing() as session:
        find_site(session, site_id)
        session.add(
            Endpoint(
                id=endpoint_id,
                site_id=site_id,
                url=url,
                secrets_sealed=sealed,
                allow_private=allow_private,
                created_at=now,
            )
        )


def list_endpoints(database: Database) -> list[Endpoint]:
    """All targets, by site."""
    with database.reading() as session:
        query = select(Endpoint).where(Endpoint.style != CORAL).order_by(col(Endpoint.site_id), col(Endpoint.id))
        return list(session.exec(query).all())


def endpoints_at(database: Database, site_id: str) -> list[Endpoint]:
    """The targets of a site, the oldest first."""
    return [one for one in list_endpoints(database) if one.site_id == site_id]


def find_endpoint(database: Database, site_id: str, endpoint_id: str) -> Endpoint:
    """A target of this site.

    Raises:
        NotFound: it is another site's, or nobody's.
    """
    with database.reading() as session:
        found = session.get(Endpoint, endpoint_id)
    if found is None or found.site_id != site_id or found.style == CORAL:
        raise NotFound("there is no such endpoint here", hint="see `moderation callbacks list`")
    return found


def set_secrets(database: Database, endpoint_id: str, sealed: bytes) -> None:
    """Replace the sealed secrets of a target."""
    _change(database, endpoint_id, secrets_sealed=sealed)


def switch_endpoint(database: Database, endpoint_id: str, off_at: datetime | None, why: str | None) -> None:
    """Switch a target off at a moment, or on."""
    _change(database, endpoint_id, disabled_at=off_at, disabled_why=why)


def _change(database: Database, endpoint_id: str, **values: object) -> None:
    with database.writing() as session:
        row = session.get_one(Endpoint, endpoint_id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
