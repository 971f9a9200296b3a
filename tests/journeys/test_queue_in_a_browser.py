"""The queue in headless Chromium: keys, undo, two people, a phone, no script, and axe on every screen."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from moderation.storage.comments import read_comment
from moderation.storage.listing import ListFilter, list_rows
from moderation.vocabulary import Role, Status
from tests.journeys.in_browser import WCAG, enter
from tests.screenshots import serve
from tests.web.newsroom import Newsroom, open_newsroom


def counts(room: Newsroom) -> dict[str, int]:
    rows = list_rows(room.database, "gazette", ListFilter(status="all"), room.world.service.clock(), 1000)
    found: dict[str, int] = {}
    for row in rows:
        found[row.state] = found.get(row.state, 0) + 1
    return found


def test_fifty_clear_cases_take_fifty_keys(room: Newsroom, base: str, browser: Browser) -> None:
    room.held(50)
    page = enter(browser, room, base, room.person())
    page.evaluate("window.neverReadAnew = true")
    for n in range(50):
        before = page.locator("#stage [data-case]").get_attribute("data-case")
        # The promise: the next two cases are leased and here before the key is pressed.
        expect(page.locator("template[data-ahead]")).to_have_count(min(2, 49 - n), timeout=20_000)
        page.keyboard.press("f" if n % 2 else "d")
        expect(page.locator(f"#stage [data-case='{before}']")).to_have_count(0)
        expect(page.locator("#stage .case-title")).to_be_focused(timeout=20_000)
    expect(page.locator("h1")).to_contain_text("All done.")
    expect(page.locator("#status")).to_contain_text("50 decided today")
    assert page.evaluate("window.neverReadAnew")
    assert counts(room) == {"decided": 50}
    assert page.foreign == []  # type: ignore[attr-defined]
    page.context.close()


def test_keys_faster_than_the_server_lose_no_case_and_the_page_is_not_read_anew(
    room: Newsroom, base: str, browser: Browser
) -> None:
    room.held(9)
    page = enter(browser, room, base, room.person())
    page.route("**/cases/*/publish", lambda route: (time.sleep(0.4), route.continue_()))
    page.evaluate("window.neverReadAnew = true")
    for _ in range(60):
        case = page.locator("#stage [data-case]").get_attribute("data-case", timeout=20_000)
        page.keyboard.press("f")
        page.keyboard.press("f")  # the second key may meet the next case, or an empty stage
        page.wait_for_function(
            "was => document.querySelector('[data-empty]')"
            " || (document.querySelector('#stage [data-case]')?.dataset.case ?? was) !== was",
            arg=case,
        )
        if page.locator("[data-empty]").count():
            break
    expect(page.locator("#status")).to_contain_text("9 decided today")
    assert page.evaluate("window.neverReadAnew")
    assert counts(room) == {"decided": 9}
    page.context.close()


def test_a_wrong_key_is_undone_inside_the_window_and_nothing_was_told(
    room: Newsroom, base: str, browser: Browser
) -> None:
    first, _ = room.held(2)
    page = enter(browser, room, base, room.person())
    words = page.locator("#stage .words").inner_text()
    page.keyboard.press("f")
    expect(page.locator("#status")).to_contain_text("Published: Reader A")
    page.keyboard.press("z")
    expect(page.locator("#status")).to_contain_text("Taken back")
    expect(page.locator("#stage .words")).to_have_text(words)
    view = read_comment(room.database, "gazette", first, room.world.service.clock())
    assert (view.status, view.settles_at) == (Status.HELD, None)
    page.keyboard.press("1")
    expect(page.locator("#status")).to_contain_text("Rejected (")
    page.context.close()


def test_two_moderators_never_meet(room: Newsroom, base: str, browser: Browser) -> None:
    room.held(20)
    pages = [enter(browser, room, base, room.person(name)) for name in ("Meera Nair", "Tara Rao")]
    seen: list[str] = []
    for _ in range(10):
        for page in pages:
            case = page.locator("#stage [data-case]").get_attribute("data-case")
            assert case not in seen
            seen.append(case or "")
            page.keyboard.press("d")
            expect(page.locator(f"#stage [data-case='{case}']")).to_have_count(0)
            expect(page.locator("#stage:not([aria-busy]) .case-title")).to_have_count(1)
        for page in pages:
            expect(page.locator("#status")).to_contain_text(f"{len(seen) // 2} decided today")
    assert counts(room) == {"decided": 20}
    for page in pages:
        page.context.close()


def test_everything_works_without_script(room: Newsroom, base: str, browser: Browser) -> None:
    room.held(3)
    page = enter(browser, room, base, room.person(), java_script_enabled=False)
    page.click("button:has-text('Publish')")
    expect(page.locator("#status")).to_contain_text("Published: Reader A")
    page.click(".grounds button >> nth=1")
    expect(page.locator("#status")).to_contain_text("Rejected (")
    page.click("#status button:has-text('Undo')")
    expect(page.locator("#stage")).to_contain_text("You are an idiot")
    page.click("nav >> text=List")
    page.select_option("select[name=status]", "all")
    page.click("button:has-text('Filter')")
    assert page.locator("tbody tr").count() == 3
    room.held(50, ip="203.0.113.77")
    page.goto(f"{base}/s/gazette/list")
    first = page.locator("[data-line]").first.inner_text()
    assert page.locator("tbody tr").count() == 50
    page.click("text=Next page")
    assert page.locator("tbody tr").count() == 2
    assert first not in page.locator("tbody").inner_text()
    page.goto(f"{base}/s/gazette/list")
    page.locator("input[name=ids]").first.check()
    page.select_option("select[name=act]", "publish")
    page.click("button:has-text('Show what will happen')")
    page.fill("input[name=count]", "1")
    page.click("form[action$='/bulk/decide'] button")
    page.click("button:has-text('Take all 1 back')")
    expect(page.locator("main")).to_contain_text("0 still stand")
    page.context.close()


def test_a_phone_of_320_pixels_needs_no_sideways_scrolling(room: Newsroom, base: str, browser: Browser) -> None:
    room.held(2, article="a-1")
    room.comment("idiot " + "verylongwordwithoutanyspace" * 20)
    page = enter(browser, room, base, room.person(roles=list(Role)), viewport={"width": 320, "height": 640})
    for path in ("/s/gazette/queue", "/s/gazette/list", "/s/gazette/switches", "/s/gazette/people", "/me"):
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.goto(f"{base}/s/gazette/queue")
    for name in ("Publish", "Skip"):
        box = page.locator(f".bar button:has-text('{name}')").bounding_box()
        assert box
        assert box["height"] >= 44
    page.click("button:has-text('Publish')")
    expect(page.locator("#status")).to_contain_text("Published")
    page.context.close()


def test_with_the_model_down_a_banner_says_so_and_rules_still_work(tmp_path: Path, browser: Browser) -> None:
    room = open_newsroom(tmp_path)
    room.held()
    room.world.service.scorer.close()
    with serve(room.app) as base:
        page = enter(browser, room, base, room.person())
        expect(page.locator(".banner")).to_contain_text("The model is down")
        page.keyboard.press("f")
        expect(page.locator("#status")).to_contain_text("Published")
        page.context.close()
    room.world.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen(room: Newsroom, base: str, browser: Browser, axe: str, scheme: str) -> None:
    (comment,) = room.held()
    case = list_rows(room.database, "gazette", ListFilter(), room.world.service.clock())[0]
    page = enter(browser, room, base, room.person(roles=list(Role)), color_scheme=scheme)
    screens = [
        "queue",
        "list",
        "switches",
        "form",
        "people",
        f"comments/{comment}",
        f"authors/{case.author_id}",
        "list?status=published",
        "comments/none",
    ]
    faults = []
    for path in [*(f"/s/gazette/{one}" for one in screens), "/me", "/s/gazette/queue?case=none"]:
        page.goto(base + path)
        page.evaluate(axe)
        found = page.evaluate("tags => axe.run(document, {runOnly: tags}).then(r => r.violations)", WCAG)
        faults += [(path, one["id"], one["nodes"][0]["html"][:160]) for one in found]
    page.keyboard.press("f")
    assert faults == []
    page.context.close()


def test_the_first_case_weighs_less_than_the_budget(room: Newsroom, base: str) -> None:
    import gzip
    import re

    room.held(3)
    meera = room.browser(room.person())
    page = meera.queue().html
    scripts = [meera.get(path).content for path in re.findall(r'<script src="([^"]+)"', page)]
    style = meera.get(re.search(r'href="([^"]+app\.css[^"]*)"', page).group(1)).content
    script = sum(len(gzip.compress(one)) for one in scripts)
    assert script < 25_000
    assert script + len(gzip.compress(style)) + len(gzip.compress(page.encode())) < 100_000
