"""The Python and the Node helper, each run by its own program, against the service as it is served, and against servers that misbehave."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Home, call, comment, free_port
from tests.integrations.moody import MOODS, moody, took

NODE = os.environ.get("MODERATION_TEST_NODE", "node")
PYTHON_SITE = """
import json, sys
sys.path.insert(0, sys.argv[1])
from moderation_client import Moderation
line = Moderation(sys.argv[2], sys.argv[3], sys.argv[4], 1.0)
if sys.argv[5] == "send":
    print(json.dumps(line.send(json.load(sys.stdin))))
else:
    told = []
    print(json.dumps({"sent": line.resend(lambda comment, outcome: told.append([comment["text"], outcome["status"]])), "told": told}))
"""
NODE_SITE = """
const [helper, url, key, spool, what] = process.argv.slice(2);
const { Moderation } = await import(helper + "/moderation.mjs");
const line = new Moderation(url, key, spool, 1);
if (what === "send") {
  let given = "";
  for await (const part of process.stdin) given += part;
  console.log(JSON.stringify(await line.send(JSON.parse(given))));
} else {
  const told = [];
  const sent = await line.resend((comment, outcome) => told.push([comment.text, outcome.status]));
  console.log(JSON.stringify({ sent, told }));
}
"""
HELPERS = {
    "python": ROOT / "integrations" / "python" / "moderation_client.py",
    "node": ROOT / "integrations" / "node" / "moderation.mjs",
}


@dataclass
class Site:
    """A site that uses a helper; each act is a process of its own."""

    kind: str
    folder: Path
    url: str
    key: str

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    def run(self, what: str, given: Any = None, code: int = 0) -> Any:
        script = self.folder / ("site.py" if self.kind == "python" else "site.mjs")
        script.write_text(PYTHON_SITE if self.kind == "python" else NODE_SITE)
        program = sys.executable if self.kind == "python" else NODE
        words = [program, str(script), str(HELPERS[self.kind].parent), self.url, self.key, str(self.spool), what]
        done = subprocess.run(words, input=json.dumps(given), capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == code, done.stderr + done.stdout
        return json.loads(done.stdout) if code == 0 else done.stderr

    def kept(self) -> list[Path]:
        return sorted(self.spool.glob("*.json"))


@pytest.fixture(params=["python", "node"])
def kind(request: pytest.FixtureRequest) -> str:
    assert request.param == "python" or shutil.which(NODE), "node is missing"
    return request.param


@pytest.mark.parametrize(
    "helper", [*HELPERS.values(), *(ROOT / "integrations").glob("wordpress/*"), *(ROOT / "integrations").glob("php/*")]
)
def test_a_helper_is_one_file_under_150_lines(helper: Path) -> None:
    assert len(helper.read_text().splitlines()) < 150
    assert [path.name for path in helper.parent.iterdir() if path.name != "__pycache__"] == [helper.name]


def test_a_site_sends_keeps_while_we_are_away_and_sends_again_in_order(kind: str, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    home = Home(tmp_path / "home")
    home.run("first-run")
    key = home.json("keys", "create", "--site", "demo", "--json")["key"]
    away = Site(kind, tmp_path, f"http://127.0.0.1:{free_port()}", key)
    for n in range(3):
        assert away.run("send", comment(f"Kept number {n}, ಕನ್ನಡ 😀."))["status"] == "held"
    assert len(away.kept()) == 3
    assert all(path.stat().st_mode & 0o077 == 0 for path in away.kept())
    assert away.run("resend") == {"sent": 0, "told": []}
    with home.serving() as base:
        site = Site(kind, tmp_path, base, key)
        made = site.run("send", comment("A word that is fine."))
        assert made["status"] == "published"
        assert call(f"{base}/api/v1/comments/{made['id']}", key=key)[1]["status"] == "published"
        faults = site.run("send", comment(""))
        assert (faults["status"], faults["errors"][0]["pointer"]) == ("invalid", "/text")
        assert site.run("resend")["told"] == [[f"Kept number {n}, ಕನ್ನಡ 😀.", "published"] for n in range(3)]
        assert site.run("resend")["sent"] == 0
        found = call(f"{base}/api/v1/comments?status=published", key=key)[1]
    assert len(found["comments"]) == 4
    assert site.kept() == []


@pytest.mark.parametrize(("moods", "status", "kept"), MOODS)
def test_one_retry_carries_the_same_idempotency_key(
    kind: str, tmp_path: Path, moods: list[Any], status: str, kept: int
) -> None:
    with moody(moods) as server:
        site = Site(kind, tmp_path, f"http://127.0.0.1:{server.server_port}", "ck_live_x")
        started = time.monotonic()
        assert site.run("send", comment("Good morning."))["status"] == status
        assert took(started) < 5
        marks = list(server.marks)
    assert len(marks) == 2
    assert len(set(marks)) == 1
    assert len(site.kept()) == kept
    assert all(marks[0] in path.name for path in site.kept())


def test_a_listener_that_never_answers_cannot_hold_a_page_up(kind: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        site = Site(kind, tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}", "ck_live_x")
        started = time.monotonic()
        assert site.run("send", comment("Good morning.")) == {"status": "held", "kept": True}
        assert took(started) < 5


def test_a_key_with_a_line_break_is_refused(kind: str, tmp_path: Path) -> None:
    site = Site(kind, tmp_path, "http://127.0.0.1:1", "ck_live_x\r\nX-Evil: 1")
    assert "line break" in site.run("send", comment("x"), code=1)
