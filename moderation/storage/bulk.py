"""Insert many rows of one table with the least work a row.

SQLAlchemy builds a dictionary of bound values for each row of each statement. A comment is sixteen rows, so here the
statement and its columns' processors are made once per table and set of columns, and rows go to the driver as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

Process = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class BulkInsert:
    """A statement in the driver's own form, with its columns in the order of its places."""

    sql: str
    columns: tuple[tuple[str, Process], ...]
    by_place: bool

    def bind(self, row: dict[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """The row as the driver takes it."""
        if self.by_place:
            return tuple([process(row[name]) if process else row[name] for name, process in self.columns])
        return {name: process(row[name]) if process else row[name] for name, process in self.columns}


_made: dict[tuple[str, str, tuple[str, ...]], BulkInsert] = {}


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same keys: every column that has no default in the database itself."""
    if not rows:
        return
    name = (connection.dialect.name, table.name, tuple(rows[0]))
    found = _made.get(name)
    if found is None:
        found = _made[name] = _make(table, tuple(rows[0]), connection.dialect)
    connection.exec_driver_sql(found.sql, [found.bind(row) for row in rows])


def _make(table: Table, keys: tuple[str, ...], dialect: Dialect) -> BulkInsert:
    compiled = insert(table).compile(dialect=dialect, column_keys=list(keys))
    left_out = [column.name for column in table.columns if column.default is not None and column.name not in keys]
    if left_out:
        raise ValueError(f"rows of `{table.name}` must name {', '.join(left_out)}")
    by_place = bool(getattr(compiled, "positional", False))
    order = tuple(compiled.positiontup or keys) if by_place else keys
    processors = {key: table.c[key].type.dialect_impl(dialect).bind_processor(dialect) for key in keys}
    return BulkInsert(str(compiled), tuple((key, processors[key]) for key in order), by_place)
