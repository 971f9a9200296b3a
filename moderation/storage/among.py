"""Ask for many at once, by one parameter.

A place for each member would make another statement for each length of a list: SQLAlchemy writes it anew, and the database
plans it anew. One list as one parameter is the same statement for ever: a JSON text for SQLite, an array for PostgreSQL.

Pairs of a site and a name are asked for as two lists, since SQLite reads a whole table for pairs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Dialect, String, and_, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class Texts(TypeDecorator[list[str]]):
    """A list of texts as one parameter; never a column."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array where the database has such."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(String()))

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """JSON for SQLite; the driver of PostgreSQL knows lists."""
        return json.dumps if dialect.name == "sqlite" else None


class among(FunctionElement[bool]):  # noqa: N801 - reads like the functions of SQLAlchemy
    """Whether a column is among the texts that the statement is given under `name` when it is asked."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        super().__init__(column, bindparam(name, type_=Texts()))

    def self_group(self, against: Any = None) -> among:  # noqa: ARG002
        """Itself: it is a condition, also where truth is a number, and `= 1` behind it would keep SQLite from its indices."""
        return self


@compiles(among)
def _any(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, given = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} = ANY({given})"


@compiles(among, "sqlite")
def _in_json(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, given = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({given}))"  # noqa: S608 - both were written by SQLAlchemy


def few(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The same for a list that nearly always has one member: a place for each, so that SQLite knows how few they are."""
    return column.in_(bindparam(name, expanding=True))


def in_sites(site: ColumnElement[Any], name: ColumnElement[Any]) -> ColumnElement[bool]:
    """Rows of the `sites` and the `names` that `apart` makes of pairs. Of several sites more may come back than was asked for."""
    return and_(few(site, "sites"), among(name, "names"))


def apart(pairs: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    """Pairs of a site and a name, as `in_sites` is given them."""
    return {"sites": list({site for site, _ in pairs}), "names": list({name for _, name in pairs})}
