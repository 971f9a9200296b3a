"""Bad input at every door, one table: each refusal has the status and the form of the protocol that is spoken there."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from moderation.access.api_keys import make_key
from moderation.storage.coral_secrets import add_secret
from moderation.storage.ids import new_id
from moderation.storage.keys import revoke_key, store_key
from moderation.vocabulary import Lane
from tests.doors.serving import Served, serve
from tests.factories import comment_body

SECRET = "empsec_" + "7" * 64
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
LONG, LONGER = "fine " * 4096, "fine " * 4096 + "x"
READERS = iter(range(1, 100_000))


@dataclass(frozen=True)
class Door:
    """How a door is called with a text, where its key goes, and how it says no."""

    path: str
    body: Callable[[str], dict]
    no: Callable[[httpx.Response], object]
    auth: Callable[[str], dict] = lambda key: {"headers": {"authorization": f"Bearer {key}"}}
    form: bool = False
    unknown: Mapping = field(default_factory=lambda: {"nonsense": 1})


def problem(answer: httpx.Response) -> object:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["code"]


def google(answer: httpx.Response) -> object:
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    kinds = [one.get("errorType") or one.get("reason") for one in error.get("details", [])]
    return next((kind for kind in kinds if kind), error["status"])


def openai(answer: httpx.Response) -> object:
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return error["code"] or error["type"]


def akismet(answer: httpx.Response) -> object:
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-akismet-debug-help"]
    return answer.text


DOORS = {
    "comments": Door("/api/v1/comments", comment_body, problem),
    "score": Door("/api/v1/score", lambda text: {"text": text}, problem),
    "openai": Door("/v1/moderations", lambda text: {"input": text}, openai),
    "perspective": Door(
        "/v1alpha1/comments:analyze",
        lambda text: {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, "languages": ["en"]},
        google,
        auth=lambda key: {"params": {"key": key}},
        unknown={"requestedAttributes": {"FLIRTATION": {}}},
    ),
    "akismet": Door(
        "/1.1/comment-check",
        lambda text: {
            "blog": "https://news.example/",
            "user_ip": f"198.18.{next(READERS) % 250}.9",
            "comment_content": text,
        },
        akismet,
        auth=lambda key: {"params": {"api_key": key}},
        form=True,
    ),
}
NAMES = list(DOORS)


def call(
    served: Served, name: str, text: str = "A fair report.", *, key: str | None = None, **change
) -> httpx.Response:
    door = DOORS[name]
    body = {**door.body(text), **change}
    sent = {"data": body} if door.form else {"json": body}
    auth = door.auth(served.world.live if key is None else key) if key != "" else {}
    return httpx.post(served.root + door.path, timeout=20, **sent, **auth)


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
}


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_a_revoked_and_a_malformed_key_are_refused_alike(served: Served, name: str) -> None:
    for key in ("ck_live_" + "a" * 32, revoked_key(served), "nonsense"):
        answer = call(served, name, key=key)
        assert (answer.status_code, DOORS[name].no(answer)) == REFUSED_KEY[name], key[:8]


@pytest.mark.parametrize("name", NAMES)
def test_no_key_is_refused(served: Served, name: str) -> None:
    answer = call(served, name, key="")
    expected = {**REFUSED_KEY, "perspective": (403, "PERMISSION_DENIED")}[name]
    assert (answer.status_code, DOORS[name].no(answer)) == expected


def test_a_key_that_asks_too_often_is_told_to_wait_in_each_protocols_words(tmp_path: Path) -> None:
    with serve(tmp_path, requests_per_minute=2) as busy:
        first = call(busy, "score")
        refused = [
            found for name in NAMES for found in (call(busy, name) for _ in range(3)) if found.status_code == 429
        ]
        assert first.status_code == 200
        words = {found.request.url.path: found for found in refused}
        assert set(words) == {door.path for door in DOORS.values()}
        said = {name: DOORS[name].no(words[DOORS[name].path]) for name in NAMES if name != "akismet"}
        assert said == {
            "comments": "too_many_requests",
            "score": "too_many_requests",
            "openai": "rate_limit_exceeded",
            "perspective": "RATE_LIMIT_EXCEEDED",
        }
        assert words["/1.1/comment-check"].headers["retry-after"] == "60"
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
    ],
)
def test_a_missing_field_is_refused(served: Served, name: str, missing: str, status: int, code: str) -> None:
    door = DOORS[name]
    body = {key: value for key, value in door.body("A fair report.").items() if key != missing}
    sent = {"data": body} if door.form else {"json": body}
    answer = httpx.post(served.root + door.path, **sent, **door.auth(served.world.live))
    assert (answer.status_code, door.no(answer)) == (status, code)


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("comments", (422, 422)),  # the site's own limit of characters is below both
        ("score", (200, 200)),
        ("openai", (200, 200)),
        ("perspective", (200, 400)),
        ("akismet", (200, 200)),
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


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("comments", 422, "invalid"),
        ("score", 422, "invalid"),
        ("openai", 400, "unknown_parameter"),
        ("perspective", 400, "INVALID_REQUEST"),
    ],
)
def test_an_unknown_attribute_is_refused_by_name(served: Served, name: str, status: int, code: str) -> None:
    answer = call(served, name, **DOORS[name].unknown)
    assert (answer.status_code, DOORS[name].no(answer)) == (status, code)
    assert "nonsense" in answer.text or "FLIRTATION" in answer.text


def test_what_wordpress_adds_is_no_fault_for_akismet(served: Served) -> None:
    assert call(served, "akismet", nonsense="1", REQUEST_URI="/a").text == "false"


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
}


@pytest.mark.parametrize("name", NAMES)
def test_a_form_where_json_was_expected_and_json_where_a_form_was(served: Served, name: str) -> None:
    door = DOORS[name]
    body = door.body("A fair report.")
    content, kind = (json.dumps(body), FORM) if door.form else ("text=A+fair+report.", FORM)
    answer = httpx.post(
        served.root + door.path, content=content, **_with_type(door.auth(served.world.live), kind), timeout=10
    )
    assert (answer.status_code, door.no(answer)) == WRONG_BODY[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_body_that_is_not_what_its_type_says_is_refused(served: Served, name: str) -> None:
    door = DOORS[name]
    answer = httpx.post(
        served.root + door.path,
        content="blog=https://n.example&user_ip=1.2.3.4",
        **_with_type(door.auth(served.world.live), JSON),
    )
    expected = {**WRONG_BODY, "comments": (400, "json_invalid"), "score": (400, "json_invalid")}[name]
    assert (answer.status_code, door.no(answer)) == expected


def _with_type(auth: dict, kind: str) -> dict:
    return {**auth, "headers": {**auth.get("headers", {}), "content-type": kind}}


def sign(raw: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


@pytest.fixture
def hook(served: Served) -> Callable[..., httpx.Response]:
    service = served.world.service
    custody = service.custody
    add_secret(service.database, "gazette", SECRET, custody.seal_secrets, custody.open_secrets, service.clock())

    def send(text: str, secret: str = SECRET, *, kind: str = JSON, raw: bytes | None = None, **more) -> httpx.Response:
        said = {
            "action": "NEW",
            "comment": {"body": text, "parentID": None},
            "author": {"id": f"bad-{next(READERS)}", "role": "COMMENTER"},
            "story": {"id": "s", "url": "https://news.example/s"},
            **more,
        }
        body = json.dumps(said, indent=2).encode() if raw is None else raw
        headers = {"content-type": kind, "x-coral-signature": sign(body, secret)}
        return httpx.post(f"{served.root}/hooks/coral/gazette", content=body, headers=headers, timeout=10)

    return send


def test_coral_refuses_what_it_did_not_sign_and_answers_a_replay_as_before(
    served: Served, hook: Callable[..., httpx.Response]
) -> None:
    forged = hook("forged", "empsec_" + "8" * 64)
    assert (forged.status_code, problem(forged)) == (403, "bad_signature")
    raw = json.dumps(
        {
            "action": "NEW",
            "comment": {"body": "You idiot, once"},
            "author": {"id": "bad-once"},
            "story": {"id": "s"},
        }
    ).encode()
    first, again = hook("", raw=raw), hook("", raw=raw)
    assert first.json() == again.json() == {**first.json(), "status": "SYSTEM_WITHHELD"}


@pytest.mark.parametrize(("text", "status"), [(LONG, 204), (LONGER, 204)])
def test_coral_holds_its_own_limit(hook: Callable[..., httpx.Response], text: str, status: int) -> None:
    assert hook(text).status_code in {status, 200}


def test_coral_refuses_a_signed_form_and_a_missing_field_and_reads_what_newer_versions_add(
    hook: Callable[..., httpx.Response],
) -> None:
    for answer in (hook("", raw=b"comment=hi", kind=FORM), hook("", raw=b'{"action": "NEW"}')):
        assert (answer.status_code, problem(answer)) == (422, "bad_hook")
    assert hook("Another fair point", tenantColour="teal").status_code == 204
