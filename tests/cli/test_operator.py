from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from tests.cli.conftest import Home, call, comment, free_port


@pytest.fixture
def ready(home: Home) -> Home:
    home.run("first-run")
    return home


def test_first_run_makes_everything_once_and_keeps_it(home: Home) -> None:
    first, second = home.run("first-run"), home.run("first-run")
    assert "made a vault" in first.stderr
    assert second.stderr == ""
    key = re.compile(r"ck_live_[a-z2-7]{32}")
    assert key.search(first.stdout)
    assert key.findall(first.stdout) == key.findall(second.stdout)
    links = [re.findall(r"http://localhost:8000/sign-in/link/\S+", done.stdout) for done in (first, second)]
    assert len(links[0]) == len(links[1]) == 1
    assert links[0] != links[1]
    for name in ("vault", "secrets", "data"):
        assert (home.path / name).stat().st_mode & 0o077 == 0


def test_a_link_of_the_command_line_leads_to_the_port_of_the_service(ready: Home) -> None:
    ready.env["MODERATION_PORT"] = "8123"
    link = ready.json("user", "link", "moderator@example.org", "--json")["link"]
    assert link.startswith("http://localhost:8123/sign-in/link/")


def test_the_printed_line_gives_a_decision_and_the_printed_link_opens(home: Home) -> None:
    with home.serving("first-run", "--serve"):
        # everything printed before the ready line is in the pipe already
        line = read_until(home, "curl ")
        done = subprocess.run(shlex.split(line), capture_output=True, check=True, timeout=30)
        assert json.loads(done.stdout)["status"] == "held"
    printed = (home.path / "out.txt").read_text()
    assert "Moderators sign in with" in home.printed + printed


def read_until(home: Home, start: str) -> str:
    process = home.last
    assert process.stdout is not None
    while True:
        line = process.stdout.readline().decode()
        assert line, "the process ended"
        home.printed += line
        if line.startswith(start):
            return line.strip()


def test_a_service_stops_and_starts_again_without_loss(ready: Home) -> None:
    key = ready.json("keys", "create", "--site", "demo", "--json")["key"]
    with ready.serving() as base:
        status, made = call(f"{base}/api/v1/comments", comment("Good morning."), key)
        assert (status, made["status"]) == (201, "published")
    with ready.serving() as base:
        assert call(f"{base}/api/v1/comments/{made['id']}", key=key)[1]["status"] == "published"


def test_serving_needs_no_vault_folder(ready: Home) -> None:
    key = ready.json("keys", "create", "--site", "demo", "--json")["key"]
    (ready.path / "vault").rename(ready.path / "elsewhere")
    with ready.serving() as base:
        assert call(f"{base}/api/v1/comments", comment("Good morning."), key)[0] == 201
    assert not (ready.path / "vault").exists()


def test_two_processes_take_comments_of_one_site(ready: Home) -> None:
    key = ready.json("keys", "create", "--site", "demo", "--json")["key"]
    with ready.serving("serve", "--workers", "2") as base:
        sent = [call(f"{base}/api/v1/comments", comment(f"Good morning {n}."), key)[0] for n in range(12)]
    assert sent == [201] * 12
    said = (ready.path / "err.txt").read_text()
    assert "each count on their own floods, tries to sign in and what readers' forms send" in said


