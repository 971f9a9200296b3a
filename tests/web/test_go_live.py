"""Each line of the list before going live, red and green, on the page that an admin sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, delete, select

from moderation.courier import Courier
from moderation.storage.ids import first_id_at
from moderation.storage.keys import list_keys, revoke_key
from moderation.storage.sites import change_site
from moderation.storage.tables import CallRow, Endpoint, EpochKey, OutboxRow
from moderation.vocabulary import Role
from moderation.web.go_live import WORDS
from tests.callbacks.receivers import listening, reply
from tests.factories import comment_body
from tests.web.newsroom import Browser, Newsroom, Page, open_newsroom

HERE = "/s/gazette/integrations"
OUTCOMES = ("publish", "hold", "reject")


class Desk:
    """An admin at the page, and a site that calls."""

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self.admin = Browser(room.app)
        self.admin.client.base_url = room.world.settings.public_url
        self.admin.sign_in(room, room.person("Ravi Kumar", roles=[Role.ADMIN]))

    def lines(self) -> dict[str, bool]:
        text = Page(self.admin.get(HERE)).text
        return {name: f"{title} : done" in text for name, (title, _) in WORDS.items() if f"{title} : " in text}

    def press(self, path: str, **form: object) -> Page:
        return Page(self.admin.post(f"{HERE}{path}", {"csrf": Page(self.admin.get("/me")).csrf, **form}))

    def send(self, key: str, text: str = "A fair report.", **more: object) -> int:
        bearer = {"Authorization": f"Bearer {key}"}
        return self.admin.client.post("/api/v1/comments", json=comment_body(text, **more), headers=bearer).status_code


def try_outcomes(desk: Desk, outcomes: tuple[str, ...]) -> None:
    for one in outcomes:
        author = {"name": "Asha Shenoy", "email": f"{one}@test.invalid"}
        assert desk.send(desk.room.world.test, f"To {one}.", author=author) == 201


def deliver(desk: Desk) -> None:
    courier = Courier()
    for _ in range(60):
        courier.round(desk.room.world.service)
    courier.finish(desk.room.world.service)


def tell_the_site(desk: Desk) -> None:
    with listening(lambda handler: reply(handler, 204)) as site:
        desk.press("/callbacks", url="https://hook.invalid/in")
        with desk.room.database.writing() as session:
            row = session.exec(select(Endpoint)).one()
            row.allow_private, row.url = True, site.url  # what an operator does by `--allow-private`
            session.add(row)
            endpoint = row.id
        desk.press(f"/callbacks/{endpoint}/ping")
        deliver(desk)


def switch_the_callback_off(desk: Desk) -> None:
    tell_the_site(desk)
    with desk.room.database.reading() as session:
        endpoint = session.exec(select(Endpoint.id)).one()
    desk.press(f"/callbacks/{endpoint}/switch")


def give_a_message_up(desk: Desk) -> None:
    tell_the_site(desk)
    with desk.room.database.writing() as session:
        for row in session.exec(select(OutboxRow)).all():
            row.state = "dead"
            session.add(row)


def let_a_day_pass_since_the_calls(desk: Desk) -> None:
    at = desk.room.world.service.clock() - timedelta(hours=25)
    with desk.room.database.writing() as session:
        for row in session.exec(select(CallRow)).all():
            row.id = first_id_at(at)
            session.add(row)


def set_engine(name: str | None) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        change_site(desk.room.database, "gazette", engine=name)
        desk.room.world.service.shelf.forget("gazette")
        desk.room.world.service.scorers.scorer_for("gazette", "text").wait(10)

    return change


def lose_later_sealing_keys(desk: Desk) -> None:
    soon = desk.room.world.service.clock() + timedelta(days=3)
    with desk.room.database.writing() as session:
        session.exec(delete(EpochKey).where(col(EpochKey.not_before) > soon))


def revoke_live_keys(desk: Desk) -> None:
    for key in list_keys(desk.room.database, "gazette"):
        if key.mode == "live":
            revoke_key(desk.room.database, key.id, desk.room.world.service.clock(), site_id="gazette")


def nothing(_desk: Desk) -> None:
    """As it is at the start."""


TURNS = {
    "test": (nothing, lambda desk: desk.send(desk.room.world.test)),
    "tried": (lambda desk: try_outcomes(desk, OUTCOMES[:2]), lambda desk: try_outcomes(desk, OUTCOMES[2:])),
    "told": (nothing, tell_the_site),
    "dead": (give_a_message_up, lambda desk: desk.press("/callbacks/replay", everything="yes")),
    "failed": (lambda desk: desk.send(desk.room.world.live, ""), let_a_day_pass_since_the_calls),
    "people": (nothing, lambda desk: desk.room.person("Meera Nair")),
    "model": (set_engine("gone"), set_engine(None)),
    "live": (revoke_live_keys, lambda desk: desk.press("/keys", lane="live")),
    "arrived": (lambda desk: desk.send(desk.room.world.test), lambda desk: desk.send(desk.room.world.live)),
}
AT_THE_START = {"dead", "failed", "model", "sealing", "live"}


@pytest.fixture
def desk(room: Newsroom) -> Desk:
    return Desk(room)


def test_every_line_stands_on_the_page_and_is_tried_here(desk: Desk) -> None:
    lines = desk.lines()
    assert set(lines) == set(WORDS) == {*TURNS, "sealing", "https"}
    assert {name for name, holds in lines.items() if holds} == AT_THE_START


@pytest.mark.parametrize("line", TURNS)
def test_a_line_is_red_until_it_holds_and_moves_no_other(desk: Desk, line: str) -> None:
    turn_red, turn_green = TURNS[line]
    turn_red(desk)
    before = desk.lines()
    assert before[line] is False
    turn_green(desk)
    assert desk.lines() == {**before, line: True}


def test_a_callback_that_was_switched_off_tells_nobody(desk: Desk) -> None:
    switch_the_callback_off(desk)
    assert desk.lines()["told"] is False


def test_sealing_keys_that_end_soon_are_red(desk: Desk) -> None:
    lose_later_sealing_keys(desk)
    assert desk.lines()["sealing"] is False


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path, public_url="https://engine.example")
    yield opened
    opened.world.close()


def test_a_service_that_is_reached_by_https_says_so(secure: Newsroom) -> None:
    assert Desk(secure).lines()["https"] is True
