"""The PHP helper, run by PHP, against the service as it is served, and against servers that misbehave."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Home, call, comment, free_port
from tests.integrations.moody import MOODS, moody

HELPER = ROOT / "integrations" / "php" / "moderation.php"
PHP = os.environ.get("MODERATION_TEST_PHP", "php")
SCRIPT = """<?php
require $argv[1];
$m = new Moderation($argv[2], $argv[3], $argv[4], 1.0);
if ($argv[5] === 'send') {
    echo json_encode($m->send(json_decode(stream_get_contents(STDIN), true)));
} else {
    $told = [];
    $sent = $m->resend(function ($comment, $outcome) use (&$told) { $told[] = [$comment['text'], $outcome['status']]; });
    echo json_encode(['sent' => $sent, 'told' => $told]);
}
"""


class Site:
    """A PHP site that includes the helper."""

    def __init__(self, folder: Path, url: str, key: str) -> None:
        self.spool = folder / "spool"
        self.script = folder / "site.php"
        self.script.write_text(SCRIPT)
        self.url, self.key = url, key

    def php(self, what: str, given: Any = None) -> Any:
        words = [str(self.script), str(HELPER), self.url, self.key, str(self.spool), what]
        done = subprocess.run(
            [PHP, *words], input=json.dumps(given), capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    def kept(self) -> list[Path]:
        return sorted(self.spool.glob("*.json"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    assert shutil.which(PHP), "PHP is missing"
    (tmp_path / "home").mkdir()
    made = Home(tmp_path / "home")
    made.run("first-run")
    return made


def test_the_helper_is_one_short_file_that_php_can_read() -> None:
    assert len(HELPER.read_text().splitlines()) < 150
    assert subprocess.run([PHP, "-l", str(HELPER)], capture_output=True, check=False).returncode == 0


def test_a_site_sends_keeps_while_we_are_away_and_sends_again_in_order(home: Home, tmp_path: Path) -> None:
    key = home.json("keys", "create", "--site", "demo", "--json")["key"]
    away = Site(tmp_path, f"http://127.0.0.1:{free_port()}", key)
    for n in range(3):
        assert away.php("send", comment(f"Kept number {n}."))["status"] == "held"
    assert len(away.kept()) == 3
    assert all(path.stat().st_mode & 0o077 == 0 for path in away.kept())
    assert away.php("resend") == {"sent": 0, "told": []}
    with home.serving() as base:
        site = Site(tmp_path, base, key)
        made = site.php("send", comment("A word that is fine."))
        assert made["status"] == "published"
        assert call(f"{base}/api/v1/comments/{made['id']}", key=key)[1]["status"] == "published"
        faults = site.php("send", comment(""))
        assert (faults["status"], faults["errors"][0]["pointer"]) == ("invalid", "/text")
        assert site.php("resend")["told"] == [[f"Kept number {n}.", "published"] for n in range(3)]
        assert site.php("resend")["sent"] == 0
        found = call(f"{base}/api/v1/comments?status=published", key=key)[1]
    assert len(found["comments"]) == 4
    assert site.kept() == []


@pytest.mark.parametrize(("moods", "status", "kept"), MOODS)
def test_one_retry_carries_the_same_idempotency_key(tmp_path: Path, moods: list[Any], status: str, kept: int) -> None:
    with moody(moods) as server:
        site = Site(tmp_path, f"http://127.0.0.1:{server.server_port}", "ck_live_x")
        started = time.monotonic()
        assert site.php("send", comment("Good morning."))["status"] == status
        assert time.monotonic() - started < 5
        assert len(server.marks) == 2
        assert len(set(server.marks)) == 1
        assert len(site.kept()) == kept
        assert all(server.marks[0] in path.name for path in site.kept())


def test_an_answer_in_chunks_is_put_together(tmp_path: Path) -> None:
    told = b'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n16\r\n{"status":"published",\r\n7\r\n"id":1}\r\n0\r\n\r\n'
    with moody([told]) as server:
        site = Site(tmp_path, f"http://127.0.0.1:{server.server_port}", "ck_live_x")
        assert site.php("send", comment("Good morning.")) == {"status": "published", "id": 1}


def test_a_listener_that_never_answers_cannot_hold_a_page_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        site = Site(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}", "ck_live_x")
        started = time.monotonic()
        assert site.php("send", comment("Good morning.")) == {"status": "held", "kept": True}
        assert time.monotonic() - started < 5


def test_a_key_with_a_line_break_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="line break"):
        Site(tmp_path, "http://127.0.0.1:1", "ck_live_x\r\nX-Evil: 1").php("send", comment("x"))
