"""Public halves of the sealing keys: written by whoever mints, read by the server."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from moderation.evidence.keys import EpochRow
from moderation.storage.database import Database
from moderation.storage.tables import EpochKey
from moderation.storage.upsert import upsert


def read_epoch_rows(database: Database) -> list[EpochRow]:
    """All keys that were not destroyed."""
    with database.reading() as session:
        rows = session.exec(select(EpochKey).where(col(EpochKey.destroyed_at).is_(None))).all()
    return [
        EpochRow(
            row.id,
            row.compartment,
            row.suite,
            row.public_key,
            row.not_before,
            row.not_after,
            row.destroy_after,
            row.sig,
            row.destroyed_at,
        )
        for row in rows
    ]


def store_epoch_rows(database: Database, rows: Iterable[EpochRow]) -> None:
    """Keep the public halves of newly minted keys; those that are there stay as they are."""
    with database.writing() as session:
        for row in rows:
            values = {
                "id": row.id,
                "compartment": str(row.compartment),
                "suite": int(row.suite),
                "public_key": row.public_key,
                "not_before": row.not_before,
                "not_after": row.not_after,
                "destroy_after": row.destroy_after,
                "sig": row.sig,
                "destroyed_at": row.destroyed_at,
            }
            upsert(session, EpochKey, values, keys=("id",), update=())
