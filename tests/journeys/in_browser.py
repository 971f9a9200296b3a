"""A newsroom behind a real server, and somebody who enters it in headless Chromium."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.screenshots import link_for
from tests.web.newsroom import Newsroom

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def enter(browser: Browser, room: Newsroom, base: str, user: str, **more: object) -> Page:
    page = browser.new_context(**more).new_page()
    page.set_default_timeout(10_000)
    page.on(
        "request", lambda request: foreign.append(request.url) if not request.url.startswith((base, "data:")) else None
    )
    page.on("console", lambda said: foreign.append(said.text) if "Content Security Policy" in said.text else None)
    foreign: list[str] = []
    page.foreign = foreign  # type: ignore[attr-defined]
    page.goto(base + link_for(room.world.service, user))
    page.click("button.publish")
    page.goto(f"{base}/s/gazette/queue")
    return page
