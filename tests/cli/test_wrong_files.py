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
