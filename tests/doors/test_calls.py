"""The last calls: noted at every door, with their problem, and nothing of a reader for a live key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from moderation.api.akismet_call import read_call
from moderation.api.call_problem import problem_of
from moderation.api.calls import write_down
from moderation.app import create_app
from moderation.call_book import KEPT, Call, CallBook
from moderation.storage.calls import newest_calls
from moderation.storage.database import Database
from moderation.storage.keys import list_keys, revoke_key, set_shadow
from moderation.storage.settle import sweep
from moderation.storage.tables import CallRow, CommentRow, LogEntry, OutboxRow, RevisionRow
from tests.factories import World, comment_body, make_world
from tests.fakes import WordScorer


@pytest.fixture
def world(tmp_path: Path, empty_url: str) -> Iterator[World]:
    made = make_world(tmp_path, empty_url, scorer=WordScorer())
    yield made
    made.close()


@pytest.fixture
def client(world: World) -> TestClient:
    return TestClient(create_app(world.settings, workers=False, service=world.service))


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def noted(world: World, site: str = "gazette", **more: bool) -> list[CallRow]:
    write_down(world.service)
    return newest_calls(world.service.database, site, **more)


def test_a_test_key_s_calls_are_kept_with_their_bodies_and_problems(world: World, client: TestClient) -> None:
    good = client.post("/api/v1/comments", json=comment_body(), headers=bearer(world.test))
    assert good.status_code == 201
    wrong = comment_body("")
    client.post("/api/v1/comments", json={**wrong, "sent": 1}, headers=bearer(world.test))
    client.post("/api/v1/comments", content="text", headers={**bearer(world.test), "content-type": "text/plain"})
    client.get("/api/v1/comments/none", headers=bearer(world.test))
    rows = noted(world)
    assert [(row.method, row.path, row.status) for row in rows] == [
        ("GET", "/api/v1/comments/none", 404),
        ("POST", "/api/v1/comments", 415),
        ("POST", "/api/v1/comments", 422),
        ("POST", "/api/v1/comments", 201),
    ]
    missing, media, faulty, first = rows
    assert missing.problem.startswith("not_found: ")
    assert media.problem.startswith("unsupported_media_type")
    assert "there is no field `sent`" in faulty.problem
    assert json.loads(first.body or "") == comment_body()
    assert (first.problem, first.content_type, first.lane) == ("", "application/json", "test")
    assert [row.path for row in newest_calls(world.service.database, "gazette", failed_only=True)] == [
        "/api/v1/comments/none", "/api/v1/comments", "/api/v1/comments",
    ]  # fmt: skip
    assert newest_calls(world.service.database, "herald") == []


def test_nothing_of_a_reader_is_kept_of_a_live_key_s_calls(world: World, client: TestClient) -> None:
    secrets = ["203.0.113.77", "asha@reader.example", "Asha Shenoy", "tram line", world.live, "198.51.100.4"]
    client.post("/api/v1/comments", json=comment_body(), headers=bearer(world.live))
    client.post(
        "/api/v1/comments", json={**comment_body(""), "198.51.100.4": "Asha Shenoy"}, headers=bearer(world.live)
    )
    client.get("/api/v1/comments?after=198.51.100.4", headers=bearer(world.live))
    client.post(
        f"/v1alpha1/comments:analyze?key={world.live}",
        json={"comment": {"text": "Asha Shenoy"}, "requestedAttributes": {"198.51.100.4": {}}},
    )
    client.post("/v1/moderations", json={"198.51.100.4": 1, "input": "Asha Shenoy"}, headers=bearer(world.live))
    client.post(
        "/1.1/comment-check",
        data={"api_key": world.live, "blog": "", "user_ip": "198.51.100.4", "comment_author": "Asha Shenoy"},
    )
    rows = noted(world)
    assert len(rows) == 6
    told = {row.path: row.problem for row in rows if row.problem}
    assert told == {
        "/api/v1/comments": "invalid: unknown_field; /text required",
        "/v1alpha1/comments:analyze": "INVALID_REQUEST",
        "/v1/moderations": "unknown_parameter",
        "/1.1/comment-check": 'Empty "blog" value',
    }
    assert all(row.body is None for row in rows)
    everything = repr([row.model_dump() for row in rows])
    assert [word for word in secrets if word in everything] == []


def test_a_key_in_a_kept_body_is_replaced(world: World, client: TestClient) -> None:
    form = {"api_key": world.test, "blog": "https://a.example", "user_ip": "203.0.113.9", "comment_content": "Hello"}
    assert client.post("/1.1/comment-check", data=form).text == "false"
    (row,) = noted(world)
    assert "api_key=YOUR_KEY&" in (row.body or "")
    assert world.test not in (row.body or "")


SERVER = {"HTTP_COOKIE": "wordpress_logged_in=secret", "REQUEST_URI": "/private", "hp": "caught"}
SAID = {"blog": "https://a.example", "user_ip": "203.0.113.9", "comment_content": "Hello", "honeypot_field_name": "hp"}


@pytest.mark.parametrize("kind", ["form", "json"])
def test_no_cookie_is_kept_of_what_wordpress_says_with_a_test_key(world: World, client: TestClient, kind: str) -> None:
    told = {**SERVER, **SAID, "api_key": world.test, "comment_context[]": "a thread"}
    sent = {"json": told} if kind == "json" else {"data": told}
    assert client.post("/1.1/comment-check", **sent).status_code == 200
    (row,) = noted(world)
    assert "secret" not in (row.body or "")
    assert "private" not in (row.body or "")
    kept = read_call((row.body or "").encode(), row.content_type, "")
    assert (kept.get("comment_content"), kept.honeypot, kept.context) == ("Hello", "caught", ("a thread",))


def test_a_query_is_kept_for_test_keys_without_the_key_and_of_others_that_there_was_one(
    world: World, client: TestClient
) -> None:
    for key in (world.test, world.live):
        client.get("/api/v1/comments?status=held&limit=7", headers=bearer(key))
        client.get(f"/1.2/key-sites?api_key={key}&limit=9")
        client.get(f"/1.2/usage-limit?api_key={key}")
    client.get("/api/v1/comments?after=" + "a" * 400, headers=bearer(world.test))
    asked = {(row.lane, row.path) for row in noted(world)}
    assert asked == {
        ("test", "/api/v1/comments?status=held&limit=7"),
        ("test", "/1.2/key-sites?limit=9"),
        ("test", "/1.2/usage-limit"),
        ("test", "/api/v1/comments?…"),
        ("live", "/api/v1/comments?…"),
        ("live", "/1.2/key-sites?…"),
        ("live", "/1.2/usage-limit"),
    }


def test_the_last_hundred_of_each_kind_stay_and_a_flood_of_good_calls_hides_no_problem(world: World) -> None:
    at = datetime.now(UTC)
    for n in range(3 * KEPT):
        world.service.calls.add(_call(n, at, "live", 201))
        if n % 100 == 7:
            write_down(world.service)
    world.service.calls.add(_call(0, at - timedelta(hours=1), "live", 500))
    world.service.calls.add(_call(1, at - timedelta(hours=2), "test", 201))
    write_down(world.service)
    with world.service.database.reading() as session:
        rows = session.exec(select(CallRow)).all()
    good = sorted(row.path for row in rows if row.lane == "live" and not row.problem)
    assert good == sorted(f"/api/v1/comments/{n}" for n in range(2 * KEPT, 3 * KEPT))
    assert len(rows) == KEPT + 2
    (problem,) = newest_calls(world.service.database, "gazette", failed_only=True)
    assert problem.problem == "answered 500"


def test_calls_are_forgotten_after_a_month(world: World) -> None:
    now = datetime.now(UTC)
    for days in (0, 29, 31):
        world.service.calls.add(_call(days, now - timedelta(days=days), "test", 201))
    write_down(world.service)
    sweep(world.service.database, now)
    assert [row.path for row in newest_calls(world.service.database, "gazette")] == [
        "/api/v1/comments/0",
        "/api/v1/comments/29",
    ]


def _call(number: int, at: datetime, lane: str, status: int) -> Call:
    at += timedelta(milliseconds=10 * number)
    return Call("POST", f"/api/v1/comments/{number}", at, "gazette", "key", lane, status=status)


def test_the_book_is_bounded_whatever_comes(world: World) -> None:
    book = CallBook()
    for n in range(10 * KEPT):
        book.add(_call(n, datetime.now(UTC), "live", 201))
        book.add(Call("POST", "/x", datetime.now(UTC), key_hash=f"{n:064x}", status=401))
        book.add(Call("POST", "/x", datetime.now(UTC), status=401))
    assert len(book.take(everything=False)) == KEPT
    assert len(book.take()) == KEPT
    assert book.take() == []


def test_a_revoked_key_s_call_is_shown_to_its_site_and_an_unknown_one_to_nobody(
    world: World, client: TestClient
) -> None:
    database: Database = world.service.database
    key = next(row for row in list_keys(database, "gazette") if row.mode == "live")
    revoke_key(database, key.id, datetime.now(UTC))
    for used in (world.live, "ck_live_" + "a" * 32, "nonsense"):
        assert client.get("/api/v1/comments", headers=bearer(used)).status_code == 401
    (row,) = noted(world)
    assert (row.status, row.key_id, row.problem) == (401, key.id, "unauthorized")
    assert next(one for one in list_keys(database, "gazette") if one.id == key.id).used_at is not None


@pytest.mark.parametrize(
    ("answer", "live", "test"),
    [
        (b'{"code":"invalid","errors":[{"pointer":"/text","code":"required","message":"is missing"}]}', "invalid: /text required", "invalid: /text is missing"),
        (b'{"code":"invalid","errors":[{"pointer":"/a b","code":"required","message":"m"}]}', "invalid: required", "invalid: /a b m"),
        (b'{"code":"conflict","detail":"it exists"}', "conflict", "conflict: it exists"),
        (b'{"error":{"status":"INVALID_ARGUMENT","message":"no","details":[{"errorType":"COMMENT_EMPTY"}]}}', "COMMENT_EMPTY", "no"),
        (b'{"error":{"message":"bad","type":"invalid_request_error","code":null}}', "invalid_request_error", "bad"),
        (b"[1]", "answered 400", "answered 400"),
        (b"<html>", "answered 400", "answered 400"),
        (b'{"code":{"a":1}}', "answered 400", "answered 400"),
    ],
)  # fmt: skip
def test_a_problem_is_one_line_in_every_protocol(answer: bytes, live: str, test: str) -> None:
    def line(lane: str) -> str:
        return problem_of(Call("POST", "/", datetime.now(UTC), lane=lane, status=400, answer=answer))

    assert (line("live"), line("test")) == (live, test)


def test_a_shadow_key_hears_published_while_the_record_keeps_what_the_policy_said(
    world: World, client: TestClient
) -> None:
    database: Database = world.service.database
    key = next(row for row in list_keys(database, "gazette") if row.mode == "live")
    set_shadow(database, "gazette", key.id, on=True)
    made = client.post("/api/v1/comments", json=comment_body("You are an idiot."), headers=bearer(world.live)).json()
    assert (made["status"], made["grounds"], made["reasons"], made["message"]) == ("published", [], [], "")
    edited = client.patch(
        f"/api/v1/comments/{made['id']}", json={"text": "What an idiot you are."}, headers=bearer(world.live)
    ).json()
    assert (edited["status"], edited["grounds"]) == ("published", [])
    read = client.get(f"/api/v1/comments/{made['id']}", headers=bearer(world.live)).json()
    assert (read["status"], read["grounds"], read["message"]) == ("published", [], "")
    with database.reading() as session:
        revisions = session.exec(select(RevisionRow)).all()
        assert {row.action for row in revisions} == {"hold"}
        assert all(row.decision["grounds"] for row in revisions)
        logged = [row for row in session.exec(select(LogEntry)).all() if row.type == "decision.made"]
        assert all(b'"hold"' in (row.body or b"") for row in logged)
        assert len(logged) == 2
        assert session.exec(select(OutboxRow)).all() == []
        assert session.exec(select(CommentRow)).one().status == "published"
    set_shadow(database, "gazette", key.id, on=False)
    client.app.state.keys._found.clear()
    again = client.post(
        "/api/v1/comments", json=comment_body("You are an idiot indeed."), headers=bearer(world.live)
    ).json()
    assert again["status"] == "held"