def test_a_taken_port_is_said_with_a_hint(ready: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = ready.run("serve", "--port", str(port), code=1)
    assert f"`127.0.0.1:{port}` is taken" in done.stderr
    assert "--port" in done.stderr


def test_serving_an_empty_folder_names_the_missing_step(home: Home) -> None:
    assert "moderation db upgrade" in home.run("serve", "--port", str(free_port()), code=1).stderr
    home.run("db", "upgrade")
    assert "moderation vault init" in home.run("serve", "--port", str(free_port()), code=1).stderr


def test_upgrade_says_from_where_to_where_and_may_be_repeated(home: Home) -> None:
    assert "(was empty)" in home.run("db", "upgrade").stdout
    assert "was" not in home.run("db", "upgrade").stdout
    home.run("db", "status")
    assert sqlite3.connect(home.path / "data" / "moderation.db").execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_key_is_shown_once_works_and_dies_at_once(ready: Home) -> None:
    made = ready.json("keys", "create", "--site", "demo", "--mode", "test", "--json")
    assert re.fullmatch(r"ck_test_[a-z2-7]{32}", made["key"])
    assert made["key"] not in ready.run("keys", "list", "--site", "demo").stdout
    assert made["key"].encode() not in (ready.path / "data" / "moderation.db").read_bytes()
    ready.run("keys", "revoke", made["key"])
    states = {row["id"]: row["state"] for row in ready.json("keys", "list", "--site", "demo", "--json")}
    assert states[made["id"]] == "revoked"
    assert "no site `nosuch`" in ready.run("keys", "create", "--site", "nosuch", code=1).stderr


def test_a_person_gets_roles_and_a_link_that_replaces_the_last_one(ready: Home) -> None:
    words = ("user", "add", "Ravi@example.org", "--name", "Ravi", "--site", "demo", "--role", "editor", "--json")
    made = ready.json(*words)
    assert made["email"] == "ravi@example.org"
    link = ready.json("user", "link", "ravi@example.org", "--json")["link"]
    assert link != made["link"]
    with ready.serving() as base:
        path = "/sign-in/link/"
        good = urllib.request.urlopen(f"{base}{path}{link.split(path)[1]}")
        assert good.status == 200
        with pytest.raises(OSError, match=r"4\d\d"):
            urllib.request.urlopen(f"{base}{path}{made['link'].split(path)[1]}")
    ready.run("user", "add", "x@example.org", "--name", "X", "--site", "demo", "--role", "king", code=2)
    assert "hint" in ready.run("user", "link", "nobody@example.org", code=1).stderr


class Receiver(BaseHTTPRequestHandler):
    got: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_worker_beside_serve_tells_the_site_with_the_printed_secret(ready: Home) -> None:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Receiver.got.clear()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = f"http://127.0.0.1:{server.server_port}/hook"
    made = ready.json("site", "add", "gazette", "--name", "Gazette", "--callback", hook, "--allow-private", "--json")
    assert ready.json("site", "list", "--json")[1]["callbacks"] == [hook]
    key = ready.json("keys", "create", "--site", "gazette", "--json")["key"]
    with ready.serving("serve", "--no-workers") as base:
        told = call(f"{base}/api/v1/comments", comment("Good morning."), key)[1]
        time.sleep(1)
        assert Receiver.got == []
        worker = ready.start("worker")
        end = time.monotonic() + 30
        while not Receiver.got and time.monotonic() < end:
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
        worker.stdout.close()  # type: ignore[union-attr]
    server.shutdown()
    server.server_close()
    ((headers, body),) = Receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    secret = base64.b64decode(made["callback_secret"].removeprefix("whsec_"))
    mac = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert json.loads(body)["data"]["id"] == told["id"]


@pytest.mark.parametrize("url", ["ftp://example.org/x", "example.org", "https://user:pw@example.org/"])
def test_a_callback_must_be_a_plain_web_address(ready: Home, url: str) -> None:
    done = ready.run("site", "add", "gazette", "--name", "Gazette", "--callback", url, code=1)
    assert "callback" in done.stderr
    assert [row["site"] for row in ready.json("site", "list", "--json")] == ["demo"]


def test_doctor_finds_what_is_wrong_and_says_the_cure(ready: Home) -> None:
    ready.run("doctor")
    (ready.path / "secrets").chmod(0o755)
    ready.env["MODERATION_TRUSTED_PROXIES"] = "0.0.0.0/0"
    found = {row["name"]: row for row in ready.json("doctor", "--json", code=1)}
    assert found["secrets"]["state"] == "wrong"
    assert "chmod" in found["secrets"]["hint"]
    assert found["proxies"]["state"] == "wrong"
    assert found["database"]["state"] == "ok"
    assert found["sealing keys"]["state"] == "ok"


def test_doctor_of_an_empty_folder_is_a_list_of_faults_and_changes_nothing(home: Home) -> None:
    found = {row["name"]: row for row in home.json("doctor", "--json", code=1)}
    assert "db upgrade" in found["database"]["hint"]
    assert found["model"]["state"] == "ok"


def test_settings_hide_secrets_and_list_all_faults_at_once(home: Home) -> None:
    home.env |= {"MODERATION_METRICS_TOKEN": "very-secret", "MODERATION_DATABASE_URL": "postgresql://u:pw1@db/x"}
    shown = home.run("settings").stdout
    assert "very-secret" not in shown
    assert "pw1" not in shown
    assert home.json("settings", "--json")["MODERATION_PORT"]["value"] == "8000"
    home.env |= {"MODERATION_PORT": "x", "MODERATION_BATCH_LIMIT": "0"}
    said = home.run("settings", code=1).stderr
    assert "`MODERATION_PORT`" in said
    assert "`MODERATION_BATCH_LIMIT`" in said


def test_the_command_line_writes_while_the_server_takes_comments(ready: Home) -> None:
    key = ready.json("keys", "create", "--site", "demo", "--json")["key"]
    failures: list[object] = []
    with ready.serving() as base:
        end = time.monotonic() + 10

        def send() -> None:
            n = 0
            while time.monotonic() < end:
                status, answer = call(f"{base}/api/v1/comments", comment(f"Good morning, number {n}."), key)
                failures.extend([] if status == 201 else [answer])
                n += 1

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        while time.monotonic() < end:
            ready.run("keys", "create", "--site", "demo", "--json")
        for thread in threads:
            thread.join()
    assert failures == []
