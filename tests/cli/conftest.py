"""An installation of its own in an empty folder, spoken to by real processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class Home:
    """An empty folder in which `moderation` is run."""

    path: Path
    env: dict[str, str] = field(default_factory=dict)
    printed: str = ""
    last: subprocess.Popen[bytes] = field(init=False)

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")}
        return {**inherited, "PYTHONPATH": str(ROOT), "MODERATION_ENGINE": "ngrams", **self.env}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "moderation", *words]

    def run(self, *words: str, code: int = 0, given: str | bytes = b"") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*words),
            cwd=self.path,
            env=self.environment(),
            input=given.encode() if isinstance(given, str) else given,
            capture_output=True,
            check=False,
            timeout=120,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == code, f"exit {done.returncode}\n{out}\n{err}"
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def json(self, *words: str, code: int = 0, given: str | bytes = b"") -> Any:
        return json.loads(self.run(*words, code=code, given=given).stdout)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        self.last = subprocess.Popen(
            self.command(*words),
            cwd=self.path,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=(self.path / "err.txt").open("ab"),
        )
        return self.last

    @contextmanager
    def serving(self, *words: str) -> Iterator[str]:
        """A served installation; its base address. SIGTERM must end it with 0."""
        port = free_port()
        process = self.start(*(words or ("serve",)), "--port", str(port))
        base = f"http://127.0.0.1:{port}"
        try:
            wait_ready(base, process, self.path / "err.txt")
            yield base
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=60)
            assert process.stdout is not None
            (self.path / "out.txt").write_bytes(process.stdout.read())
            process.stdout.close()
        assert code == 0, (self.path / "err.txt").read_text()


def wait_ready(base: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            parts = call(f"{base}/readyz")[1]["parts"]
            if all(part["ok"] for part in parts.values()):
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not ready: {log.read_text()}")


def call(url: str, body: Any = None, key: str = "", headers: dict[str, str] | None = None) -> tuple[int, Any]:
    sent = {"Content-Type": "application/json", **(headers or {})}
    if key:
        sent["Authorization"] = f"Bearer {key}"
    request = urllib.request.Request(url, json.dumps(body).encode() if body is not None else None, sent)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as problem:
        return problem.code, json.loads(problem.read() or b"null")


def comment(text: str, **more: Any) -> dict[str, Any]:
    return {
        "article": {"id": "a1", "url": "https://news.example/a1", "title": "Ferry fares to rise in June"},
        "author": {"name": "Asha Rao", "email": "asha.rao@example.org"},
        "text": text,
        "disclaimer": {"accepted": True, "version": "2026-11"},
        "sender": {"ip": "203.0.113.9", "user_agent": "Mozilla/5.0"},
        **more,
    }


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)
