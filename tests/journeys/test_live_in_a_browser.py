"""Live numbers in headless Chromium: nothing moves under the pointer, pausing, and a proxy that holds streams back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.screenshots import link_for
from tests.web.newsroom import Newsroom


def enter(browser: Browser, room: Newsroom, base: str, user: str, path: str, **more: object) -> Page:
    page = browser.new_context(**more).new_page()
    page.set_default_timeout(15_000)
    page.goto(base + link_for(room.world.service, user))
    page.click("button.publish")
    page.goto(f"{base}/s/gazette/{path}")
    return page


def places(page: Page) -> list[object]:
    script = "[...document.querySelectorAll('a, button, h1, tr, .words')].filter(e => !e.closest('template'))"
    return page.evaluate(
        f"{script}.map(e => {{ const r = e.getBoundingClientRect(); return [r.x, r.y, r.width, r.height] }})"
    )


@pytest.mark.parametrize(("path", "width"), [("queue", 1280), ("list", 1280), ("list", 390)])
def test_new_cases_and_claims_appear_and_nothing_moves(
    room: Newsroom, base: str, browser: Browser, path: str, width: int
) -> None:
    room.held(6)
    page = enter(browser, room, base, room.person(), path, viewport={"width": width, "height": 900})
    expect(page.locator("[data-pause]")).to_be_visible()
    before = places(page)
    room.held(3, ip="203.0.113.77")
    tara = room.browser(room.person("Tara Rao"))
    tara.queue()
    expect(page.locator("[data-new]")).to_contain_text("3 new")
    expect(page.locator('[data-count="open"]')).to_have_text("9")
    if path == "list":
        expect(page.locator("[data-claim]:not(.unseen)")).to_have_count(3)
    assert places(page) == before
    page.click("[data-new]")
    expect(page.locator("[data-new]")).to_be_hidden()
    page.context.close()


def test_pausing_holds_until_one_goes_on(room: Newsroom, base: str, browser: Browser) -> None:
    page = enter(browser, room, base, room.person(), "list")
    page.click("[data-pause]")
    expect(page.locator("[data-pause]")).to_have_attribute("aria-pressed", "true")
    room.held(2)
    page.wait_for_timeout(3000)
    expect(page.locator('[data-count="open"]')).to_have_text("0")
    page.reload()
    room.held(1, ip="203.0.113.77")
    page.wait_for_timeout(2500)
    expect(page.locator('[data-count="open"]')).to_have_text("2")
    page.click("[data-pause]")
    expect(page.locator('[data-count="open"]')).to_have_text("3")
    page.context.close()


def test_a_browser_without_streams_asks_now_and_then(room: Newsroom, base: str, browser: Browser) -> None:
    page = enter(browser, room, base, room.person(), "list")
    page.context.add_init_script("delete window.EventSource")
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.headers.get("accept", "")) if "/live" in request.url else None
    )
    page.clock.install()
    page.reload()
    room.held(2)
    page.clock.fast_forward(16_000)
    expect(page.locator('[data-count="open"]')).to_have_text("2")
    assert page.evaluate("typeof EventSource") == "undefined"
    assert asked[-1] == "application/json"
    page.context.close()
