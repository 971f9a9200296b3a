"""Insert rows unless they are there, or update the named columns: the same words for both databases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from moderation.storage.unit_of_work import table_of


def insert_for(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The INSERT of the database at hand, which knows what to do on a conflict."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@lru_cache(maxsize=256)
def _insert_missing(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return insert_for(dialect, table).on_conflict_do_nothing()


def insert_missing(session: Session, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows whose keys do not exist yet. Every row must have the same keys."""
    if rows:
        connection = session.connection()
        connection.execute(_insert_missing(connection.dialect.name, table_of(model)), list(rows))


def upsert(
    session: Session, model: type[SQLModel], row: dict[str, Any], *, keys: Sequence[str], update: Collection[str]
) -> None:
    """Write `row`; where one with the same `keys` exists, only the columns in `update` change."""
    if not update:
        insert_missing(session, model, [row])
        return
    connection = session.connection()
    statement = insert_for(connection.dialect.name, table_of(model)).values(row)
    changes = {column: statement.excluded[column] for column in update}
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changes))
