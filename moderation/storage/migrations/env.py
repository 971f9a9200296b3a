"""Alembic's door: one connection that `migrate.upgrade` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel

import moderation.storage.tables  # noqa: F401  fills the metadata
from moderation.storage.migrations import include_object
from moderation.storage.tables.base import UtcDateTime


def render_item(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our time type as plain SQLAlchemy, so that a migration needs nothing of today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    include_object=include_object,
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
