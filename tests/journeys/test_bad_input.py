"""Whatever is sent: a clear problem that names the field, never a 500, nothing stored half."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from moderation.app import create_app
from tests.factories import World, comment_body, make_world
from tests.fakes import WordScorer

HEADERS = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("bad"), scorer=WordScorer())


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[TestClient]:
    app = create_app(world.settings, service=world.service, workers=False)
    with TestClient(app, raise_server_exceptions=False) as opened:
        opened.headers["authorization"] = f"Bearer {world.live}"
        yield opened


def stored(client: TestClient) -> int:
    return len(client.get("/api/v1/comments?limit=500").json()["comments"])


RAW = [
    pytest.param(b'{"text": "\xff\xfe"}', 400, id="not UTF-8"),
    pytest.param(b"", 422, id="no body"),
    pytest.param(b"[]", 422, id="a list"),
    pytest.param(b'{"text": ', 400, id="cut off"),
    pytest.param(b"[" * 60000, 400, id="deep"),
    pytest.param(b'{"a":' * 9000 + b"1" + b"}" * 9000, 400, id="deep objects"),
    pytest.param(b"x" * 10_000_000, 413, id="10 MB"),
    pytest.param(json.dumps(comment_body("x" * 70_000)).encode(), 413, id="over 64 KiB"),
    pytest.param(b"text=hello", 400, id="a form"),
    pytest.param(b'{"text": NaN}', 422, id="NaN"),
]


@pytest.mark.parametrize(("body", "status"), RAW)
def test_raw_rubbish_is_a_problem(client: TestClient, body: bytes, status: int) -> None:
    before = stored(client)
    answer = client.post("/api/v1/comments", content=body, headers=HEADERS)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]
    assert stored(client) == before


FAULTS = [
    ({"text": "a\x00b"}, "/text", "unstorable"),
    ({"text": "a\ud800b"}, "/text", None),
    ({"title": "x\x00"}, "/title", "unstorable"),
    ({"text": ""}, "/text", "required"),
    ({"text": " \n\t\u200b "}, "/text", "required"),
    ({"text": "x" * 2001}, "/text", "too_long"),
    ({"text": "😀" * 1001}, "/text", "too_long"),
    ({"title": "t" * 201}, "/title", "too_long"),
    ({"text": 5}, "/text", None),
    ({"zap": 1}, "/zap", "unknown_field"),
    ({"author": {"name": "Asha", "email": "a@b.example", "zap": 1}}, "/author/zap", "unknown_field"),
    ({"author": {"name": "https://x.example", "email": "a@b.example"}}, "/author/name", "name_is_url"),
    ({"author": {"name": "a@b.example", "email": "a@b.example"}}, "/author/name", "name_is_email"),
    ({"author": {"name": "★★★", "email": "a@b.example"}}, "/author/name", "name_is_symbols"),
    ({"author": {"name": "Asha", "email": "nobody"}}, "/author/email", "email_malformed"),
    ({"author": {"name": "Asha", "email": "x@mailinator.com"}}, "/author/email", "email_disposable"),
    (
        {"author": {"name": "Asha", "email": "a@b.example", "website": "javascript:alert(1)"}},
        "/author/website",
        "website_malformed",
    ),
    ({"disclaimer": {}}, "/disclaimer/accepted", "required"),
    ({"disclaimer": {"accepted": True, "version": "1999-01"}}, "/disclaimer/version", "outdated"),
    ({"sender": {"port": 70000}}, "/sender/port", None),
    ({"article": {"id": ""}}, "/article/id", None),
    ({"form": {"elapsed_ms": -1}}, "/form/elapsed_ms", None),
]


@pytest.mark.parametrize(("change", "pointer", "code"), FAULTS)
def test_fault_names_its_field(client: TestClient, change: dict[str, object], pointer: str, code: str | None) -> None:
    before = stored(client)
    body = json.dumps({**comment_body(), **change})
    answer = client.post("/api/v1/comments", content=body, headers=HEADERS)
    assert answer.status_code == 422, answer.text
    found = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert pointer in found
    assert code is None or found[pointer] == code
    assert stored(client) == before


def test_every_fault_is_told_at_once(client: TestClient) -> None:
    body = comment_body("", author={"name": "!!!", "email": "nobody"}, disclaimer={}, title="t" * 300)
    found = {error["pointer"] for error in client.post("/api/v1/comments", json=body).json()["errors"]}
    assert found == {"/text", "/title", "/author/name", "/author/email", "/disclaimer/accepted"}


def test_faults_of_an_edit_are_told_together(client: TestClient) -> None:
    made = client.post("/api/v1/comments", json=comment_body("A first wording")).json()
    answer = client.patch(f"/api/v1/comments/{made['id']}", json={"text": "x" * 2001, "title": 3, "colour": "red"})
    found = {(one["pointer"], one["code"]) for one in answer.json()["errors"]}
    assert found == {("/title", "string_type"), ("/colour", "unknown_field"), ("/text", "too_long")}


HARMLESS = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a" + "\u0301" * 1900,
    "\u202eevil\u202c",
    "Robert'); DROP TABLE comment;--",
    "ಕನ್ನಡ " * 100,
    "{{ 7*7 }} ${7*7} %(x)s",
]


def test_faults_of_shape_and_of_meaning_are_told_together(client: TestClient) -> None:
    body = comment_body(" ") | {"colour": "red", "parent_id": 7}
    body["author"] = {"name": "http://example.org", "email": ["a list"]}
    answer = client.post("/api/v1/comments", json=body)
    told = {(one["pointer"], one["code"]) for one in answer.json()["errors"]}
    assert {("/colour", "unknown_field"), ("/parent_id", "string_type"), ("/author/email", "string_type")} <= told
    assert ("/text", "required") in told
    assert "/author/name" in {pointer for pointer, _ in told}
    assert len([pointer for pointer, _ in told if pointer == "/author/email"]) == 1


def test_comment_without_article_is_told_what_else_is_wrong(client: TestClient) -> None:
    body = comment_body("x" * 2001)
    del body["article"]
    answer = client.post("/api/v1/comments", json=body)
    assert {(one["pointer"], one["code"]) for one in answer.json()["errors"]} == {
        ("/article", "required"),
        ("/text", "too_long"),
    }


@pytest.mark.parametrize("text", HARMLESS)
def test_hostile_text_is_kept_as_it_was_written(client: TestClient, text: str) -> None:
    sent = client.post("/api/v1/comments", json=comment_body(text))
    assert sent.status_code == 201
    assert client.get(f"/api/v1/comments/{sent.json()['id']}").json()["text"] == text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("x" * 1999, 1999),
        ("x" * 2000, 2000),
        ("😀" * 1000, 2000),
        ("ಕ್ಷಿ" * 500, 2000),
        ("a\r\n" * 1000, 2000),
        ("a\r" * 1000, 2000),
    ],
)
def test_limit_counts_as_a_browser_does(client: TestClient, text: str, count: int) -> None:
    sent = client.post("/api/v1/comments", json=comment_body(text))
    assert sent.status_code == 201, sent.text
    assert sent.json()["characters"] == {"count": count, "limit": 2000, "left": 2000 - count}


@pytest.mark.parametrize("key", ["", "nonsense", "ck_live_" + "a" * 32, "ck_live_" + "0" * 32])
def test_unknown_key_is_401(client: TestClient, key: str) -> None:
    answer = client.get("/api/v1/limits", headers={"authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_wrong_media_type_is_415(client: TestClient) -> None:
    answer = client.post("/api/v1/comments", content=json.dumps(comment_body()), headers={"content-type": "text/plain"})
    assert answer.status_code == 415


def test_unknown_route_is_a_problem(client: TestClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
