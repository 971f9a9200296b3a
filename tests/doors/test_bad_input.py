"""Bad input at every door, one table: each refusal has the status and the form of the protocol that is spoken there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import httpx
import pytest

from moderation.access.api_keys import make_key
from moderation.access.throttle import SENT
from moderation.storage.ids import new_id
from moderation.storage.keys import revoke_key, store_key
from moderation.vocabulary import Lane
from tests.doors.serving import Served, serve
from tests.doors.table import DOORS, FORM, JSON, NAMES, SITE, WITH_KEY, call, coral_body, good_key, google, open_doors

LONG, LONGER = "fine " * 4096, "fine " * 4096 + "x"
HELD_BY_CORAL = {"status": "PREMOD"}


@pytest.fixture(scope="module", autouse=True)
def _open(served: Served) -> None:
    open_doors(served)


def revoked_key(served: Served) -> str:
    database, now = served.world.service.database, served.world.service.clock()
    made = make_key(Lane.LIVE, os.urandom)
    store_key(database, new_id(), "gazette", Lane.LIVE, made, now)
    revoke_key(database, made.hash, now)
    return made.key


REFUSED_KEY = {
    "comments": (401, "unauthorized"),
    "score": (401, "unauthorized"),
    "openai": (401, "invalid_api_key"),
    "perspective": (400, "API_KEY_INVALID"),
    "akismet": (200, "invalid"),
    "coral": (403, "bad_signature"),
}


@pytest.mark.parametrize("name", WITH_KEY)
def test_a_wrong_a_revoked_and_a_malformed_key_are_refused_alike(served: Served, name: str) -> None:
    for key in ("ck_live_" + "a" * 32, revoked_key(served), "nonsense"):
        answer = call(served, name, key=key)
        assert (answer.status_code, DOORS[name].no(answer)) == REFUSED_KEY[name], key[:8]


@pytest.mark.parametrize("name", WITH_KEY)
def test_no_key_is_refused(served: Served, name: str) -> None:
    answer = call(served, name, key="")
    expected = {**REFUSED_KEY, "perspective": (403, "PERMISSION_DENIED")}[name]
    assert (answer.status_code, DOORS[name].no(answer)) == expected


TOO_OFTEN = {
    "comments": "too_many_requests",
    "score": "too_many_requests",
    "openai": "rate_limit_exceeded",
    "perspective": "RATE_LIMIT_EXCEEDED",
    "akismet": "",
    "form": "too_many_sent",
    "page": "page",
}


def test_who_asks_too_often_is_told_to_wait_in_each_protocols_words(tmp_path: Path) -> None:
    def refused(name: str, most: int) -> httpx.Response | None:
        answers = (call(busy, name, "") if most > 3 else call(busy, name) for _ in range(most))
        return next((answer for answer in answers if answer.status_code == 429), None)

    with serve(tmp_path, requests_per_minute=2) as busy:
        open_doors(busy)
        assert call(busy, "score").status_code == 200
        keyed = {name: refused(name, 3) for name in WITH_KEY}
        assert keyed.pop("coral") is None, "Coral publishes what it is refused"
        a_minute = int(SENT.partition("/")[0])
        told = {**keyed, "form": refused("form", a_minute + 1), "page": refused("page", 1 + 3)}
        assert {name: DOORS[name].no(answer) for name, answer in told.items() if answer} == TOO_OFTEN
        pauses = {
            name: int(answer.headers["retry-after"]) for name, answer in told.items() if answer and name != "page"
        }
        assert all(1 <= pause <= 60 for pause in pauses.values())
        assert max(pauses.values()) > 1, "a minute was not over when it was full"
        assert call(busy, "score", key=busy.world.test).status_code == 200, "each key has its own count"


@pytest.mark.parametrize(
    ("name", "missing", "status", "code"),
    [
        ("comments", "article", 422, "invalid"),
        ("comments", "author", 422, "invalid_comment"),
        ("score", "text", 422, "invalid"),
        ("openai", "input", 400, "invalid_request_error"),
        ("perspective", "comment", 400, "COMMENT_EMPTY"),
        ("perspective", "requestedAttributes", 400, "NO_REQUESTED_ATTRIBUTES"),
        ("akismet", "blog", 200, "invalid"),
        ("akismet", "user_ip", 200, "invalid"),
        ("coral", "action", 422, "bad_hook"),
        ("coral", "comment", 422, "bad_hook"),
        ("form", "article", 422, "invalid"),
        ("form", "text", 422, "invalid_comment"),
        ("form", "accepted", 422, "invalid_comment"),
        ("page", "article", 404, "page"),
        ("page", "text", 422, "page"),
        ("page", "accepted", 422, "page"),
    ],
)
def test_a_missing_field_is_refused(served: Served, name: str, missing: str, status: int, code: str) -> None:
    door = DOORS[name]
    body = {key: value for key, value in door.body("A fair report.").items() if key != missing}
    answer = door.send(served, door.bytes_of(body), good_key(served, name))
    assert (answer.status_code, door.no(answer)) == (status, code)


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("comments", (422, 422)),  # the site's own limit of characters is below both
        ("score", (200, 200)),
        ("openai", (200, 200)),
        ("perspective", (200, 400)),
        ("akismet", (200, 200)),
        ("form", (422, 422)),
        ("page", (422, 422)),
    ],
)
def test_20480_and_20481_bytes(served: Served, name: str, statuses: tuple[int, int]) -> None:
    answers = [call(served, name, text) for text in (LONG, LONGER)]
    assert [len(text.encode()) for text in (LONG, LONGER)] == [20_480, 20_481]
    assert tuple(answer.status_code for answer in answers) == statuses
    if name == "perspective":
        assert google(answers[1]) == "COMMENT_TOO_LONG"
    if name == "comments":
        assert {fault["code"] for answer in answers for fault in answer.json()["errors"]} == {"too_long"}
    if name == "akismet":
        assert {answer.text for answer in answers} <= {"true", "false"}


@pytest.mark.parametrize("text", [LONG, LONGER])
def test_coral_holds_its_own_limit_and_every_length_is_judged(served: Served, text: str) -> None:
    assert call(served, "coral", text).status_code in {200, 204}


TOO_LARGE = {
    "comments": (413, "body_too_large"),
    "score": (413, "body_too_large"),
    "openai": (413, "request_too_large"),
    "perspective": (400, "INVALID_ARGUMENT"),
    "akismet": (200, "invalid"),
    "form": (413, "body_too_large"),
    "page": (413, "page"),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_body_that_is_too_large_is_refused_unread(served: Served, name: str) -> None:
    answer = call(served, name, "fine " * 250_000)
    assert (answer.status_code, DOORS[name].no(answer)) == TOO_LARGE[name]


@pytest.mark.parametrize("announced", [True, False])
def test_who_sends_too_much_by_a_form_is_told_what_to_do_on_a_page(served: Served, announced: bool) -> None:
    raw = b"text=" + b"fine+" * 14_000
    sent = {"content": raw if announced else iter([raw[:40_000], raw[40_000:]])}
    headers = {"origin": SITE, "content-type": FORM}
    answer = httpx.post(f"{served.root}/form/gazette", headers=headers, timeout=20, **sent)
    assert answer.status_code == 413
    assert "That is too much at once" in answer.text
    assert "make it shorter and send it again" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_coral_is_told_to_hold_what_is_too_large_to_be_read(served: Served) -> None:
    answer = call(served, "coral", "fine " * 250_000)
    assert (answer.status_code, answer.json()) == (200, HELD_BY_CORAL)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("comments", 422, "invalid"),
        ("score", 422, "invalid"),
        ("openai", 400, "unknown_parameter"),
        ("perspective", 400, "INVALID_REQUEST"),
        ("form", 422, "invalid"),
    ],
)
def test_an_unknown_attribute_is_refused_by_name(served: Served, name: str, status: int, code: str) -> None:
    answer = call(served, name, **DOORS[name].unknown)
    assert (answer.status_code, DOORS[name].no(answer)) == (status, code)
    assert "nonsense" in answer.text or "FLIRTATION" in answer.text


def test_what_wordpress_and_newer_versions_of_coral_add_is_no_fault(served: Served) -> None:
    assert call(served, "akismet", nonsense="1", REQUEST_URI="/a").text == "false"
    assert call(served, "coral", "Another fair point", tenantColour="teal").status_code == 204


def test_both_forms_of_context_at_once_are_refused_where_there_are_two(served: Served) -> None:
    both = {"entries": [{"text": "a"}], "articleAndParentComment": {"article": {"text": "b"}}}
    answer = call(served, "perspective", context=both)
    assert (answer.status_code, google(answer)) == (400, "INVALID_REQUEST")
    assert "both fields were populated" in answer.json()["error"]["message"]


WRONG_BODY = {
    "comments": (415, "unsupported_media_type"),
    "score": (415, "unsupported_media_type"),
    "openai": (400, "invalid_request_error"),
    "perspective": (400, "INVALID_ARGUMENT"),
    "akismet": (200, "invalid"),
    "coral": (422, "bad_hook"),
    "form": (415, "unsupported_media_type"),
    "page": (404, "page"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_form_where_json_was_expected_and_json_where_a_form_was(served: Served, name: str) -> None:
    door = DOORS[name]
    raw = json.dumps(door.body("A fair report.")).encode() if door.form else b"text=A+fair+report."
    answer = door.send(served, raw, good_key(served, name), FORM)
    assert (answer.status_code, door.no(answer)) == WRONG_BODY[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_body_that_is_not_what_its_type_says_is_refused(served: Served, name: str) -> None:
    door = DOORS[name]
    answer = door.send(served, b"blog=https://n.example&user_ip=1.2.3.4", good_key(served, name), JSON)
    no_json = (400, "json_invalid")
    expected = {**WRONG_BODY, "comments": no_json, "score": no_json, "form": no_json}[name]
    assert (answer.status_code, door.no(answer)) == expected


@pytest.mark.parametrize(
    ("name", "method", "path", "told"),
    [
        ("perspective", "GET", "/v1alpha1/comments:analyze", "NOT_FOUND"),
        ("perspective", "POST", "/v1alpha1/comments:praise", "NOT_FOUND"),
        ("akismet", "GET", "/1.1/comment-check", "invalid"),
        ("akismet", "POST", "/1.2/activity", "invalid"),
        ("openai", "GET", "/v1/models", "unknown_url"),
        ("openai", "GET", "/v1/moderations", "unknown_url"),
        ("coral", "GET", "/hooks/coral/gazette", "no_such_call"),
        ("score", "GET", "/api/v1/score", "not_found"),
    ],
)
def test_a_call_that_a_door_does_not_have_is_refused_in_its_own_words(
    served: Served, name: str, method: str, path: str, told: str
) -> None:
    answer = httpx.request(method, served.root + path, timeout=20)
    assert (answer.status_code, DOORS[name].no(answer)) == (404, told)


def test_a_forged_origin_may_not_send_a_form(served: Served) -> None:
    for name, code in (("form", "origin_not_allowed"), ("page", "page")):
        door = DOORS[name]
        elsewhere = {"origin": "https://elsewhere.example", "content-type": door.kind}
        answer = httpx.post(served.root + door.path, content=door.bytes_of(door.body("Hello.")), headers=elsewhere)
        assert (answer.status_code, door.no(answer)) == (403, code)


def test_coral_hears_of_a_replay_what_it_heard_before(served: Served) -> None:
    door = DOORS["coral"]
    raw = door.bytes_of(coral_body("You idiot, once"))
    first, again = (door.send(served, raw, good_key(served, "coral")) for _ in range(2))
    assert first.json() == again.json() == {**first.json(), "status": "SYSTEM_WITHHELD"}
