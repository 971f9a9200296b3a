"""An outside authority stamps the log's checkpoint: real HTTP, real openssl, on the command line."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess

import pytest

from tests.cli.legal_shell import BOSS, LegalShell
from tests.cli.test_lawful_request import Shell, shell
from tests.evidence.stamp_server import serve_authority
from tests.evidence.test_timestamp import make_authority

__all__ = ["shell"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("stamps") / "one")


def anchors(shell: Shell) -> list[tuple[int, str, bytes]]:
    (path,) = (shell.folder / "data").glob("*.db")
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT size, kind, blob FROM log_anchor").fetchall()


def test_checkpoint_is_stamped_over_http_and_only_its_hash_is_sent(shell, authority):
    root = str(authority / "ca.pem")
    note = shell.run("evidence", "log", "checkpoint")
    with serve_authority(authority) as (url, asked):
        told = shell.run("evidence", "log", "anchor", "--tsa", url, "--roots", root)
    size = int(note.splitlines()[1])
    assert told.startswith(f"the checkpoint over {size} lines existed at ")
    ((kept, kind, blob),) = anchors(shell)
    assert (kept, kind) == (size, "tsa")
    (query,) = asked
    assert len(query) < 100
    (shell.folder / "note.txt").write_text(note + "\n")
    (shell.folder / "note.tsr").write_bytes(blob)
    command = ["openssl", "ts", "-verify", "-data", "note.txt", "-in", "note.tsr", "-CAfile", root]
    done = subprocess.run(command, cwd=shell.folder, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"status": 503}, "answered 503"),
        ({"spoil": b"<html>sorry</html>"}, "does not hold"),
        ({"spoil": b""}, "does not hold"),
    ],
)
def test_authority_that_fails_gives_a_named_error_and_nothing_is_kept(shell, authority, wrong, words):
    shell.run("evidence", "log", "checkpoint")
    with serve_authority(authority, **wrong) as (url, _):
        shell.run("evidence", "log", "anchor", "--tsa", url, "--roots", str(authority / "ca.pem"), code=1)
    assert words in shell.errors
    assert anchors(shell) == []


def test_nobody_at_the_address_a_strange_root_or_another_scheme_are_named(shell, authority, tmp_path):
    root = str(authority / "ca.pem")
    with serve_authority(authority) as (url, _):
        shell.run("evidence", "log", "anchor", "--tsa", url, "--roots", root, code=1)
        assert "there is no checkpoint yet" in shell.errors
        shell.run("evidence", "log", "checkpoint")
        stranger = make_authority(tmp_path / "stranger")
        shell.run("evidence", "log", "anchor", "--tsa", url, "--roots", str(stranger / "ca.pem"), code=1)
        assert "does not hold" in shell.errors
    shell.run("evidence", "log", "anchor", "--tsa", url, "--roots", root, code=1)
    assert "cannot be reached" in shell.errors
    shell.run("evidence", "log", "anchor", "--tsa", "file:///etc/passwd", "--roots", root, code=1)
    assert "begins with `https://`" in shell.errors
    assert anchors(shell) == []


def test_package_carries_a_stamp_over_its_own_checkpoint(shell, authority):
    office, root = LegalShell(shell), str(authority / "ca.pem")
    request = office.approved("--content")
    with serve_authority(authority, status=500) as (url, _):
        office.run("vault", "produce", request, *BOSS, "--out", "package", "--tsa", url, "--roots", root, code=1)
    assert not (shell.folder / "package").exists()
    with serve_authority(authority) as (url, _):
        office.run("vault", "produce", request, *BOSS, "--out", "package", "--tsa", url, "--roots", root)
    assert office.verify()[0] == 2
    assert office.verify("--tsa-root", root) == (0, office.verify("--tsa-root", root)[1])
    stamped = ["-data", "package/data/log/checkpoint.txt", "-in", "package/data/log/checkpoint.tsr", "-CAfile", root]
    done = subprocess.run(["openssl", "ts", "-verify", *stamped], cwd=shell.folder, capture_output=True, check=False)
    assert done.returncode == 0
    if tool := shutil.which("sha256sum"):
        summed = subprocess.run(
            [tool, "-c", "--quiet", "manifest-sha256.txt"], cwd=shell.folder / "package", check=False
        )
        assert summed.returncode == 0
