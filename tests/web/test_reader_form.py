"""The form at `/`, without script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderation.storage.sites import add_site
from moderation.web.faults import TOLD_TO_READERS
from moderation.web.form_words import LANGUAGES
from moderation.web.pages import in_language, translate
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


@pytest.mark.parametrize(
    ("lang", "heading", "direction"),
    [
        ("en", "That is too much at once", "ltr"),
        ("kn", "ಒಂದೇ ಬಾರಿಗೆ ಇದು ತುಂಬಾ ಹೆಚ್ಚು", "ltr"),
        ("ur", "یہ ایک ساتھ بہت زیادہ ہے", "rtl"),
    ],
)
def test_what_is_too_much_to_be_read_is_told_in_the_readers_language_and_no_link_loses_the_words(
    room: Newsroom, lang: str, heading: str, direction: str
) -> None:
    reader = room.browser()
    page = Page(reader.get(f"/?lang={lang}"))
    action = re.search(r'<form method="post" action="([^"]+)"', page.html)
    assert action is not None
    answer = Page(
        reader.post(action[1], form(page, text="x" * 70_000), headers={"referer": f"http://testserver/?lang={lang}"})
    )
    assert answer.status == 413
    assert heading in answer.text
    assert f'lang="{lang}" dir="{direction}"' in answer.html
    assert (lang == "en") == ("send it again" in answer.text)
    assert answer.html.count("<a ") == 1, "the skip link alone"


def test_a_plain_form_names_its_language_in_its_address(room: Newsroom) -> None:
    sent = {"name": "Asha Shenoy", "email": "asha@reader.example", "text": "A fair report.", "accepted": "yes"}
    answer = room.browser().post("/form/demo?lang=kn", {**sent, "article": "trams"})
    assert answer.headers["location"].endswith("?lang=kn")


def test_a_wrong_address_is_told_to_readers_without_a_way_to_the_moderators(room: Newsroom) -> None:
    answer = Page(room.browser().get("/status/nobody?lang=kn"))
    assert (answer.status, "ಇಲ್ಲಿ ಏನೂ ಇಲ್ಲ" in answer.text) == (404, True)
    assert "/sites" not in answer.html
    assert "/sites" not in Page(room.browser().get("/status/nobody")).html


def test_every_word_of_a_readers_page_of_an_error_stands_in_every_catalogue() -> None:
    headings = ("Not possible", "There is nothing here", "Too many tries", "That is too much at once")
    for language in LANGUAGES[1:]:
        with in_language(language):
            for words in (*headings, "Something went wrong here", "Back", *TOLD_TO_READERS.values()):
                assert translate(words) != words, (language, words)
