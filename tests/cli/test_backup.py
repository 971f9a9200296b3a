from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Home, call, comment
from tests.conftest import drop_postgres, make_postgres

PASSPHRASE = "five plain words nobody guesses"
TEXT = "A sentence that must never stand in the copy in clear."


@pytest.fixture
def ready(home: Home) -> Home:
    home.run("first-run")
    (home.path / "pass").write_text(PASSPHRASE + "\n")
    return home


def fill(home: Home, count: int) -> list[str]:
    key = home.json("keys", "create", "--site", "demo", "--json")["key"]
    with home.serving() as base:
        return [call(f"{base}/api/v1/comments", comment(f"{TEXT} {n}"), key)[1]["id"] for n in range(count)]


def test_a_copy_taken_while_comments_come_in_restores_in_an_empty_folder(ready: Home) -> None:
    key = ready.json("keys", "create", "--site", "demo", "--json")["key"]
    models = ready.path / "data" / "models" / "ours"
    models.mkdir(parents=True)
    (models / "card.json").write_text("{}")
    answered: list[str] = []
    with ready.serving() as base:
        stop = threading.Event()

        def send() -> None:
            while not stop.is_set():
                answered.append(call(f"{base}/api/v1/comments", comment(f"{TEXT} {len(answered)}"), key)[1]["id"])

        thread = threading.Thread(target=send)
        thread.start()
        while len(answered) < 10:
            time.sleep(0.02)
        before = list(answered)
        done = ready.run("backup", "copy.bak", "--passphrase-file", "pass")
        stop.set()
        thread.join()
    assert "kept apart" not in done.stdout
    assert "vault" in done.stderr
    assert "secrets" in done.stderr
    raw = (ready.path / "copy.bak").read_bytes()
    assert TEXT.encode() not in raw
    assert b"SQLite" not in raw

    other = Home(ready.path / "other", {})
    other.path.mkdir()
    said = other.run("restore", "../copy.bak", "--passphrase-file", "../pass")
    assert "secrets" in said.stderr
    assert "vault" in said.stderr
    assert (other.path / "data/models/ours/card.json").read_text() == "{}"
    shutil.copytree(ready.path / "secrets", other.path / "secrets")
    with other.serving() as base:
        found = [call(f"{base}/api/v1/comments/{one}", key=key)[0] for one in before]
        assert found == [200] * len(before)
        assert call(f"{base}/api/v1/comments", comment("Good morning."), key)[0] == 201
    with (
        sqlite3.connect(other.path / "data/moderation.db") as database,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        database.execute("DELETE FROM log_entry")


def test_nothing_that_is_there_is_overwritten(ready: Home) -> None:
    ready.run("backup", "copy.bak", "--passphrase-file", "pass")
    assert "exists" in ready.run("backup", "copy.bak", "--passphrase-file", "pass", code=1).stderr
    before = (ready.path / "data/moderation.db").read_bytes()
    assert "empty place" in ready.run("restore", "copy.bak", "--passphrase-file", "pass", code=1).stderr
    assert (ready.path / "data/moderation.db").read_bytes() == before


@pytest.mark.parametrize("harm", ["passphrase", "changed", "cut", "longer", "other"])
def test_a_wrong_passphrase_and_any_changed_byte_leave_nothing_behind(ready: Home, harm: str) -> None:
    ready.run("backup", "copy.bak", "--passphrase-file", "pass")
    path = ready.path / "copy.bak"
    raw = bytearray(path.read_bytes())
    if harm == "passphrase":
        (ready.path / "pass").write_text("another five plain words")
    elif harm == "changed":
        raw[len(raw) // 2] ^= 1
    elif harm == "cut":
        raw = raw[: len(raw) - 70_000] if len(raw) > 140_000 else raw[:-20]
    elif harm == "longer":
        raw += bytes(raw[-5000:])
    else:
        raw = bytearray(b"something else\n" * 100)
    path.write_bytes(raw)
    other = Home(ready.path / "other", {})
    other.path.mkdir()
    said = other.run("restore", "../copy.bak", "--passphrase-file", "../pass", code=1)
    assert "hint:" in said.stderr
    assert not list((other.path / "data").iterdir())


def test_a_backup_asks_for_a_good_passphrase(ready: Home) -> None:
    assert "--passphrase-file" in ready.run("backup", "copy.bak", code=1).stderr
    (ready.path / "pass").write_text("short")
    assert "too short" in ready.run("backup", "copy.bak", "--passphrase-file", "pass", code=1).stderr
    assert not list(ready.path.glob("*.bak*"))
    assert not list(ready.path.glob(".*bak*"))


def test_a_copy_is_readable_by_its_owner_alone(ready: Home) -> None:
    ready.run("backup", "copy.bak", "--passphrase-file", "pass")
    assert (ready.path / "copy.bak").stat().st_mode & 0o077 == 0
    assert list((ready.path / "data").glob(".*")) == []


def test_a_copy_of_postgresql_fills_another_postgresql_and_a_sqlite_file(tmp_path: Path) -> None:
    source, target = make_postgres(), make_postgres()
    try:
        home = Home(tmp_path, {"MODERATION_DATABASE_URL": source})
        home.run("first-run")
        (home.path / "pass").write_text(PASSPHRASE)
        ids = fill(home, 5)
        home.run("backup", "copy.bak", "--passphrase-file", "pass")
        key = home.json("keys", "create", "--site", "demo", "--json")["key"]
        for name, env in (("pg", {"MODERATION_DATABASE_URL": target}), ("lite", {})):
            other = Home(tmp_path / name, env)
            other.path.mkdir()
            other.run("restore", "../copy.bak", "--passphrase-file", "../pass")
            shutil.copytree(home.path / "secrets", other.path / "secrets")
            key = other.json("keys", "create", "--site", "demo", "--json")["key"]
            with other.serving() as base:
                assert [call(f"{base}/api/v1/comments/{one}", key=key)[0] for one in ids] == [200] * 5
                assert call(f"{base}/api/v1/comments", comment("Good morning."), key)[0] == 201
        assert (
            "empty place"
            in Home(tmp_path / "pg", {"MODERATION_DATABASE_URL": target})
            .run("restore", "../copy.bak", "--passphrase-file", "../pass", code=1)
            .stderr
        )
    finally:
        drop_postgres(source)
        drop_postgres(target)
