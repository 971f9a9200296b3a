"""A held comment's outcome reaches Akismet's webhook, over a real connection, when it can no longer be taken back."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest
from sqlmodel import select

from moderation.review.verdict import Ruling
from moderation.storage.tables import CaseRow
from moderation.vocabulary import Action, Ground
from tests.doors.serving import Served, serve
from tests.journeys.test_api_life import Receiver, add_endpoint

UNDO = 2


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def living(tmp_path, receiver: Receiver) -> Iterator[Served]:
    with serve(tmp_path, workers=True, undo_seconds=UNDO) as opened:
        # The site's own callback stands on the same machine; only that lets a callback lead to a private address.
        add_endpoint(opened.world, receiver.url)
        yield opened


def ask(served: Served, receiver: Receiver, text: str, *, in_host: bool = False) -> str:
    key = served.world.live
    data = {
        "blog": "https://news.example/",
        "user_ip": "198.18.0.7",
        "comment_author": "Bob",
        "comment_content": text,
        "callback": receiver.url.replace("/hook", "/wp-json/akismet/v1/webhook"),
    }
    headers = {"host": f"{key.replace('_', '-')}.rest.news.example"} if in_host else {}
    answer = httpx.post(
        f"{served.root}/1.1/comment-check", data=data if in_host else {**data, "api_key": key}, headers=headers
    )
    assert answer.text == "true"
    return answer.headers["x-akismet-guid"]


def rule(served: Served, guid: str, action: Action) -> str:
    with served.world.service.database.reading() as session:
        case = session.exec(select(CaseRow).where(CaseRow.comment_id == guid)).one()
    ground = Ground.ABUSIVE if action is Action.REJECT else None
    return served.world.service.pipeline.rule(Ruling("gazette", case.id, case.version, action, "u1", ground=ground)).id


def webhooks(receiver: Receiver) -> list[dict]:
    import json

    return [json.loads(body) for headers, body in receiver.got if "x-akismet-webhook" in headers]


def wait_for(receiver: Receiver, count: int) -> list[dict]:
    end = time.monotonic() + 20
    while len(webhooks(receiver)) < count and time.monotonic() < end:
        time.sleep(0.05)
    return webhooks(receiver)


@pytest.mark.parametrize("in_host", [False, True])
def test_the_outcome_is_told_after_the_undo_window_with_the_callers_key(
    living: Served, receiver: Receiver, in_host: bool
) -> None:
    guid = ask(living, receiver, "You idiot, tell me later", in_host=in_host)
    rule(living, guid, Action.PUBLISH)
    ruled = time.monotonic()
    time.sleep(UNDO / 2)
    assert webhooks(receiver) == [], "nothing is told that can still be taken back"
    (told,) = wait_for(receiver, 1)
    assert time.monotonic() - ruled >= UNDO
    assert told["endpoint"] == "comment-check"
    assert told["key"].lower() == living.world.live.lower()
    assert [(one["guid"], one["result"]) for one in told["comments"]] == [(guid, "false")]


def test_a_rejection_is_true_and_a_verdict_taken_back_is_never_told(living: Served, receiver: Receiver) -> None:
    kept, undone = (ask(living, receiver, f"You idiot, number {n}") for n in (1, 2))
    taken_back = rule(living, undone, Action.PUBLISH)
    living.world.service.pipeline.undo("gazette", taken_back, "u1")
    rule(living, kept, Action.REJECT)
    (told,) = wait_for(receiver, 1)
    assert [(one["guid"], one["result"]) for one in told["comments"]] == [(kept, "true")]
    time.sleep(UNDO)
    assert len(webhooks(receiver)) == 1
