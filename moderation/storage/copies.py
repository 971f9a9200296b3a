"""Copy a whole database while it is in use, and fill an empty one from a copy.

What this file decides
- SQLite: the file's own online backup, one consistent state, writers go on.
- PostgreSQL: rows of one snapshot (REPEATABLE READ, read only), table by table in the order of their references, as JSON. No
  client program of a fitting version is needed, and such a copy also fills a SQLite file.
- A database that holds anything is never filled. The log's head can only grow: an empty one grows to the copy's size.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, LargeBinary, Table, func, insert, inspect, select, update
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from moderation.errors import Conflict, ModerationError
from moderation.storage import tables as _tables  # noqa: F401  fills the metadata
from moderation.storage.database import open_engine
from moderation.storage.tables.base import UtcDateTime

BATCH: Final = 500
HEAD: Final = "log_head"


class NotEmpty(Conflict):
    """the database that should be filled is not empty"""

    code = "not_empty"
    hint = "restore into an empty place: another `MODERATION_DATA_DIR`, or an empty database"


class CopyDamaged(ModerationError):
    """the copy does not hold what it says"""

    code = "copy_damaged"
    hint = "take another copy; this one cannot be trusted"


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL; None for another kind of database."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def copy_sqlite(source: Path, target: Path) -> None:
    """One consistent state of a SQLite database in use, as a file of its own."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def check_sqlite(path: Path) -> None:
    """Read a copied file through.

    Raises:
        CopyDamaged: it is no sound database.
    """
    try:
        with closing(sqlite3.connect(path)) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError:
        verdict = "no database"
    if verdict != "ok":
        raise CopyDamaged


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """A connection that sees one state of the database, whatever others write meanwhile."""
    engine = open_engine(url)
    try:
        level = "SERIALIZABLE" if engine.dialect.name == "sqlite" else "REPEATABLE READ"
        with engine.connect().execution_options(isolation_level=level) as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def table_names() -> list[str]:
    """All tables, each after those that it refers to."""
    return [table.name for table in SQLModel.metadata.sorted_tables]


def dump_table(connection: Connection, name: str) -> Iterator[str]:
    """The rows of a table, one JSON object each, in the order of their key."""
    table = SQLModel.metadata.tables[name]
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=BATCH).execute(query).mappings():
        yield json.dumps({key: _plain(value) for key, value in row.items()}, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value


def refuse_filled(url: str) -> None:
    """Make sure that a database can be filled.

    Raises:
        NotEmpty: it has tables.
    """
    engine = open_engine(url)
    try:
        if inspect(engine).get_table_names():
            raise NotEmpty
    finally:
        engine.dispose()


@contextmanager
def filling(url: str) -> Iterator[Connection]:
    """One transaction in which an upgraded, empty database is filled."""
    engine = open_engine(url)
    try:
        with engine.execution_options(immediate=True).begin() as connection:
            yield connection
    finally:
        engine.dispose()


def load_table(connection: Connection, name: str, lines: Iterable[str]) -> int:
    """Fill a table; how many rows it got.

    Raises:
        CopyDamaged: the copy has a table that this release does not know.
    """
    if name not in SQLModel.metadata.tables:
        raise CopyDamaged(f"the copy has a table `{name}` that this release does not know")
    table, count, batch = SQLModel.metadata.tables[name], 0, []
    for line in lines:
        batch.append(_typed(table, json.loads(line)))
        if len(batch) == BATCH:
            count += _insert(connection, table, batch)
            batch = []
    return count + _insert(connection, table, batch)


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    def one(name: str, value: Any) -> Any:
        kind = table.c[name].type
        if value is None:
            return None
        if isinstance(kind, LargeBinary):
            return base64.b64decode(value)
        return datetime.fromisoformat(value) if isinstance(kind, UtcDateTime) else value

    return {name: one(name, value) for name, value in row.items()}


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    if not rows:
        return 0
    if table.name == HEAD:
        size = max(row["size"] for row in rows)
        if size:
            connection.execute(update(table).values(size=size))
    else:
        connection.execute(insert(table), rows)
    return len(rows)


def count_rows(url: str) -> dict[str, int]:
    """How many rows each table holds."""
    with snapshot(url) as connection:
        tables = SQLModel.metadata.sorted_tables
        return {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}
