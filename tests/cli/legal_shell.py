"""The command line with the people of the desk: intake, approver, a verified authority, a request that is approved."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.cli.test_lawful_request import Shell

INTAKE = ("--site", "gazette", "--as", "intake@g.example")
BOSS = ("--site", "gazette", "--as", "boss@g.example")
CONTACT = ("--number", "+91 824 222 0500", "--source", "state police website")
ELEMENTS = ("written_order", "officer_name", "case_number", "section", "items_named")


class LegalShell:
    """A shell whose office is at work."""

    def __init__(self, shell: Shell) -> None:
        self.shell, self.run, self.folder = shell, shell.run, shell.folder
        self.run("vault", "mint")
        for email, role in (("intake@g.example", "legal_intake"), ("boss@g.example", "approver")):
            self.run("user", "add", email, "--name", role, "--site", "gazette", "--role", role)
        self.authority = self.run(
            "evidence", "authority", "add", "Cyber Crime Police", *INTAKE, "--kind", "police", *CONTACT
        )
        self.run("evidence", "authority", "verify", self.authority, *INTAKE)
        (self.folder / "order.pdf").write_bytes(b"the letter")

    def enter(self, *more: str, fields: tuple[str, ...] = ("ip", "port", "at")) -> str:
        letter = [
            *INTAKE, "--authority", self.authority, "--basis", "IN-BNSS-94", "--officer", "Inspector",
            "--rank", "inspector", "--comment", self.shell.comment, "--necessity", "named in the order",
            "--order", "order.pdf", "--received", "2026-11-24T06:30:00",
            *[word for element in ELEMENTS for word in ("--element", element)],
            *[word for field in fields for word in ("--field", field)],
        ]  # fmt: skip
        return self.run("evidence", "request", "new", *letter, *more)

    def scope(self, request: str) -> str:
        return str(json.loads(self.run("evidence", "request", "show", request, *BOSS))["scope_hash"])

    def approve(self, request: str, *identity: str, who: tuple[str, ...] = BOSS, code: int = 0) -> str:
        return self.run("vault", "approve", request, *who, "--scope", self.scope(request), *identity, code=code)

    def approved(self, *more: str) -> str:
        request = self.enter(*more)
        self.run("evidence", "request", "submit", request, *INTAKE)
        self.approve(request)
        return request

    def verify(self, *more: str) -> tuple[int, str]:
        (self.folder / "policy.txt").write_bytes((self.folder / "package/data/log/policy.txt").read_bytes())
        script = ["-I", "-S", "package/data/verify/verify.py", "package", "--policy", "policy.txt", *more]
        done = subprocess.run([sys.executable, *script], cwd=self.folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout
