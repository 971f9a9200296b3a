"""Files that are not there, are something else or have no room: named, with nothing opened and nothing half done."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from moderation.cli.output import problem_of
from tests.cli.test_lawful_request import Shell, shell

__all__ = ["shell"]


@pytest.fixture
def odd(shell: Shell) -> Shell:
    shell.run("vault", "mint")
    shell.run("evidence", "log", "checkpoint")
    (shell.folder / "words").write_text("these are words\n")
    (shell.folder / "bytes").write_bytes(b"\xff\xfe\x00")
    (shell.folder / "folder").mkdir()
    return shell


@pytest.mark.parametrize("file", ["nowhere", "words", "bytes", "folder"])
def test_log_that_cannot_be_compared_is_unchecked_and_neither_sound_nor_changed(odd, file):
    for option in ("--known-checkpoint", "--tiles"):
        assert odd.run("evidence", "log", "verify", option, file, code=2) == ""
        assert odd.errors.startswith("moderation: ")


def test_log_of_a_folder_without_a_database_is_unchecked(odd, monkeypatch):
    monkeypatch.setenv("MODERATION_DATA_DIR", str(odd.folder / "empty"))
    odd.run("evidence", "log", "verify", code=2)
    assert "db upgrade" in odd.errors


def test_tiles_of_another_time_still_compare(odd):
    odd.run("evidence", "log", "tiles", "copy")
    assert odd.run("evidence", "log", "verify", "--tiles", "copy").endswith(tuple("0123456789abcdef"))
    tile = next((odd.folder / "copy/tile/0/000.p").iterdir())
    tile.write_bytes(b"x" * len(tile.read_bytes()))
    assert "FAIL row 0 differs" in odd.run("evidence", "log", "verify", "--tiles", "copy", code=1)


@pytest.mark.parametrize(
    "words",
    [
        ("vault", "open-log", "nowhere"),
        ("vault", "open-log", "folder"),
        ("evidence", "doctor", "--nginx", "nowhere"),
        ("evidence", "doctor", "--log", "folder"),
        ("evidence", "log", "tiles", "words/inside"),
    ],
)
def test_file_that_cannot_be_used_is_named(odd, words):
    odd.run(*words, code=1)
    assert odd.errors.startswith("moderation: `")
    assert words[-1].split("/")[0] in odd.errors


@pytest.mark.parametrize("file", ["nowhere", "words", "bytes"])
def test_file_that_is_no_custodians_key_is_named(odd, file):
    odd.run("vault", "custodian-key", "asha.key")
    for command in ("drill", "rotate"):
        odd.run("vault", command, "--identity", file, code=1)
        assert "moderation: " in odd.errors
    assert "all 70 keys open" in odd.run("vault", "drill")


def test_full_disk_is_named_and_other_troubles_of_the_system_are_not_taken_for_it():
    full = problem_of(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert full is not None
    assert full.message == "nothing can be written: no space left on device"
    assert problem_of(ConnectionResetError(errno.ECONNRESET, "reset")) is None


def test_letter_that_is_not_there_enters_no_request(odd):
    from tests.cli.legal_shell import LegalShell

    office = LegalShell(odd)
    Path(odd.folder / "order.pdf").unlink()
    with pytest.raises(AssertionError, match=r"order\.pdf"):
        office.enter()
    odd.run("evidence", "request", "show", "REQ-2026-0001", "--site", "gazette", "--as", "boss@g.example", code=1)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_database_without_room_or_right_is_named_and_neither_log_nor_vault_loses_anything(odd):
    (path,) = (odd.folder / "data").glob("*.db")
    path.chmod(0o600)
    whole, vault = path.read_bytes(), files(odd.folder / "vault")
    path.unlink()
    path.mkdir()  # what no user, root included, can open as a file
    commands = ("vault mint", "vault shred", "vault rotate", "evidence log checkpoint", "evidence doctor")
    for command in commands:
        odd.run(*command.split(), code=1)
        assert odd.errors.startswith("moderation: the database cannot be used: `")
    odd.run("evidence", "log", "verify", code=2)
    assert "the database cannot be used" in odd.errors
    assert files(odd.folder / "vault") == vault
    path.rmdir()
    path.write_bytes(whole)
    odd.run("evidence", "log", "verify")
    assert "all 70 keys open" in odd.run("vault", "drill")


def test_trouble_of_a_database_is_told_in_the_drivers_words_and_a_fault_of_ours_is_not(empty_url):
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    from moderation.storage.database import open_engine

    engine = open_engine(empty_url or "sqlite://")
    raised = "RAISE SQLSTATE '53100' USING MESSAGE = 'could not extend file'"
    full = f"DO $$ BEGIN {raised}; END $$" if empty_url.startswith("postgresql") else "ATTACH '/' AS nowhere"
    words = "could not extend file" if empty_url.startswith("postgresql") else "unable to open database"
    for statement, told in ((full, words), ("SELEC a secret", None)):
        with pytest.raises(SQLAlchemyError) as caught, engine.begin() as connection:
            connection.execute(text(statement))
        found = problem_of(caught.value)
        assert (found is None) == (told is None)
        assert found is None or str(told) in found.message
    engine.dispose()
