"""The form at `/`, without script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderation.storage.sites import add_site
from tests.web.newsroom import Newsroom, Page, open_newsroom


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    opened = open_newsroom(tmp_path)
    add_site(opened.database, "demo", "The Demo Post", datetime.now(UTC))
    yield opened
    opened.world.close()


def form(page: Page, **typed: str) -> dict[str, str]:
    sent = {"name": "Asha Shenoy", "email": "asha@reader.example", "text": "A fair report.", "accepted": "yes"}
    return {**sent, "token": page.hidden("token"), "version": page.hidden("version"), **typed}


def test_a_reader_learns_what_became_of_the_comment(room: Newsroom) -> None:
    reader = room.browser()
    page = Page(reader.get("/"))
    assert "Leave a Comment" in page.text
    assert "You have 2000 characters left." in page.text
    answer = reader.post("/", form(page, text="You are an idiot."))
    assert answer.status_code == 303
    status = Page(reader.get(answer.headers["location"]))
    assert "Your comment is being checked" in status.text


def test_a_form_sent_twice_is_one_comment(room: Newsroom) -> None:
    reader = room.browser()
    page = Page(reader.get("/"))
    first, second = (reader.post("/", form(page)).headers["location"] for _ in range(2))
    assert first == second


def test_all_faults_are_told_and_nothing_typed_is_lost(room: Newsroom) -> None:
    reader = room.browser()
    page = Page(reader.get("/"))
    answer = Page(reader.post("/", form(page, text="x" * 1990 + "\r\n" * 6, name="http://spam.example", email="no")))
    assert answer.status == 422
    assert "You have 4 characters left." in answer.text
    assert answer.html.count('class="fault"') == 2
    assert "http://spam.example" in answer.html


@pytest.mark.parametrize(
    ("text", "status"),
    [("é" * 2000, 303), ("é" * 2001, 422), ("😀" * 1000, 303), ("😀" * 1001, 422), ("ಕ" * 1999 + "\r\n", 303)],
)
def test_the_limit_counts_utf_16_units_and_a_line_end_as_one(room: Newsroom, text: str, status: int) -> None:
    reader = room.browser()
    assert reader.post("/", form(Page(reader.get("/")), text=text)).status_code == status


def test_an_unknown_status_address_is_not_there(room: Newsroom) -> None:
    assert room.browser().get("/status/" + "a" * 32).status_code == 404


def test_without_a_demo_site_the_start_leads_to_the_moderators(tmp_path: Path) -> None:
    room = open_newsroom(tmp_path)
    assert room.browser().get("/").headers["location"] == "/sites"
    assert room.browser().post("/", {"text": "x"}).status_code == 404
    room.world.close()
