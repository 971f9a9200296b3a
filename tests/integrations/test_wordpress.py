"""The WordPress plugin: read by PHP's linter, and run with WordPress's functions stubbed against the service as it is served."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.cli.conftest import ROOT, Home, call, free_port
from tests.integrations.moody import MOODS, moody, took

PLUGIN = ROOT / "integrations" / "wordpress" / "moderation-comments.php"
STUBS = ROOT / "tests" / "integrations" / "wordpress.php"
PHP = os.environ.get("MODERATION_TEST_PHP", "php")
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


class WordPress:
    """One PHP process with the plugin in it: a request after the other."""

    def __init__(self, url: str, key: str) -> None:
        settings = {"MODERATION_URL": url, "MODERATION_KEY": key, "MODERATION_HOOK_SECRET": SECRET}
        words = [PHP, "-d", "display_errors=stderr", str(STUBS), str(PLUGIN), json.dumps(settings)]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, what: str, **more: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "PHP ended"
        return json.loads(line)

    def comment(self, text: str, **more: Any) -> Any:
        return self.do("comment", comment_content=text, accepted=True, **more)

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        assert self.process.wait(20) == 0
        self.process.stdout.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str, str]]:
    home = Home(tmp_path)
    home.run("first-run")
    live = home.json("keys", "create", "--site", "demo", "--json")["key"]
    test = home.json("keys", "create", "--site", "demo", "--mode", "test", "--json")["key"]
    with home.serving() as base:
        yield base, live, test


def test_php_reads_the_plugin() -> None:
    done = subprocess.run([PHP, "-l", str(PLUGIN)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_outcomes_become_what_wordpress_knows(served: tuple[str, str, str]) -> None:
    base, _, key = served
    site = WordPress(base, key)
    forced = {name: f"{name}@test.invalid" for name in ("publish", "hold", "reject")}
    published = site.comment('It\\\'s fine & "well" said.', comment_author_email=forced["publish"])
    assert published["approved"] == "1"
    stored = call(f"{base}/api/v1/comments/{published['meta']['moderation_id']}", key=key)[1]
    assert stored["article_id"] == "7"
    assert site.comment("Hold this.", comment_author_email=forced["hold"])["approved"] == "0"
    assert site.comment("Not this.", comment_author_email=forced["reject"])["approved"] == "trash"
    assert site.comment("Fine.", comment_author_email=forced["publish"], wordpress=0)["approved"] == "0"
    assert site.comment("Fine.", comment_author_email=forced["hold"], wordpress="spam")["approved"] == "spam"
    empty = site.do("comment", comment_content="", accepted=True)
    assert empty["status"] == 422
    assert empty["error"] == "write a comment"
    refused = site.do("comment", comment_content="Not accepted.", accepted=False)
    assert refused["status"] == 422
    ping = site.comment("A ping.", comment_type="pingback")
    assert ping == {"id": ping["id"], "approved": "1", "meta": []}
    site.close()
    found = call(f"{base}/api/v1/comments?limit=100", key=key)[1]["comments"]
    assert len(found) == 5
    assert found[0]["text"] == 'It\\\'s fine & "well" said.'


def test_a_comment_that_could_not_be_sent_waits_and_is_sent_by_cron(served: tuple[str, str, str]) -> None:
    base, _, key = served
    port = free_port()
    site = WordPress(f"http://127.0.0.1:{port}", key)
    for n in range(3):
        kept = site.comment(f'Kept number {n} \\ "quoted" ಕನ್ನಡ 😀.', comment_author_email="publish@test.invalid")
        assert kept["approved"] == "0"
        assert json.loads(kept["meta"]["moderation_spool"])["text"] == f'Kept number {n} \\ "quoted" ಕನ್ನಡ 😀.'
    site.do("approve", id=3, status="spam")
    first = site.do("cron")
    assert first["had"] == ["moderation_resend"] * 3
    assert (first["next"], first["approved"]) == (["moderation_resend"], ["0", "0", "spam"])
    with forwarding(port, base):
        again = site.do("cron")
    assert (again["next"], again["approved"]) == ([], ["1", "1", "spam"])
    assert site.do("cron")["approved"] == ["1", "1", "spam"]
    site.close()
    assert len(call(f"{base}/api/v1/comments?limit=100", key=key)[1]["comments"]) == 3


@pytest.mark.parametrize(("moods", "status", "kept"), MOODS[:5])
def test_one_retry_carries_the_same_idempotency_key(moods: list[Any], status: str, kept: int) -> None:
    with moody(moods) as server:
        site = WordPress(f"http://127.0.0.1:{server.server_port}", "ck_live_x")
        started = time.monotonic()
        made = site.comment("Good morning.")
        assert took(started) < 8
        assert made["approved"] == ("1" if status == "published" else "0")
        assert ("moderation_spool" in made["meta"]) == bool(kept)
        marks = list(server.marks)
        site.close()
    assert len(marks) == 2
    assert len(set(marks)) == 1
    assert not kept or made["meta"]["moderation_mark"] == marks[0]


def test_a_signed_message_changes_a_comment_and_nothing_else_does(served: tuple[str, str, str]) -> None:
    base, _, key = served
    site = WordPress(base, key)
    held = site.comment("Hold this.", comment_author_email="hold@test.invalid")
    body = json.dumps(
        {
            "type": "comment.published",
            "data": {"id": held["meta"]["moderation_id"], "status": "published", "grounds": []},
        }
    )

    def hook(body: str, *, secret: str = SECRET, at: float | None = None) -> Any:
        at = int(at or time.time())
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mac = base64.b64encode(hmac.digest(key, f"msg_1.{at}.{body}".encode(), hashlib.sha256)).decode()
        headers = {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": f"v1,{mac}"}
        if secret == SECRET and at > time.time() - 60:
            Webhook(SECRET).verify(body, headers)
        return site.do("hook", body=body, headers=headers)

    assert hook(body, secret="whsec_" + base64.b64encode(b"x" * 32).decode()) == {"status": 401, "approved": ["0"]}
    assert hook(body, at=time.time() - 3600) == {"status": 401, "approved": ["0"]}
    assert site.do("hook", body=body, headers={}) == {"status": 401, "approved": ["0"]}
    assert hook(json.dumps({"type": "ping", "data": {}})) == {"status": 204, "approved": ["0"]}
    assert hook(body) == {"status": 204, "approved": ["1"]}
    spam = json.loads(body)
    spam["data"] |= {"status": "rejected", "grounds": ["spam"]}
    assert hook(json.dumps(spam)) == {"status": 204, "approved": ["spam"]}
    site.close()


@pytest.mark.parametrize(
    ("url", "with_key"),
    [("https://rest.akismet.com/1.1/comment-check", True), ("http://oldkey.rest.akismet.com/1.1/comment-check", False)],
)
def test_the_calls_of_akismet_s_plugin_go_to_the_service(
    served: tuple[str, str, str], url: str, with_key: bool
) -> None:
    base, _, key = served
    site = WordPress(base, key)
    assert site.do("filter", name="akismet_get_api_key", value=False) == key
    form = "blog=https%3A%2F%2Fnews.example&user_ip=203.0.113.9&comment_content=Hello&comment_author=Asha"
    body = f"{form}&api_key={key}" if with_key else form
    assert site.do("akismet", url=url, body=body) == {"body": "false", "code": 200}
    assert site.comment("Akismet decides here.")["meta"] == []
    site.close()


def test_the_form_asks_for_consent() -> None:
    site = WordPress("http://127.0.0.1:1", "ck_live_x")
    assert 'name="moderation_accept"' in site.do("filter", name="comment_form_submit_field", value="<p>Submit</p>")
    site.close()


class forwarding:  # noqa: N801 - reads as a word
    """A port that leads to the service, for a site whose address of it does not change."""

    def __init__(self, port: int, base: str) -> None:
        self.port, self.base = port, base

    def __enter__(self) -> None:
        import socket
        import threading

        self.server = socket.create_server(("127.0.0.1", self.port))
        host, port = self.base.removeprefix("http://").split(":")

        def pump(one: socket.socket, other: socket.socket) -> None:
            try:
                while data := one.recv(65536):
                    other.sendall(data)
                other.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        def work() -> None:
            while True:
                try:
                    inside, _ = self.server.accept()
                except OSError:
                    return
                outside = socket.create_connection((host, int(port)))
                threading.Thread(target=pump, args=(inside, outside), daemon=True).start()
                threading.Thread(target=pump, args=(outside, inside), daemon=True).start()

        threading.Thread(target=work, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.server.close()
