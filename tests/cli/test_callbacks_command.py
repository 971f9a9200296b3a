"""`moderation callbacks` and `moderation coral`, as an operator types them."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request

import pytest
from standardwebhooks import Webhook

from tests.callbacks.receivers import listening
from tests.cli.conftest import Home


@pytest.fixture
def ready(home: Home) -> Home:
    home.run("first-run")
    return home


def test_a_target_is_added_rotated_and_told_by_both_secrets(ready: Home) -> None:
    with listening() as site, ready.serving():
        made = ready.json("callbacks", "add", site.url, "--site", "demo", "--allow-private", "--json")
        new = ready.json("callbacks", "rotate", made["endpoint"], "--site", "demo", "--json")
        assert ready.json("callbacks", "list", "--site", "demo", "--json")[0]["secrets"] == 2
        ready.run("callbacks", "ping", made["endpoint"], "--site", "demo")
        (got,) = site.wait(1)
        for secret in (made["secret"], new["secret"]):
            assert Webhook(secret).verify(got.body, got.headers)["type"] == "ping"
    ready.run("callbacks", "rotate", made["endpoint"], "--site", "demo", "--finish")
    ready.run("callbacks", "off", made["endpoint"], "--site", "demo")
    (row,) = ready.json("callbacks", "list", "--site", "demo", "--json")
    assert (row["secrets"], row["state"]) == (1, "off: switched off by hand")
    assert "is on" in ready.run("callbacks", "on", made["endpoint"], "--site", "demo").stdout
    assert ready.json("callbacks", "dead", "--site", "demo", "--json") == []
    assert "0 messages" in ready.run("callbacks", "replay", "--site", "demo").stdout


@pytest.mark.parametrize("words", [("rotate", "nobody"), ("on", "nobody"), ("ping", "nobody")])
def test_what_is_not_there_is_refused_with_a_hint(ready: Home, words: tuple[str, str]) -> None:
    assert "callbacks list" in ready.run("callbacks", *words, "--site", "demo", code=1).stderr


def test_a_coral_secret_is_brought_by_stdin_used_rotated_and_revoked(ready: Home) -> None:
    first, second = "empsec_" + "a" * 64, "empsec_" + "b" * 64
    assert ready.run("coral", "add", "--site", "demo", given=first + "\n").stdout == "added empsec_…aaaa to `demo`\n"
    with ready.serving() as base:
        assert ask(base, first) in {200, 204}
        ready.run("coral", "add", "--site", "demo", given=second)
        assert ready.json("coral", "list", "--site", "demo", "--json") == ["empsec_…bbbb", "empsec_…aaaa"]
        assert ask(base, first) in {200, 204}
        assert ready.run("coral", "finish", "--site", "demo").stdout == "1 secret is good\n"
        assert (ask(base, first), ask(base, second)) == (403, 204)
        made = ready.json("coral", "make", "--site", "demo", "--json")["secret"]
        assert ask(base, made) == 204
        ready.run("coral", "revoke", made[-4:], "--site", "demo")
        assert ask(base, made) == 403
    assert "no signing secret" in ready.run("coral", "add", "--site", "demo", given="short", code=1).stderr
    assert "ends so" in ready.run("coral", "revoke", "zzzz", "--site", "demo", code=1).stderr
    assert "site list" in ready.run("coral", "add", "--site", "nowhere", given=first, code=1).stderr


def ask(base: str, secret: str) -> int:
    hook = {
        "action": "NEW",
        "comment": {"body": "Good morning.", "parentID": None},
        "author": {"id": "u1", "role": "COMMENTER"},
        "story": {"id": "s1", "url": "https://news.example/s1"},
    }
    raw = json.dumps(hook, indent=2).encode()
    signature = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Coral-Signature": signature}
    request = urllib.request.Request(f"{base}/hooks/coral/demo", raw, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        return problem.code
