"""Connections to SQLite and PostgreSQL from the same code.

What this file decides
- SQLite: WAL, foreign keys, `synchronous=FULL` (a commit is on the disk before an answer goes out), `secure_delete`; steps that
  write start with BEGIN IMMEDIATE, so that two writers queue instead of failing. For a second they ask for the lock
  every half millisecond: SQLite's own waiting sleeps longer each time, up to a tenth of a second, beside a lock that is free.
  The log of writes is carried over into the file at 16 MB, not at 4: much of what is written are the same pages again.
- PostgreSQL: psycopg 3, READ COMMITTED. A connection that nobody used for a second is asked whether it lives before it is used.
- What a power cut may take, such as who looks at which case, is committed without waiting for the disk; it is whole all the same.
- An error of the database never shows the values of its statement: they are comments and their senders.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlmodel import Session

FULL, USED = "FULL", "used"
IDLE_SECONDS = 1.0
BUSY_MS = 15000
WORTH_COUNTING = 1000  # rows: among so many an index is the better way
EAGER_SECONDS, ASK_SECONDS = 1.0, 0.0005
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA synchronous={FULL}",
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-65536",
    "PRAGMA wal_autocheckpoint=4000",
)


def open_engine(url: str) -> Engine:
    """An engine for `url`; a SQLite file's folder is made when it is missing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        options = {"check_same_thread": False}
        engine = create_engine(parsed, connect_args=options, pool_size=10, max_overflow=20, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, pool_size=10, max_overflow=20, hide_parameters=True)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _refuse_dead)
    return engine


def _note_use(_connection: Any, record: Any) -> None:
    record.info[USED] = time.monotonic()


def _refuse_dead(connection: Any, record: Any, _proxy: object) -> None:
    """Ask only after a pause: a request takes a connection ten times, and each question costs two exchanges.

    Raises:
        DisconnectionError: the pool then takes another connection.
    """
    if USED not in record.info or time.monotonic() - record.info[USED] < IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as problem:
        raise DisconnectionError from problem


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction control is switched off: `_begin_sqlite` says how a transaction starts.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    immediate = options.get("immediate", False)
    if immediate:
        _wait_for_disk(connection, FULL if options.get("lasting", True) else "NORMAL")
        if _take_lock(connection.connection.driver_connection):
            return
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _take_lock(connection: Any) -> bool:
    """Begin a transaction that writes; False when the lock was not free soon, or something else is wrong."""
    until = time.monotonic() + EAGER_SECONDS
    connection.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as problem:
                if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    return False
                time.sleep(ASK_SECONDS)
            else:
                return True
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    return False


def _wait_for_disk(connection: Connection, wanted: str) -> None:
    """Set how commits of this connection reach the disk; `info` lives as long as the driver's connection."""
    if connection.info.get("synchronous", FULL) != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted


class Database:
    """Hands out sessions that read and sessions that write."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(immediate=True)
        self._light = engine.execution_options(immediate=True, lasting=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether the statements that only PostgreSQL knows must be left out."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that commits when the block ends well. Steps that log use `UnitOfWork`."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def writing_lightly(self) -> Iterator[Session]:
        """The same without waiting for the disk: only for what may be lost with the power, such as leases."""
        with Session(self._light, expire_on_commit=False) as session, session.begin():
            if not self.is_sqlite:
                session.connection().exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield session

    def count_rows(self) -> None:
        """Let SQLite count its large tables, as PostgreSQL does by itself: its planner else reads all comments of a site where an
        index would find a few. A sample of each index is read; connections made afterwards know of it. What a small table
        counts would mislead when it has grown.
        """
        if not self.is_sqlite:
            return
        large = False
        with self.engine.connect() as connection:
            # By the driver itself: counting must stand in no transaction.
            driver: Any = connection.connection.driver_connection
            driver.execute(f"PRAGMA analysis_limit={WORTH_COUNTING}")
            for name in inspect(self.engine).get_table_names():
                some = driver.execute(f"SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT {WORTH_COUNTING})")  # noqa: S608
                if some.fetchone()[0] == WORTH_COUNTING:
                    driver.execute(f"ANALYZE {name}")
                    large = True
        if large:
            self.engine.dispose()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
