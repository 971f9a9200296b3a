"""The pages of integrations: keys and snippets, the first comment, callbacks, the last calls."""

from __future__ import annotations

import hmac
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from moderation.courier import Courier
from moderation.storage.keys import list_keys
from moderation.vocabulary import Role
from tests.callbacks.receivers import listening, reply
from tests.factories import comment_body
from tests.web.newsroom import Browser, Newsroom, Page

HERE = "/s/gazette/integrations"


@pytest.fixture
def admin(room: Newsroom) -> Browser:
    return room.browser(room.person("Ravi Kumar", roles=[Role.ADMIN]))


def press(browser: Browser, path: str, **form: object) -> Page:
    csrf = Page(browser.get("/me")).csrf
    answer = browser.post(path, {"csrf": csrf, **form})
    if answer.status_code == 303:
        answer = browser.get(answer.headers["location"].partition("#")[0])
    return Page(answer)


def snippets(page: Page) -> dict[str, str]:
    found = re.findall(r'id="snippet-(\w+)"[\s\S]*?<code data-copy-text>([\s\S]*?)</code>', page.html)
    return {name: unescape(code) for name, code in found}


@pytest.fixture
def courier(room: Newsroom) -> Iterator[Callable[[], None]]:
    made = Courier()

    def work() -> None:
        for _ in range(60):
            made.round(room.world.service)

    yield work
    made.finish(room.world.service)


def test_a_new_key_is_in_every_snippet_and_is_shown_once(room: Newsroom, admin: Browser) -> None:
    page = press(admin, f"{HERE}/keys", lane="test")
    key = re.search(r"ck_test_[a-z2-7]{32}", page.html).group(0)
    found = snippets(page)
    assert set(found) == {"curl", "php", "wordpress", "python", "node", "html", "coral", "perspective", "akismet"}
    assert [name for name, code in found.items() if key not in code] == ["html", "coral"]
    assert "gazette" in found["html"]
    assert found["coral"].splitlines()[0].endswith("/hooks/coral/gazette")
    again = Page(admin.get(HERE))
    assert key not in again.html
    assert all("YOUR_KEY" in code for name, code in snippets(again).items() if name not in {"html", "coral"})
    assert list_keys(room.database, "gazette")[0].hint in again.text


def test_the_page_waits_shows_what_went_wrong_and_turns_green(room: Newsroom, admin: Browser) -> None:
    fragment = {"headers": {"X-Fragment": "1"}}
    waiting = Page(admin.get(f"{HERE}/waiting", **fragment))
    assert "Waiting for your first comment" in waiting.text
    assert f'data-poll="{HERE}/waiting"' in waiting.html
    bearer = {"Authorization": f"Bearer {room.world.test}"}
    admin.client.post("/api/v1/comments", json=comment_body(""), headers=bearer)
    trouble = Page(admin.get(f"{HERE}/waiting", **fragment))
    assert "A call was answered 422" in trouble.text
    assert "write a comment" in trouble.text
    admin.client.post("/api/v1/comments", json=comment_body(), headers=bearer)
    arrived = Page(admin.get(f"{HERE}/waiting", **fragment))
    assert "Your first comment arrived" in arrived.text
    assert "data-poll" not in arrived.html
    assert "answered 422" not in arrived.text
    assert admin.get(f"{HERE}/waiting").status_code == 303
    page = Page(admin.get(HERE))
    assert "Your first comment arrived" in page.text
    assert "A test comment arrived : done" in page.text
    assert "All three outcomes were tried : not yet" in page.text


