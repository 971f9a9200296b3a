"""A moderator's shift in headless Chromium: a wave decided once, a slip undone when it was told already, an empty queue, the list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect

from moderation.app import create_app
from moderation.callback_desk import CallbackDesk
from moderation.storage.listing import ListFilter, list_rows
from tests.callbacks.receivers import Receiver, listening
from tests.journeys.in_browser import enter
from tests.screenshots import serve
from tests.web.newsroom import Newsroom, open_newsroom

WINDOW = 2


@contextmanager
def told_room(folder: Path, site: Receiver) -> Iterator[tuple[Newsroom, str]]:
    """A newsroom with its workers, a short undo window, and a site that listens."""
    room = open_newsroom(folder, undo_seconds=WINDOW)
    service = room.world.service
    desk = CallbackDesk(service.database, service.custody, service.clock)
    desk.add("gazette", site.url, allow_private=True)
    room.app = create_app(room.world.settings, workers=True, service=service)
    with serve(room.app) as base:
        yield room, base
    room.world.close()


def words_of(site: Receiver) -> list[str]:
    return [json.loads(one.body)["type"] for one in site.got]


def open_cases(room: Newsroom) -> int:
    return len(list_rows(room.database, "gazette", ListFilter(), room.world.service.clock(), 1000))


def test_inside_the_window_nothing_is_told_and_after_it_the_change_is(tmp_path: Path, browser: Browser) -> None:
    with listening() as site, told_room(tmp_path, site) as (room, base):
        room.held()
        assert json.loads(site.wait(1)[0].body)["type"] == "comment.held"
        page = enter(browser, room, base, room.person())
        page.keyboard.press("f")
        expect(page.locator("#status")).to_contain_text("Published")
        page.keyboard.press("z")
        expect(page.locator("#status")).to_contain_text("Taken back")
        page.wait_for_timeout(1000 * (WINDOW + 1))
        assert words_of(site) == ["comment.held"]
        page.keyboard.press("f")
        expect(page.locator("h1")).to_contain_text("All done.")
        site.wait(2)
        page.keyboard.press("z")
        expect(page.locator("#status")).to_contain_text("Taken back")
        expect(page.locator("#stage")).to_contain_text("You are an idiot")
        changed = json.loads(site.wait(3)[2].body)
        assert words_of(site) == ["comment.held", "comment.published", "comment.decision_changed"]
        assert (changed["data"]["previous_status"], changed["data"]["status"]) == ("published", "held")
        page.context.close()


def test_a_wave_of_37_is_decided_once_and_taken_back_as_a_whole(room: Newsroom, base: str, browser: Browser) -> None:
    for n in range(37):
        words = f"You idiot, earn good money from home every day from today on, no fee at all, just write to me now, offer {n}"
        room.comment(words, name=f"Sender {n}", ip=f"203.0.113.{n + 1}")
    room.held()
    page = enter(browser, room, base, room.person())
    page.goto(f"{base}/s/gazette/list?group=cluster")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.click("tbody a")
    expect(page.locator(".bulk")).to_contain_text("37 copies: decide once")
    page.select_option("select[name=act]", "reject:spam")
    page.click("button:has-text('Show what will happen')")
    expect(page.locator("h1")).to_contain_text("Reject 37 comments as Spam")
    page.fill("input[name=count]", "73")
    page.click("form[action$='/bulk/decide'] button")
    expect(page.locator("[role=alert]")).to_contain_text("Type the number 37")
    page.fill("input[name=count]", "37")
    page.click("form[action$='/bulk/decide'] button")
    expect(page.locator("main")).to_contain_text("37 decided together, 37 still stand.")
    assert open_cases(room) == 1
    page.click("button:has-text('Take all 37 back')")
    expect(page.locator("main")).to_contain_text("37 decided together, 0 still stand.")
    assert open_cases(room) == 38
    page.context.close()


def test_an_empty_queue_says_how_long_the_longest_wait_was_and_takes_up_new_cases(
    room: Newsroom, base: str, browser: Browser
) -> None:
    page = enter(browser, room, base, room.person())
    expect(page.locator("h1")).to_contain_text("All done.")
    expect(page.locator("#stage")).to_contain_text("Nothing has waited here today.")
    room.held()
    page.click("text=Look again")
    expect(page.locator("#stage")).to_contain_text("You are an idiot")
    page.keyboard.press("s")
    expect(page.locator("#stage")).to_contain_text("1 case is with colleagues, or you put it aside.")
    page.click("text=Show me what I put aside")
    expect(page.locator("#stage")).to_contain_text("You are an idiot")
    page.keyboard.press("f")
    expect(page.locator("#stage")).to_contain_text(re.compile(r"The longest wait today was \d+ s\."))
    page.context.close()


def test_the_list_is_walked_and_ticked_by_keys(room: Newsroom, base: str, browser: Browser) -> None:
    room.held(5)
    page = enter(browser, room, base, room.person())
    page.keyboard.press("/")
    expect(page.locator("[data-act=search]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    for _ in range(2):
        page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("input[name=ids]:checked")).to_have_count(3)
    expect(page.locator("[data-chosen]")).to_contain_text("(3)")
    page.keyboard.press("k")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_contain_text("Ask for a second opinion")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("[data-line]").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#stage [data-case]")).to_have_count(1)
    page.context.close()


def test_keys_that_are_switched_off_do_nothing_and_remapped_ones_do(
    room: Newsroom, base: str, browser: Browser
) -> None:
    room.held(2)
    page = enter(browser, room, base, room.person())
    page.goto(f"{base}/me")
    page.fill("input[name=key-publish]", "p")
    page.click("#keys button:has-text('Set the keys')")
    page.goto(f"{base}/s/gazette/queue")
    page.keyboard.press("f")
    page.wait_for_timeout(300)
    assert open_cases(room) == 2
    page.keyboard.press("p")
    expect(page.locator("#status")).to_contain_text("Published")
    page.goto(f"{base}/me")
    page.check("input[name=off]")
    page.click("#keys button:has-text('Set the keys')")
    page.goto(f"{base}/s/gazette/queue")
    for key in ("p", "d", "1", "s"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert open_cases(room) == 1
    page.context.close()
