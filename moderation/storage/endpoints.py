"""Where sites want to be told; the signing secrets come in sealed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from moderation.storage.database import Database
from moderation.storage.tables import Endpoint


def add_endpoint(
    database: Database, endpoint_id: str, site_id: str, url: str, sealed: bytes, now: datetime, *, allow_private: bool
) -> None:
    """A new target for a site's callbacks."""
    with database.writing() as session:
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
        return list(session.exec(select(Endpoint).order_by(col(Endpoint.site_id), col(Endpoint.id))).all())