def test_scores_turn_the_page_green_too_and_so_does_coral_which_has_no_key(room: Newsroom, admin: Browser) -> None:
    fragment = {"headers": {"X-Fragment": "1"}}
    bearer = {"Authorization": f"Bearer {room.world.live}"}
    assert admin.client.post("/v1/moderations", json={}, headers=bearer).status_code == 400
    assert "Waiting for your first comment" in Page(admin.get(f"{HERE}/waiting", **fragment)).text
    assert admin.client.post("/api/v1/score", json={"text": "Good morning."}, headers=bearer).status_code == 200
    scored = Page(admin.get(f"{HERE}/waiting", **fragment))
    assert "Scores are asked for" in scored.text
    assert "data-poll" not in scored.html
    secret = re.search(r"empsec_[0-9a-f]{64}", press(admin, f"{HERE}/coral/make").html).group(0)
    hook = {"action": "NEW", "comment": {"body": "A fair report."}, "author": {"id": "u1"}, "story": {"id": "s1"}}
    raw = json.dumps(hook).encode()
    signed = {"x-coral-signature": "sha256=" + hmac.new(secret.encode(), raw, "sha256").hexdigest()}
    assert admin.client.post("/hooks/coral/gazette", content=raw, headers=signed).status_code == 204
    assert "Live comments arrive" in Page(admin.get(f"{HERE}/waiting", **fragment)).text


@pytest.mark.parametrize("lane", ["live", "test"])
def test_a_call_of_google_s_client_turns_the_page_green_though_it_asks_with_a_query(
    room: Newsroom, admin: Browser, lane: str
) -> None:
    key = room.world.live if lane == "live" else room.world.test
    asked = {"comment": {"text": "Good morning."}, "languages": ["en"], "requestedAttributes": {"TOXICITY": {}}}
    assert admin.client.post(f"/v1alpha1/comments:analyze?key={key}&alt=json", json=asked).status_code == 200
    assert "Scores are asked for" in Page(admin.get(f"{HERE}/waiting", headers={"X-Fragment": "1"})).text


def test_a_live_key_in_shadow_mode_tells_what_would_have_been(room: Newsroom, admin: Browser) -> None:
    key = next(one for one in list_keys(room.database, "gazette") if one.mode == "live")
    assert "shadow: blocks nothing" in press(admin, f"{HERE}/keys/{key.id}/shadow", on="yes").text
    for text in ("A fair report, thank you.", "You are an idiot."):
        told = admin.client.post(
            "/api/v1/comments", json=comment_body(text), headers={"Authorization": f"Bearer {room.world.live}"}
        )
        assert told.json()["status"] == "published"
    page = Page(admin.get(HERE))
    assert "in seven days 2 comments, of which the policy would have held 1 and rejected 0" in page.text
    assert "shadow: blocks nothing" not in press(admin, f"{HERE}/keys/{key.id}/shadow").text
    test = next(one for one in list_keys(room.database, "gazette") if one.mode == "test")
    assert press(admin, f"{HERE}/keys/{test.id}/shadow", on="yes").status == 422
    assert "revoked" in press(admin, f"{HERE}/keys/{key.id}/revoke").text
    assert (
        press(admin, f"/s/gazette/integrations/keys/{list_keys(room.database, 'herald')[0].id}/shadow", on="yes").status
        == 404
    )


def test_last_calls_can_be_sent_again_by_the_command_that_is_shown(room: Newsroom, admin: Browser) -> None:
    body = comment_body('It\'s "quoted", $HOME and `ls` — ಕನ್ನಡ.')
    admin.client.post("/api/v1/comments", json=body, headers={"Authorization": f"Bearer {room.world.test}"})
    admin.client.post("/api/v1/comments", json=body, headers={"Authorization": f"Bearer {room.world.live}"})
    admin.client.get("/api/v1/comments/none", headers={"Authorization": f"Bearer {room.world.test}"})
    page = Page(admin.get(f"{HERE}/calls"))
    links = list(dict.fromkeys(re.findall(rf"{HERE}/calls/(\w+)", page.html)))
    assert len(links) == 3
    lookup, live, sent = (Page(admin.get(f"{HERE}/calls/{link}")) for link in links)
    assert "not_found" in lookup.text
    assert "is not kept" in live.text
    assert "Asha" not in live.html
    command = unescape(re.search(r"<code data-copy-text>([\s\S]*?)</code>", sent.html).group(1))
    shown = subprocess.run(
        ["sh", "-c", command.replace("curl", "printf '%s\\0'", 1)], capture_output=True, check=True
    ).stdout
    words = shown.decode().split("\0")
    assert json.loads(words[words.index("--data-raw") + 1]) == body
    assert words[words.index("-X") + 1] == "POST"
    only = Page(admin.get(f"{HERE}/calls?problems=1"))
    assert len(set(re.findall(rf"{HERE}/calls/(\w+)", only.html))) == 1
    assert admin.get("/s/gazette/integrations/calls/none").status_code == 404


