from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from moderation.storage.append_only import RULES
from moderation.storage.database import Database, open_engine
from moderation.storage.migrate import alembic_config, upgrade
from moderation.storage.migrations import include_object

ROWS = {
    "log_entry": "INSERT INTO log_entry (idx, body, leaf_hash, type, ref, site_id, created_at)"
    " VALUES (0, :b, :b, 'x', '', '', '2026-01-01 00:00:00+00:00')",
    "log_checkpoint": "INSERT INTO log_checkpoint (size, note, created_at) VALUES (1, 'n', '2026-01-01 00:00:00+00:00')",
    "log_anchor": "INSERT INTO log_anchor (id, size, kind, blob, created_at)"
    " VALUES ('a', 1, 'tsa', :b, '2026-01-01 00:00:00+00:00')",
}
CHANGES = {
    "log_entry": ["UPDATE log_entry SET type = 'y'", "UPDATE log_entry SET body = :b, type = 'z'"],
    "log_checkpoint": ["UPDATE log_checkpoint SET note = 'other'"],
    "log_anchor": ["UPDATE log_anchor SET kind = 'other'"],
    "log_head": ["UPDATE log_head SET size = 0"],
}


def revisions() -> list[str]:
    return [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()][::-1]


def test_there_is_exactly_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_schema_by_migrations_equals_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": include_object})
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.parametrize("start", revisions())
def test_log_stays_append_only_after_an_upgrade_from_every_revision(bare_url: str, start: str) -> None:
    upgrade(bare_url, revision=start)
    upgrade(bare_url)
    engine = open_engine(bare_url)
    blob = {"b": b"x" * 32}
    with engine.begin() as connection:
        for row in ROWS.values():
            connection.execute(text(row), blob if ":b" in row else {})
    for table, changes in CHANGES.items():
        for change in [*changes, f"DELETE FROM {table}"]:
            with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
                connection.execute(text(change), blob if ":b" in change else {})
    engine.dispose()


def test_only_blanking_a_body_passes_the_trigger(database: Database) -> None:
    with database.writing() as session:
        session.connection().execute(text(ROWS["log_entry"]), {"b": b"x" * 32})
    with database.writing() as session:
        session.connection().execute(text("UPDATE log_entry SET body = NULL, redacted_at = created_at"))
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.connection().execute(text("UPDATE log_entry SET body = :b, redacted_at = NULL"), {"b": b"y"})


def test_every_guarded_table_exists(database: Database) -> None:
    assert set(RULES) <= set(SQLModel.metadata.tables)
