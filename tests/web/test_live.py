"""The live numbers: what a page is told, how little it costs, and when it ends."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import httpx
import pytest

from moderation.access.sessions import CookieKind
from moderation.storage.members import set_roles
from moderation.storage.people import end_sessions, open_session
from moderation.vocabulary import Role
from tests.web.newsroom import Newsroom
from tests.web.serving import serving

STREAM = {"Accept": "text/event-stream"}


def cookie(room: Newsroom, user: str) -> dict[str, str]:
    token = open_session(room.database, user, "test", os.urandom, datetime.now(UTC))
    return {"Cookie": f"{CookieKind.PLAIN}={token}"}


@contextmanager
def stream(base: str, headers: dict[str, str], since: str = "") -> Iterator[Iterator[str]]:
    with (
        httpx.Client(timeout=20) as client,
        client.stream(
            "GET", f"{base}/s/gazette/live", headers=headers | STREAM, params={"since": since} if since else {}
        ) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        yield answer.iter_lines()


def next_told(lines: Iterator[str]) -> dict:
    return next(json.loads(line[6:]) for line in lines if line.startswith("data: "))


def test_a_page_is_told_of_new_cases_and_of_what_colleagues_have_open(room: Newsroom) -> None:
    room.held(5)
    meera, tara = room.browser(room.person()), room.browser(room.person("Tara Rao"))
    case = meera.queue().case
    since = datetime.now(UTC).isoformat()
    assert meera.get("/s/gazette/live").json() == {"open": "5", "new": "0", "claimed": []}
    told = tara.get("/s/gazette/live").json()["claimed"]
    assert case in told
    assert len(told) == 3
    room.held(2, ip="203.0.113.77")
    answer = tara.get("/s/gazette/live", params={"since": since})
    assert (answer.json()["open"], answer.json()["new"]) == ("7", "2")
    assert "idiot" not in answer.text
    assert "Reader" not in answer.text


def test_a_stream_tells_changes_and_nothing_between(room: Newsroom) -> None:
    user = room.person()
    with serving(room.app) as (base, _), stream(base, cookie(room, user)) as lines:
        assert next_told(lines)["open"] == "0"
        room.held(1)
        assert next_told(lines) == {"open": "1", "new": "1", "claimed": []}


def test_many_open_pages_hold_no_connection_and_the_server_ends_without_waiting_for_them(room: Newsroom) -> None:
    user = room.person()
    headers = cookie(room, user)
    with ExitStack() as stack, serving(room.app) as (base, server):
        pages = [stack.enter_context(stream(base, headers)) for _ in range(60)]
        for lines in pages:
            next_told(lines)
        room.held(1)
        for lines in pages:
            assert next_told(lines)["open"] == "1"
        time.sleep(0.5)  # between two readings
        assert room.database.engine.pool.checkedout() <= 1
        assert httpx.get(f"{base}/s/gazette/queue", headers=headers).status_code == 200
        started = time.monotonic()
        server.should_exit = True
        assert list(pages[-1]) is not None  # the stream ends by itself
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("how", ["session", "role"])
def test_whoever_is_let_go_hears_nothing_more(room: Newsroom, how: str) -> None:
    room.person("Ravi Kumar", roles=[Role.ADMIN])
    user = room.person()
    with serving(room.app) as (base, _), stream(base, cookie(room, user)) as lines:
        next_told(lines)
        if how == "session":
            end_sessions(room.database, user, datetime.now(UTC))
        else:
            set_roles(room.database, "gazette", user, frozenset(), datetime.now(UTC))
        started = time.monotonic()
        assert not [line for line in lines if line.startswith("data")]
        assert time.monotonic() - started < 6
