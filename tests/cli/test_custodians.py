"""A vault that two of three custodians open together, on the command line: approve with a share, produce, drill, rotate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.legal_shell import BOSS, INTAKE, LegalShell
from tests.cli.test_lawful_request import Shell
from tests.evidence.newsroom import Newsroom

SECOND = ("--site", "gazette", "--as", "second@g.example")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LegalShell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MODERATION_DATABASE_URL", raising=False)
    monkeypatch.setenv("MODERATION_ENGINE", "ngrams")
    shell = Shell(tmp_path)
    people = []
    for name in ("asha", "babu", "carla"):
        people += ["--custodian", f"{name}={shell.run('vault', 'custodian-key', f'{name}.key')}"]
    assert "2 of 3 custodians open it" in shell.run("vault", "init", *people)
    room = Newsroom(tmp_path)
    (shell.comment,) = room.send(1)
    room.close()
    made = LegalShell(shell)
    made.run("user", "add", "second@g.example", "--name", "Second", "--site", "gazette", "--role", "approver")
    return made


def submitted(office: LegalShell) -> str:
    request = office.enter()
    office.run("evidence", "request", "submit", request, *INTAKE)
    return request


def test_two_custodians_approve_with_their_shares_and_the_package_says_how_it_was_opened(office):
    assert not (office.folder / "vault/kek.key").exists()
    request = submitted(office)
    office.approve(request, "--identity", "asha.key")
    office.run("vault", "produce", request, *BOSS, "--out", "package", code=1)
    assert "2 valid approvals are needed, there are 1" in office.shell.errors
    office.approve(request, "--identity", "babu.key", who=SECOND)
    assert "1 records, fields at, ip, port" in office.run("vault", "produce", request, *BOSS, "--out", "package")
    assert office.verify()[0] == 0
    told = b"".join(path.read_bytes() for path in (office.folder / "package/data/certificate").iterdir())
    assert b"solo" not in told


def test_custodians_may_bring_their_keys_to_the_vaults_machine(office):
    request = submitted(office)
    office.approve(request)
    office.approve(request, who=SECOND)
    one, two = ("--identity", "asha.key"), ("--identity", "carla.key")
    office.run("vault", "produce", request, *BOSS, "--out", "package", *one, code=1)
    assert "share" in office.shell.errors
    assert not (office.folder / "package").exists()
    office.run("vault", "produce", request, *BOSS, "--out", "package", *one, *two)
    assert office.verify()[0] == 0


def test_same_share_twice_or_a_strangers_key_opens_nothing(office):
    request = submitted(office)
    office.approve(request, "--identity", "asha.key")
    office.approve(request, "--identity", "asha.key", who=SECOND)
    office.run("vault", "produce", request, *BOSS, "--out", "package", code=1)
    assert "share" in office.shell.errors
    office.run("vault", "custodian-key", "stranger.key")
    office.approve(request, "--identity", "stranger.key", code=1)
    assert "belongs to no custodian" in office.shell.errors
    assert not (office.folder / "package").exists()


def test_share_is_void_after_the_scope_was_changed(office):
    request = submitted(office)
    office.approve(request, "--identity", "asha.key")
    office.approve(request, "--identity", "babu.key", who=SECOND)
    office.run("evidence", "request", "scope", request, *INTAKE, "--comment", office.shell.comment, "--field", "email")
    office.run("vault", "produce", request, *BOSS, "--out", "package", code=1)
    assert "opens nothing" in office.shell.errors
    office.run("evidence", "request", "submit", request, *INTAKE)
    office.approve(request)
    office.approve(request, who=SECOND)
    office.run("vault", "produce", request, *BOSS, "--out", "package", code=1)
    assert "no share was given" in office.shell.errors
    assert not (office.folder / "package").exists()
    office.approve(request, "--identity", "asha.key")
    office.approve(request, "--identity", "carla.key", who=SECOND)
    assert "1 records, fields email" in office.run("vault", "produce", request, *BOSS, "--out", "package")


def test_drill_and_rotation_need_two_and_give_new_shares(office):
    two = ("--identity", "asha.key", "--identity", "babu.key")
    office.run("vault", "drill", code=1)
    office.run("vault", "drill", *two[:2], code=1)
    assert "keys open" in office.run("vault", "drill", *two)
    before = (office.folder / "vault/vault.json").read_bytes()
    office.run("vault", "rotate", *two[:2], code=1)
    assert (office.folder / "vault/vault.json").read_bytes() == before
    office.run("vault", "rotate", *two)
    assert "keys open" in office.run("vault", "drill", "--identity", "babu.key", "--identity", "carla.key")
    assert "2 of 3: asha, babu, carla" in office.run("vault", "status")
