"""Bring the database to the newest schema: Alembic, then the triggers and grants that guard the log."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from moderation.errors import Unavailable
from moderation.storage.append_only import grant, protect
from moderation.storage.database import Database, open_engine


class NotMigrated(Unavailable):
    """the database is not at the schema of this release"""

    code = "not_migrated"
    hint = "run `moderation db upgrade`"


def alembic_config() -> Config:
    """Alembic's configuration, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(Path(str(files("moderation.storage"))) / "migrations"))
    return config


def upgrade(owner_url: str, *, revision: str = "head", runtime_url: str = "") -> None:
    """Upgrade as the owner of the tables, guard the log again, and give the runtime role its rights."""
    engine = open_engine(owner_url)
    try:
        config = alembic_config()
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        with engine.begin() as connection:
            protect(connection)
            role = _runtime_role(owner_url, runtime_url)
            if role and connection.dialect.name == "postgresql":
                grant(connection, role)
    finally:
        engine.dispose()


def _runtime_role(owner_url: str, runtime_url: str) -> str | None:
    if not runtime_url:
        return None
    runtime = make_url(runtime_url).username
    return runtime if runtime and runtime != make_url(owner_url).username else None


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at, or None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str | None:
    """The revision that this release needs."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def open_current(url: str) -> Database:
    """A database at the schema of this release.

    Raises:
        NotMigrated: it has to be upgraded first.
    """
    engine = open_engine(url)
    if current_revision(engine) != head_revision():
        engine.dispose()
        raise NotMigrated
    return Database(engine)
