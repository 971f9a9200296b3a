"""Messages on their way: real listeners, a real database of both kinds, and the signatures' own library."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select
from standardwebhooks import Webhook, WebhookVerificationError

from moderation.callback_desk import CallbackDesk
from moderation.callbacks.deliver import PrivateTarget
from moderation.callbacks.retry import PAUSES
from moderation.courier import AT_ONCE, Courier
from moderation.ports import Arrival
from moderation.storage.tables import OutboxRow
from moderation.vocabulary import Author, Comment, Door
from tests.callbacks.receivers import Receiver, listening, reply
from tests.factories import World, make_world
from tests.fakes import WordScorer


class Post:
    """A newsroom with a courier and a clock that a test moves."""

    def __init__(self, folder: Path, url: str) -> None:
        self.world: World = make_world(folder, url, scorer=WordScorer())
        self.ahead = timedelta()
        self.service = replace(self.world.service, clock=lambda: datetime.now(UTC) + self.ahead)
        self.courier = Courier(jitter=lambda: 0.5)
        self.desk = CallbackDesk(self.service.database, self.service.custody, self.service.clock)

    def comment(self, site: str = "gazette", text: str = "A fair report, thank you.") -> str:
        comment = Comment(text=text, door=Door.API, author=Author(name="Asha Shenoy"), received_at=datetime.now(UTC))
        return self.service.intake.submit(Arrival(site, comment)).result(30).id

    def work(self, until: Callable[[], object], seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while not until() and time.monotonic() < end:
            if not self.courier.round(self.service):
                time.sleep(0.01)
        assert until()

    def rows(self) -> list[OutboxRow]:
        with self.service.database.reading() as session:
            return list(session.exec(select(OutboxRow).order_by(col(OutboxRow.id))).all())

    def states(self) -> set[str]:
        return {row.state for row in self.rows()}


@pytest.fixture
def post(tmp_path: Path, empty_url: str) -> Iterator[Post]:
    made = Post(tmp_path, empty_url)
    yield made
    made.courier.finish(made.service)
    made.world.close()


def verified(secret: str, site: Receiver, number: int = -1) -> object:
    got = site.got[number]
    return Webhook(secret).verify(got.body, got.headers)


def test_a_message_is_verified_by_the_standard_s_own_library(post: Post) -> None:
    with listening() as site:
        _, secret = post.desk.add("gazette", site.url, allow_private=True)
        comment = post.comment()
        post.work(lambda: post.states() == {"delivered"})
        told = verified(secret, site)
        assert (told["type"], told["data"]["id"]) == ("comment.published", comment)
        with pytest.raises(WebhookVerificationError):
            verified("whsec_" + "A" * 43 + "=", site)


def test_while_a_secret_is_rotated_both_verify_and_afterwards_the_new_one_alone(post: Post) -> None:
    with listening() as site:
        endpoint, old = post.desk.add("gazette", site.url, allow_private=True)
        new = post.desk.rotate("gazette", endpoint)
        post.comment()
        post.work(lambda: len(site.got) == 1)
        assert verified(old, site) == verified(new, site)
        newest = post.desk.rotate("gazette", endpoint)
        post.comment()
        post.work(lambda: len(site.got) == 2)
        assert verified(new, site) == verified(newest, site)
        with pytest.raises(WebhookVerificationError):
            verified(old, site)
        post.desk.finish_rotation("gazette", endpoint)
        post.comment()
        post.work(lambda: len(site.got) == 3)
        assert verified(newest, site)
        with pytest.raises(WebhookVerificationError):
            verified(new, site)


def test_a_message_is_tried_again_with_the_same_id_and_a_fresh_signature(post: Post) -> None:
    with listening(lambda handler: reply(handler, 503)) as site:
        _, secret = post.desk.add("gazette", site.url, allow_private=True)
        post.comment()
        post.work(lambda: any(row.attempts == 1 for row in post.rows()))
        (row,) = post.rows()
        assert (row.state, row.last_status, row.last_error) == ("waiting", 503, "the site answered 503")
        pause = (row.due_at - post.service.clock()).total_seconds()
        assert 2 < pause <= PAUSES[0]
        site.answer = lambda handler: reply(handler, 200)
        post.ahead = timedelta(seconds=PAUSES[0] + 1)
        post.work(lambda: post.states() == {"delivered"})
        assert verified(secret, site, 0) == verified(secret, site, 1)
        first, second = (got.headers for got in site.got)
        assert first["webhook-id"] == second["webhook-id"]
        (row,) = post.rows()
        assert (row.attempts, row.last_error) == (2, None)


def test_after_three_days_a_message_is_dead_and_a_replay_brings_it(post: Post) -> None:
    with listening(lambda handler: reply(handler, 500)) as site:
        post.desk.add("gazette", site.url, allow_private=True)
        post.comment()
        for number, pause in enumerate(PAUSES, 1):
            post.work(lambda number=number: post.rows()[0].attempts == number)
            post.ahead += timedelta(seconds=pause + 2)
        assert post.ahead < timedelta(days=3, hours=1)
        post.work(lambda: post.states() == {"dead"})
        assert len(site.got) == len(PAUSES) + 1
        (dead,) = post.desk.messages("gazette", dead_only=True)
        assert (dead.attempts, dead.last_error) == (len(PAUSES) + 1, "the site answered 500")
        assert post.desk.replay("herald", [dead.id]) == 0
        site.answer = lambda handler: reply(handler, 200)
        assert post.desk.replay("gazette", [dead.id]) == 1
        post.work(lambda: post.states() == {"delivered"})


def test_all_dead_letters_are_sent_again_and_not_only_those_that_a_page_shows(post: Post) -> None:
    with listening() as site:
        endpoint, _ = post.desk.add("gazette", site.url, allow_private=True)
        post.desk.switch("gazette", endpoint, on=False)
        for _ in range(103):
            post.desk.ping("gazette", endpoint)
        with post.service.database.writing() as session:
            for row in session.exec(select(OutboxRow)):
                row.state = "dead"
        assert (len(post.desk.messages("gazette", dead_only=True)), post.desk.dead("gazette")) == (100, 103)
        assert (post.desk.replay("herald"), post.desk.replay("gazette", [])) == (0, 0)
        assert post.desk.replay("gazette") == 103
        post.desk.switch("gazette", endpoint, on=True)
        post.work(lambda: post.states() == {"delivered"}, 30)
        assert len(site.got) == 103


def test_410_switches_an_endpoint_off_until_somebody_switches_it_on(post: Post) -> None:
    with listening(lambda handler: reply(handler, 410)) as site:
        endpoint, _ = post.desk.add("gazette", site.url, allow_private=True)
        post.comment()
        post.work(lambda: post.desk.endpoints("gazette")[0].disabled_at)
        (shown,) = post.desk.endpoints("gazette")
        assert shown.disabled_why == "the site answered 410"
        post.ahead = timedelta(days=1)
        post.comment()
        assert [post.courier.round(post.service) for _ in range(3)] == [0, 0, 0]
        assert len(site.got) == 1
        site.answer = lambda handler: reply(handler, 204)
        post.desk.switch("gazette", endpoint, on=True)
        post.work(lambda: post.states() == {"delivered"})
        assert len(site.got) == 2


def test_a_private_target_is_refused_when_it_is_added_and_again_when_it_is_sent_to(post: Post) -> None:
    with listening() as site:
        with pytest.raises(PrivateTarget):
            post.desk.add("gazette", site.url)
        moved = replace(post.desk, resolve=lambda *_: ["93.184.216.34"])  # as it was when somebody looked
        moved.add("gazette", site.url)
        unknown = replace(post.desk, resolve=lambda *_: [])
        unknown.add("herald", "https://not-there-yet.example/hook")
        post.comment()
        post.work(lambda: any(row.attempts for row in post.rows()))
        (row,) = post.rows()
        assert (row.state, row.last_error) == ("waiting", "the callback leads to a private address")
        assert site.got == []


def test_slow_endpoints_delay_nobody_else(post: Post) -> None:
    free, hang = threading.Event(), threading.Event()
    with (
        listening(lambda handler: (hang.is_set() and free.wait(8)) or reply(handler, 200)) as slow,
        listening() as quick,
    ):
        post.desk.add("gazette", slow.url, allow_private=True)
        post.desk.add("herald", quick.url, allow_private=True)
        post.comment("gazette")
        post.work(lambda: post.states() == {"delivered"})
        hang.set()
        for _ in range(2 * AT_ONCE):
            post.comment("gazette")
        post.work(lambda: len(slow.got) == 1 + 4)
        started = time.monotonic()
        for _ in range(5):
            post.comment("herald")
        post.work(lambda: len(quick.got) == 5)
        assert time.monotonic() - started < 4
        assert len(slow.got) == 1 + 4  # no more than four at once with one endpoint that was good
        hang.clear()
        free.set()
        post.work(lambda: "waiting" not in post.states() or len(slow.got) > 2 * AT_ONCE, 30)


def test_many_endpoints_that_hang_leave_room_for_one_that_answers(post: Post) -> None:
    free = threading.Event()
    with listening(lambda handler: free.wait(8)) as slow, listening() as quick:
        for n in range(AT_ONCE - 1):
            post.desk.add("gazette", f"{slow.url}/{n}", allow_private=True)
        post.desk.add("herald", quick.url, allow_private=True)
        for _ in range(3):
            post.comment("gazette")
        post.work(lambda: len(slow.got) == AT_ONCE - 1)
        post.comment("herald")
        started = time.monotonic()
        post.work(lambda: len(quick.got) == 1)
        assert time.monotonic() - started < 4
        assert len(slow.got) == AT_ONCE - 1  # one at a time until it has answered well
        free.set()


def test_a_test_event_arrives_signed(post: Post) -> None:
    with listening() as site:
        endpoint, secret = post.desk.add("gazette", site.url, allow_private=True)
        post.desk.ping("gazette", endpoint)
        post.work(lambda: post.states() == {"delivered"})
        assert verified(secret, site)["type"] == "ping"


def test_what_is_told_of_one_comment_keeps_its_order_even_when_the_first_is_slow_or_fails(post: Post) -> None:
    moods = [503, 204, 204]
    with listening(lambda handler: time.sleep(0.3) or reply(handler, moods.pop(0))) as site:
        post.desk.add("gazette", site.url, allow_private=True)
        comment = post.comment()
        post.service.pipeline.withdraw("gazette", comment)
        post.work(lambda: any(row.attempts for row in post.rows()))
        assert [post.courier.round(post.service) for _ in range(3)] == [0, 0, 0]
        post.ahead = timedelta(seconds=10)
        post.work(lambda: post.states() == {"delivered"})
        told = [json.loads(got.body)["type"] for got in site.got]
        assert told == ["comment.published", "comment.published", "comment.withdrawn"]
