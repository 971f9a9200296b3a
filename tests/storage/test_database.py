"""What waits for the disk when it is committed, what need not, and who counts rows for the planner."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import text, update

from moderation.storage.bulk import insert_rows
from moderation.storage.database import Database, open_engine
from moderation.storage.tables import KnownDomain, LogHead
from moderation.storage.unit_of_work import table_of
from moderation.workers import count_rows
from tests.factories import make_world

SQLITE, POSTGRESQL = {"1": "not", "2": "waits"}, {"off": "not", "on": "waits"}


def waits(session, database: Database) -> str:
    """Whether a commit of this session waits for the disk, in the database's own words."""
    asked = "PRAGMA synchronous" if database.is_sqlite else "SHOW synchronous_commit"
    found = str(session.execute(text(asked)).scalar_one())
    return (SQLITE if database.is_sqlite else POSTGRESQL)[found]


def test_only_what_is_written_lightly_does_not_wait_for_the_disk_also_on_a_connection_used_for_both(
    database: Database,
) -> None:
    found = []
    for way in (
        database.writing,
        database.writing_lightly,
        database.writing,
        database.writing_lightly,
        database.writing,
    ):
        with way() as session:
            found.append(waits(session, database))
    assert found == ["waits", "not", "waits", "not", "waits"]


def test_a_connection_that_died_while_nobody_used_it_is_never_handed_out(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        pytest.skip("a file is always there")
    monkeypatch.setattr("moderation.storage.database.IDLE_SECONDS", 0.0)
    with database.reading() as session:
        first = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = Database(open_engine(str(database.engine.url.render_as_string(hide_password=False))))
    with other.reading() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid, 2000)"), {"pid": first})
    other.close()
    with database.reading() as session:
        assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() != first


@pytest.mark.parametrize("eager", [0.0, 1.0], ids=["patient", "eager"])
def test_two_writers_wait_for_each_other_however_long_one_of_them_takes(
    database: Database, monkeypatch: pytest.MonkeyPatch, eager: float
) -> None:
    monkeypatch.setattr("moderation.storage.database.EAGER_SECONDS", eager)
    order: list[str] = []
    table = table_of(LogHead)
    head = update(table).values(size=table.c.size + 1)

    def write() -> None:
        with database.writing() as session:
            session.execute(head)
            order.append("second")

    second = threading.Thread(target=write)
    with database.writing() as session:
        session.execute(head)
        second.start()
        second.join(0.05)
        order.append("first")
    second.join(30)
    assert order == ["first", "second"]


def test_a_worker_has_sqlite_count_its_large_tables_only(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    database = world.service.database
    names = [
        {"site_id": "gazette", "domain": f"news-{n}.example", "created_at": world.service.clock()} for n in range(1000)
    ]
    with database.writing() as session:
        insert_rows(session.connection(), table_of(KnownDomain), [{**row, "comment_id": "c"} for row in names])
    assert count_rows(world.service) == 0
    with database.reading() as session:
        counted = set(session.execute(text("SELECT tbl FROM sqlite_stat1")).scalars())
    assert counted == {"known_domain"}
    world.close()


def test_postgresql_counts_by_itself(database: Database) -> None:
    database.count_rows()
    with database.reading() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1
