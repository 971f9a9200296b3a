"""What is on the page is this person's while it is looked at and given back when it is left; keys that mean something else decide nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Browser, expect
from sqlmodel import select

from moderation.storage.tables import CaseRow
from tests.journeys.in_browser import enter
from tests.web.newsroom import Newsroom

COMPOSED = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'f', bubbles: true, isComposing: true}))"
HELD_DOWN = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'f', bubbles: true, repeat: true}))"
SEEN_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"


def mine(room: Newsroom, user: str) -> list[CaseRow]:
    now = room.world.service.clock()
    with room.database.reading() as session:
        rows = session.exec(select(CaseRow).where(CaseRow.leased_by == user)).all()
    return [row for row in rows if row.leased_until and row.leased_until > now]


def soon(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_three_cases_are_leased_while_the_page_is_open_and_none_when_it_is_left(
    room: Newsroom, base: str, browser: Browser
) -> None:
    room.held(5)
    user = room.person()
    page = enter(browser, room, base, user)
    assert len(mine(room, user)) == 3
    page.goto(f"{base}/s/gazette/list")
    assert soon(lambda: mine(room, user) == [])
    page.context.close()


def test_a_page_that_is_looked_at_again_renews_what_has_lapsed(room: Newsroom, base: str, browser: Browser) -> None:
    room.held(3)
    user = room.person()
    page = enter(browser, room, base, user)
    room.lapse()
    assert mine(room, user) == []
    page.evaluate(SEEN_AGAIN)
    assert soon(lambda: len(mine(room, user)) == 3)
    page.context.close()


def test_keys_with_a_modifier_of_an_input_method_or_held_down_decide_nothing(
    room: Newsroom, base: str, browser: Browser
) -> None:
    room.held(2)
    user = room.person()
    page = enter(browser, room, base, user)
    case = page.locator("#stage [data-case]").get_attribute("data-case")
    for keys in ("Control+d", "Alt+d", "Meta+d", "Shift+D", "Control+1"):
        page.keyboard.press(keys)
    for event in (COMPOSED, HELD_DOWN):
        page.evaluate(event)
    page.wait_for_timeout(300)
    expect(page.locator("#stage [data-case]")).to_have_attribute("data-case", case or "")
    page.keyboard.press("d")
    expect(page.locator("#status")).to_contain_text("Rejected (")
    page.context.close()
