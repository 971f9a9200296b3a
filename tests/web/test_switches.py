"""The switches: for the site, a section, an article; with an end; by page and by API; two presses from everywhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from moderation.storage.comments import read_comment
from moderation.storage.log import count_lines
from moderation.storage.sites import read_site_facts
from moderation.vocabulary import Role
from tests.web.newsroom import Browser, Newsroom, Page


@pytest.fixture
def meera(room: Newsroom) -> Browser:
    return room.browser(room.person())


def turn(browser: Browser, word: str, place: str = "site", **form: str) -> int:
    csrf = Page(browser.get("/s/gazette/switches")).csrf
    return browser.post("/s/gazette/switches", {"csrf": csrf, "word": word, "place": place, **form}).status_code


def fate(room: Newsroom, text: str = "A harmless remark.", **more: str) -> str:
    comment = room.comment(text, **more)
    return read_comment(room.database, "gazette", comment, datetime.now(UTC)).status.value


def test_a_switch_holds_one_section_or_article_or_all_until_its_end(room: Newsroom, meera: Browser) -> None:
    assert fate(room, "First.", article="a-1") == "published"
    assert turn(meera, "close", "article:a-1", hours="4") == 303
    assert fate(room, "Second.", article="a-1") == "rejected"
    assert fate(room, "Third.", article="a-2") == "published"
    assert turn(meera, "hold", "section:city") == 303
    assert fate(room, "Fourth.", article="a-2") == "held"
    page = Page(meera.get("/s/gazette/switches"))
    assert "Section city" in page.text
    assert "Council votes for the tram line" in page.text
    assert turn(meera, "open", "section:city") == 303
    assert turn(meera, "open", "article:a-1") == 303
    assert turn(meera, "hold", hours="1") == 303
    assert fate(room, "Fifth.", article="a-3") == "held"
    later = datetime.now(UTC) + timedelta(minutes=61)
    assert read_site_facts(room.database, {"gazette"}, later)["gazette"].switch == ""


def test_wrong_places_and_times_turn_nothing(meera: Browser) -> None:
    assert turn(meera, "hold", "section:") == 422
    assert turn(meera, "hold", "moon:full") == 422
    assert turn(meera, "hold", until="yesterday") == 422
    assert turn(meera, "hold", until="2020-01-01T00:00") == 422
    assert turn(meera, "shout") == 422
    assert "All open" in Page(meera.get("/s/gazette/switches")).text


def test_turning_a_switch_is_a_line_of_the_log_without_a_name(room: Newsroom, meera: Browser) -> None:
    turn(meera, "hold", hours="1")
    turn(meera, "open")
    with room.database.reading() as session:
        assert count_lines(session, "config.changed") == 2


def test_articles_close_by_themselves(room: Newsroom, meera: Browser) -> None:
    assert fate(room, "First.") == "published"
    csrf = Page(meera.get("/s/gazette/switches")).csrf
    assert meera.post("/s/gazette/switches/age", {"csrf": csrf, "days": "14"}).status_code == 303
    assert fate(room, "Second.") == "published"
    from sqlalchemy import update

    from moderation.storage.tables import ArticleRow
    from moderation.storage.unit_of_work import table_of

    with room.database.writing() as session:
        session.execute(update(table_of(ArticleRow)).values(created_at=datetime.now(UTC) - timedelta(days=15)))
    assert fate(room, "Third.") == "rejected"
    assert fate(room, "Fourth.", article="a-new") == "published"


def test_the_api_turns_switches_with_a_live_key_only(room: Newsroom) -> None:
    client = TestClient(room.app)
    live = {"Authorization": f"Bearer {room.world.live}"}
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    body = {"scope": "article", "target": "a-1", "word": "close", "until": until}
    told = client.put("/api/v1/switches", json=body, headers=live)
    assert told.status_code == 200
    assert told.json()["switches"][0] | {"since": ""} == {
        **body,
        "until": told.json()["switches"][0]["until"],
        "since": "",
    }
    assert fate(room, article="a-1") == "rejected"
    test = client.put("/api/v1/switches", json=body, headers={"Authorization": f"Bearer {room.world.test}"})
    assert test.status_code == 403
    assert client.put("/api/v1/switches", json={**body, "target": ""}, headers=live).status_code == 422
    assert client.put("/api/v1/switches", json={**body, "word": "open"}, headers=live).json() == {"switches": []}
    assert client.get("/api/v1/switches").status_code == 401


@pytest.mark.parametrize("sites", [1, 2])
def test_switches_are_one_press_away_from_every_page(room: Newsroom, sites: int) -> None:
    room.held()
    user = room.person(roles=[Role.MODERATOR, Role.EDITOR, Role.ADMIN])
    if sites == 2:
        room.person(site="herald", roles=[Role.MODERATOR])
    browser = room.browser(user)
    case = browser.queue()
    author = case.html.split("/authors/")[1].split('"')[0]
    comment = case.html.split("/comments/")[1].split('"')[0]
    pages = ["queue", "list", "switches", "policy", "people", f"authors/{author}", f"comments/{comment}"]
    for path in [f"/s/gazette/{one}" for one in pages] + ["/me", *(["/sites"] if sites == 2 else [])]:
        page = browser.get(path)
        assert page.status_code == 200, path
        assert re.search(r'<a href="/s/gazette/switches"', page.text), path
    for path in (
        "/s/gazette/comments/none",
        "/s/gazette/list?score_from=7",
        "/s/gazette/list?group=x",
        "/no/such/page",
    ):
        page = browser.get(path)
        assert page.status_code in {404, 422}, path
        assert re.search(r'<a href="/s/gazette/switches"', page.text), path
    two = Page(browser.get("/s/gazette/switches"))
    assert 'name="word" value="hold"' in two.html
