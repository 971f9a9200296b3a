"""What all tables share: the naming convention, aware UTC times and short column builders.

The naming convention makes every constraint addressable, which Alembic's batch mode needs on SQLite.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, ForeignKey, Integer, LargeBinary, String, Text, text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SHOWN = len("2026-01-01 00:00:00.000000")
BIG = BigInteger().with_variant(Integer, "sqlite")


def in_utc(value: datetime) -> datetime:
    """An aware time in UTC.

    Raises:
        ValueError: it has no zone.
    """
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return value.astimezone(UTC)


def _text_of_moments() -> Callable[[datetime | None], str | None]:
    last: tuple[datetime | None, str | None] = (None, None)

    def text_of(value: datetime | None) -> str | None:
        nonlocal last
        if value is last[0]:
            return last[1]
        last = (value, in_utc(value).isoformat(" ", "microseconds")[:SHOWN]) if value is not None else (None, None)
        return last[1]

    return text_of


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time on both databases; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else in_utc(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """For SQLite the text itself: a batch writes one moment into hundreds of rows, so the last one is kept."""
        return _text_of_moments() if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def where_given(column: str) -> dict[str, Any]:
    """An index of those rows alone in which a column has a value.

    Most rows have none. An index of all would look useless to SQLite once it has counted: as many rows as there are for one
    value, so that it rather reads the table.
    """
    return {"sqlite_where": text(f"{column} IS NOT NULL"), "postgresql_where": text(f"{column} IS NOT NULL")}


def key(length: int = 64) -> Column[str]:
    """A text primary key."""
    return Column(String(length), primary_key=True)


def short(length: int = 64, **kw: Any) -> Column[str]:
    """A short text that must be given unless `nullable=True`."""
    kw.setdefault("nullable", False)
    return Column(String(length), **kw)


def words(**kw: Any) -> Column[str]:
    """A text of any length."""
    kw.setdefault("nullable", True)
    return Column(Text, **kw)


def moment(**kw: Any) -> Column[datetime]:
    """An aware UTC time."""
    kw.setdefault("nullable", False)
    return Column(UtcDateTime, **kw)


def blob(**kw: Any) -> Column[bytes]:
    """Bytes."""
    kw.setdefault("nullable", True)
    return Column(LargeBinary, **kw)


def data(**kw: Any) -> Column[Any]:
    """A JSON value."""
    kw.setdefault("nullable", False)
    return Column(JSON(none_as_null=True), **kw)


def whole(**kw: Any) -> Column[int]:
    """A whole number of up to 63 bits."""
    kw.setdefault("nullable", False)
    return Column(BIG, **kw)


def refers(to: str, *, primary_key: bool = False, nullable: bool = False, index: bool = False) -> Column[str]:
    """A foreign key to another table's text key."""
    return Column(String(64), ForeignKey(to), primary_key=primary_key, nullable=nullable, index=index)
