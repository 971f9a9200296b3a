"""What all tests share: a fresh database of each kind."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from moderation.storage.database import Database, open_engine
from moderation.storage.migrate import upgrade

POSTGRES = os.environ.get("MODERATION_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432")


def make_postgres(template: str = "") -> str:
    name = f"moderation_{uuid.uuid4().hex[:12]}"
    copied = f" TEMPLATE {template.rsplit('/', 1)[1]}" if template else ""
    admin = create_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}{copied}"))
    admin.dispose()
    return f"{POSTGRES}/{name}"


def drop_postgres(url: str) -> None:
    admin = create_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {url.rsplit('/', 1)[1]} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy: migrating once is enough."""
    path = tmp_path_factory.mktemp("template") / "moderation.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """A migrated PostgreSQL database that tests copy."""
    url = make_postgres()
    upgrade(url)
    yield url
    drop_postgres(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of each kind without any table: for tests of migrations."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'moderation.db'}"
        return
    url = make_postgres()
    yield url
    drop_postgres(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of each kind at the newest schema, without a row."""
    if request.param == "sqlite":
        path = tmp_path / "moderation.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    url = make_postgres(request.getfixturevalue("postgres_template"))
    yield url
    drop_postgres(url)


@pytest.fixture
def database_url(empty_url: str) -> str:
    """The same, under the name that says what matters."""
    return empty_url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database of each kind at the newest schema."""
    opened = Database(open_engine(database_url))
    yield opened
    opened.close()
