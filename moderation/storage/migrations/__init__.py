"""Alembic migrations: one change each, expand before contract."""

from __future__ import annotations

from typing import Any


def include_object(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:  # noqa: FBT001
    """Leave full-text objects to the migrations that make them."""
    return not (kind in {"table", "index", "column"} and name is not None and "fts" in name)
