"""Fill tables quickly: a database that is thrown away afterwards needs neither safety nor indices while its rows come in.

Indices (the full-text one too) are taken away and made again at the end; references are not looked up row by row; a commit does not
wait for the disk. Whoever fills the tables answers for the rows being right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from sqlalchemy import Table, event

from moderation.storage.database import Database

SQLITE = ("PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF", "PRAGMA secure_delete=OFF", "PRAGMA cache_size=-400000")
POSTGRESQL = ("SET synchronous_commit = off", "SET session_replication_role = replica", "SET work_mem = '64MB'")
MAKING = "SET maintenance_work_mem = '512MB'"


@contextmanager
def quick_load(database: Database, tables: Sequence[Table]) -> Iterator[None]:
    """Within this block rows of these tables come in fast; at its end every index is there again and the planner has counted."""
    with _careless(database):
        later = _without_search(database)
        indices = [index for table in tables for index in table.indexes]
        with database.writing() as session:
            for index in indices:
                index.drop(session.connection())
        yield
        for index in indices:
            with database.writing() as session:
                if not database.is_sqlite:
                    session.connection().exec_driver_sql(MAKING)
                index.create(session.connection())
        for statement in later:
            run(database, statement)
    if database.is_sqlite:
        database.count_rows()
    else:
        run(database, "VACUUM ANALYZE")


@contextmanager
def _careless(database: Database) -> Iterator[None]:
    """Connections made in this block neither wait for the disk nor look references up."""

    def loosen(connection: Any, _record: object) -> None:
        with connection.cursor() if not database.is_sqlite else _closing(connection) as cursor:
            for statement in SQLITE if database.is_sqlite else POSTGRESQL:
                cursor.execute(statement)
        if not database.is_sqlite:
            connection.commit()

    database.engine.dispose()
    event.listen(database.engine, "connect", loosen)
    try:
        yield
    finally:
        event.remove(database.engine, "connect", loosen)
        database.engine.dispose()


@contextmanager
def _closing(connection: Any) -> Iterator[Any]:
    cursor = connection.cursor()
    yield cursor
    cursor.close()


def _without_search(database: Database) -> list[str]:
    """Take the full-text index away; the statements that make it again."""
    search = import_module("moderation.storage.migrations.versions.0011_full_text")
    with database.reading() as session:
        connection = session.connection()
        if not database.is_sqlite:
            found = "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_fts_revision'"
            later = [str(connection.exec_driver_sql(found).scalar_one())]
            away = ["DROP INDEX ix_fts_revision"]
        else:
            triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'revision_search_%'"
            rows = connection.exec_driver_sql(triggers).all()
            away = [f"DROP TRIGGER {row.name}" for row in rows]
            away += ["DELETE FROM fts_map", "INSERT INTO comment_fts (comment_fts) VALUES ('delete-all')"]
            later = [*search.SQLITE[-2:], *(row.sql for row in rows)]
    for statement in away:
        run(database, statement)
    return later


def run(database: Database, statement: str) -> None:
    """One statement that keeps its house by itself, such as VACUUM."""
    if database.is_sqlite:
        with database.writing() as session:
            session.connection().exec_driver_sql(statement)
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(MAKING)
        connection.exec_driver_sql(statement)
