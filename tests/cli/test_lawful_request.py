"""From the letter to the delivered package, on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from moderation.cli import app
from tests.evidence.newsroom import Newsroom, address


class Shell:
    """The command line in this process: what it prints, says and ends with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runner = CliRunner()
        self.errors = ""
        self.comment = ""

    def run(self, *args: str, code: int = 0, stdin: bytes = b"") -> str:
        done = self.runner.invoke(app, list(args), input=stdin)
        assert done.exit_code == code, (args, done.stdout, done.stderr, done.exception)
        self.errors = done.stderr
        return done.stdout.strip()


@pytest.fixture
def shell(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MODERATION_DATABASE_URL", raising=False)
    monkeypatch.setenv("MODERATION_ENGINE", "ngrams")
    room = Newsroom(tmp_path)
    (comment,) = room.send(1)
    room.close()
    made = Shell(tmp_path)
    made.comment = comment
    return made


def open_office(shell):
    """Keys, two people and a verified authority: how each of the two signs, and the words of a letter."""
    shell.run("vault", "mint")
    for email, role in (("intake@g.example", "legal_intake"), ("boss@g.example", "approver")):
        shell.run("user", "add", email, "--name", role, "--site", "gazette", "--role", role)
    intake, boss = (["--site", "gazette", "--as", who] for who in ("intake@g.example", "boss@g.example"))
    contact = ["--number", "+91 824 222 0500", "--source", "state police website"]
    authority = shell.run("evidence", "authority", "add", "Cyber Crime Police", *intake, "--kind", "police", *contact)
    shell.run("evidence", "authority", "verify", authority, *intake)
    (shell.folder / "order.pdf").write_bytes(b"the letter")
    elements = ["written_order", "officer_name", "case_number", "section", "items_named"]
    letter = [
        *intake, "--authority", authority, "--officer", "Inspector", "--rank", "inspector",
        "--necessity", "named in the order", "--order", "order.pdf", "--received", "2026-11-24T06:30:00",
        *[word for element in elements for word in ("--element", element)],
    ]  # fmt: skip
    return intake, boss, letter


def test_letter_to_package_and_back_to_the_log(shell):
    intake, boss, letter = open_office(shell)
    letter += ["--comment", shell.comment, "--field", "ip", "--field", "port", "--field", "at", "--content"]
    void = shell.run("evidence", "request", "new", *letter, "--basis", "IN-ITA-66A")
    shell.run("evidence", "request", "submit", void, *intake, code=1)
    assert "provision_void" in shell.errors
    over = shell.run("evidence", "request", "new", *letter, "--basis", "IN-BNSS-94", "--expires", "2026-01-02")
    shell.run("evidence", "request", "submit", over, *intake, code=1)
    assert "out_of_time" in shell.errors
    request = shell.run("evidence", "request", "new", *letter, "--basis", "IN-BNSS-94", "--instrument", "notice")
    shell.run("evidence", "request", "submit", request, *intake)
    shown = json.loads(shell.run("evidence", "request", "show", request, *boss))
    assert (shown["instrument"], shown["necessity"], shown["rank"]) == ("notice", "named in the order", "inspector")
    shell.run("evidence", "request", "letter", request, *boss, "--out", "read.pdf")
    assert (shell.folder / "read.pdf").read_bytes() == b"the letter"
    shell.run("evidence", "request", "letter", request, *boss, "--out", "order.pdf", code=1)
    scope = json.loads(shell.run("evidence", "request", "show", request, *boss))["scope_hash"]
    shell.run("vault", "produce", request, *boss, "--out", "early", code=1)
    shell.run("vault", "approve", request, *intake, "--scope", scope, code=1)
    shell.run("vault", "approve", request, *boss, "--scope", "0" * 64, code=1)
    shell.run("vault", "approve", request, *boss, "--scope", scope)
    assert "1 records, fields at, ip, port" in shell.run("vault", "produce", request, *boss, "--out", "package")
    assert not (shell.folder / "early").exists()
    policy = shell.folder / "package/data/log/policy.txt"
    (shell.folder / "policy.txt").write_bytes(policy.read_bytes())
    script = ["-I", "-S", "package/data/verify/verify.py", "package", "--policy", "policy.txt"]
    done = subprocess.run([sys.executable, *script], cwd=shell.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "all good")
    (shell.folder / "known.txt").write_text(shell.run("evidence", "log", "checkpoint") + "\n")
    report = json.loads(shell.run("evidence", "log", "verify", "--json", "--known-checkpoint", "known.txt"))
    assert report["findings"] == []
    assert "all 70 keys open" in shell.run("vault", "drill")
    shell.run("evidence", "request", "hold", request, *intake)
    shell.run("vault", "rotate")
    assert request in shell.run("vault", "status")
    shell.run("vault", "release", request, *intake)
    assert request not in shell.run("vault", "status")


def test_sealed_access_log_and_explained_address(shell):
    shell.run("evidence", "log-sealer", "--out", "sealed", stdin=b"203.0.113.5 GET /\n203.0.113.6 GET /\n")
    (path,) = (shell.folder / "sealed").iterdir()
    assert shell.run("vault", "open-log", str(path)) == "203.0.113.5 GET /\n203.0.113.6 GET /"
    asked = ["--peer", "10.0.0.1:9", "--xff", "1.2.3.4, 203.0.113.7", "--source", "x_forwarded_for"]
    told = json.loads(shell.run("evidence", "ip-explain", *asked, "--trusted", "10.0.0.0/8", "--json"))
    assert (told["address"], told["confidence"]) == ("203.0.113.7", "by_trusted_proxy")
    shell.run("evidence", "ip-explain", *asked, "--trusted", "*", code=1)
    assert "whole internet" in shell.errors


def test_comments_of_an_address_are_found_and_then_answered_under_a_second_approval(shell):
    intake, boss, letter = open_office(shell)
    letter += ["--basis", "IN-BNSS-94", "--address", address(0)]
    shell.run("evidence", "request", "new", *letter, code=1)
    assert "needs `--since` and `--until`" in shell.errors
    now = datetime.now(UTC)
    window = ["--since", f"{now - timedelta(days=90):%Y-%m-%d}", "--until", f"{now + timedelta(days=1):%Y-%m-%d}"]
    request = shell.run("evidence", "request", "new", *letter, *window)
    shell.run("vault", "search", request, *boss, code=1)
    shell.run("evidence", "request", "submit", request, *intake)
    shown = json.loads(shell.run("evidence", "request", "show", request, *boss))
    assert shown["addresses"] == [address(0)]
    assert address(0) not in json.dumps(shown["scope"])
    shell.run("vault", "approve", request, *boss, "--scope", shown["scope_hash"])
    found = json.loads(shell.run("vault", "search", request, *boss, "--json"))
    assert found == {"comments": [shell.comment], "opened": 1, "closed": 0, "damaged": []}
    assert "1 of 1 records" in shell.errors
    shell.run("evidence", "request", "scope", request, *intake, "--comment", shell.comment, "--field", "port")
    shell.run("vault", "produce", request, *boss, "--out", "package", code=1)
    scope = json.loads(shell.run("evidence", "request", "show", request, *boss))["scope_hash"]
    shell.run("vault", "approve", request, *boss, "--scope", scope)
    assert "1 records, fields port" in shell.run("vault", "produce", request, *boss, "--out", "package")
    told = b"".join(path.read_bytes() for path in (shell.folder / "package").rglob("*") if path.is_file())
    assert address(0).encode() not in told
