"""Insert a row, or update the named columns of the one that is there: the same words for both databases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from moderation.storage.unit_of_work import table_of


def upsert(
    session: Session, model: type[SQLModel], row: dict[str, Any], *, keys: Sequence[str], update: Collection[str]
) -> None:
    """Write `row`; where one with the same `keys` exists, only the columns in `update` change."""
    table = table_of(model)
    if session.get_bind().dialect.name == "sqlite":
        lite = sqlite.insert(table).values(row)
        session.execute(
            lite.on_conflict_do_update(index_elements=list(keys), set_={c: lite.excluded[c] for c in update})
            if update
            else lite.on_conflict_do_nothing()
        )
        return
    post = postgresql.insert(table).values(row)
    session.execute(
        post.on_conflict_do_update(index_elements=list(keys), set_={c: post.excluded[c] for c in update})
        if update
        else post.on_conflict_do_nothing()
    )