def test_coral_s_secret_is_brought_rotated_and_revoked(room: Newsroom, admin: Browser) -> None:
    assert "…aaaa" in press(admin, f"{HERE}/coral", secret="empsec_" + "a" * 64).text
    made = press(admin, f"{HERE}/coral/make")
    secret = re.search(r"empsec_[0-9a-f]{64}", made.html).group(0)
    page = Page(admin.get(HERE))
    assert secret not in page.html
    assert f"empsec_…{secret[-4:]}" in page.text
    assert "…aaaa" in page.text
    assert "…aaaa" not in press(admin, f"{HERE}/coral/finish").text
    assert f"…{secret[-4:]}" not in press(admin, f"{HERE}/coral/revoke", hint=f"empsec_…{secret[-4:]}").text
    assert press(admin, f"{HERE}/coral", secret="short").status == 422


def test_a_callback_is_added_tried_rotated_switched_and_what_died_is_sent_again(
    room: Newsroom, admin: Browser, courier: Callable[[], None]
) -> None:
    with listening(lambda handler: reply(handler, 410)) as site:
        inside = press(admin, f"{HERE}/callbacks", url=site.url)
        assert (inside.status, "private address" in inside.text) == (422, True)
        page = press(admin, f"{HERE}/callbacks", url="https://hook.invalid/in")
        assert re.search(r"whsec_[A-Za-z0-9+/=]{44}", page.html)
        endpoint = re.search(r"/callbacks/(\w{26})/ping", page.html).group(1)
        assert "whsec_" not in Page(admin.get(f"{HERE}/callbacks")).html
        allow(room, endpoint, site.url)
        press(admin, f"{HERE}/callbacks/{endpoint}/ping")
        courier()
        off = Page(admin.get(f"{HERE}/callbacks"))
        assert "the site answered 410" in off.text
        assert "waits: target off" in off.text
        site.answer = lambda handler: reply(handler, 204)
        press(admin, f"{HERE}/callbacks/{endpoint}/switch", on="yes")
        kill(room)
        dead = Page(admin.get(f"{HERE}/callbacks?dead=1"))
        assert "given up" in dead.text
        press(admin, f"{HERE}/callbacks/replay", everything="yes")
        courier()
        assert "arrived" in Page(admin.get(f"{HERE}/callbacks")).text
        rotated = press(admin, f"{HERE}/callbacks/{endpoint}/rotate")
        assert "two secrets sign" in rotated.text
        assert "two secrets sign" not in press(admin, f"{HERE}/callbacks/{endpoint}/finish").text
        assert "switched off by hand" in press(admin, f"{HERE}/callbacks/{endpoint}/switch").text
    assert press(admin, f"{HERE}/callbacks", url="ftp://a.example").status == 422
    assert press(admin, f"/s/gazette/integrations/callbacks/{'0' * 26}/rotate").status == 404


def allow(room: Newsroom, endpoint: str, url: str) -> None:
    """What an operator does by `--allow-private`."""
    from moderation.storage.tables import Endpoint

    with room.database.writing() as session:
        row = session.get_one(Endpoint, endpoint)
        row.allow_private, row.url = True, url
        session.add(row)


def kill(room: Newsroom) -> None:
    """Three days pass without luck."""
    from sqlmodel import select

    from moderation.storage.tables import OutboxRow

    with room.database.writing() as session:
        for row in session.exec(select(OutboxRow)).all():
            row.state, row.due_at = "dead", row.due_at - timedelta(days=3)
            session.add(row)


@pytest.mark.parametrize(
    "name", ["moderation.php", "moderation-comments.php", "moderation_client.py", "moderation.mjs"]
)
def test_a_helper_is_saved_from_the_page(admin: Browser, name: str) -> None:
    answer = admin.get(f"{HERE}/files/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    (file,) = Path(__file__).parents[2].glob(f"integrations/*/{name}")
    assert answer.content == file.read_bytes()
    assert admin.get(f"{HERE}/files/../../pyproject.toml").status_code == 404
