"""Ids: ULIDs, which sort by the time they were made."""

from __future__ import annotations

from datetime import datetime

from ulid import ULID


def new_id() -> str:
    """A new id of 26 characters."""
    return str(ULID())


def id_at(at: datetime) -> str:
    """A new id of what happened at a moment that is past."""
    return str(ULID.from_datetime(at))


def first_id_at(at: datetime) -> str:
    """The least id that can have been made at this moment."""
    return str(ULID.from_datetime(at))[:10] + "0" * 16
