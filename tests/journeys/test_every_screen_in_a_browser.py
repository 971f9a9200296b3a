"""Every screen, full of what can be on it: axe-core finds nothing, and nothing has to be scrolled sideways at 320 pixels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.app import create_app
from tests.journeys.in_browser import WCAG
from tests.screenshots import Furnished, furnished, link_for, serve, show

WIDTHS = {"light": 1280, "dark": 320}
HIDDEN = "Array.from(document.querySelectorAll('.scroll')).filter(box => box.scrollWidth > box.clientWidth).length"
UNCOVERED = (
    "one => { const box = one.getBoundingClientRect();"
    " return one.contains(document.elementFromPoint(box.x + 4, box.y + box.height / 2)) }"
)
HEADS = "table => Array.from(table.querySelectorAll('tr')).slice(0, 2).map(row => Array.from(row.cells).map(cell => cell.offsetLeft))"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with furnished(tmp_path_factory.mktemp("screens")) as opened:
        yield opened


@pytest.fixture(scope="module")
def base(room: Furnished) -> Iterator[str]:
    with serve(create_app(room.service.settings, workers=False, service=room.service)) as address:
        yield address


def signed_in(page: Page, room: Furnished, base: str) -> None:
    page.goto(base + link_for(room.service, room.person))
    page.click("button.publish")


def open_case_with_much_to_say(page: Page, base: str) -> None:
    """One whose findings do not fit on the screen, whatever the model makes of the demonstration."""
    page.goto(f"{base}/s/demo/list")
    for address in page.locator("[data-line]").evaluate_all("all => all.map(one => one.href)"):
        page.goto(address)
        if page.locator("#stage .side").evaluate("side => side.getBoundingClientRect().bottom > innerHeight"):
            return
    pytest.fail("no case of the demonstration has more to say than fits")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_narrow_page_fits(
    room: Furnished, base: str, browser: Browser, axe: str, scheme: str
) -> None:
    size = {"width": WIDTHS[scheme], "height": 800}
    page = browser.new_context(color_scheme=scheme, viewport=size).new_page()
    faults = []

    def look(screens: dict[str, str]) -> None:
        for name, path in screens.items():
            show(page, base, name, path)
            page.evaluate(axe)
            found = page.evaluate("tags => axe.run(document, {runOnly: tags}).then(r => r.violations)", WCAG)
            faults.extend((name, one["id"], one["nodes"][0]["html"][:160]) for one in found)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                faults.append((name, "too wide", wide))
            if size["width"] < 600 and page.evaluate(HIDDEN):
                faults.append((name, "a table is cut off", ""))
            if page.locator("h1").count() != 1 and not name.startswith("queue"):
                faults.append((name, "headings", page.locator("h1").count()))

    look(room.doors)
    signed_in(page, room, base)
    look(room.known)
    page.context.close()
    assert faults == []


def test_the_heads_of_the_list_stand_over_their_columns(room: Furnished, base: str, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    signed_in(page, room, base)
    page.goto(base + "/s/demo/list")
    head, first = page.locator("table.list").evaluate(HEADS)
    assert len(head) == 7
    assert head == first
    page.context.close()


def test_what_decides_is_in_view_without_scrolling(room: Furnished, base: str, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    signed_in(page, room, base)
    open_case_with_much_to_say(page, base)
    for choice in (".publish", ".reject", "[data-act=skip]", "[data-digit='9']"):
        expect(page.locator(f"#stage .acts {choice}").first).to_be_in_viewport(ratio=1)
    page.locator("#stage button.publish").focus()
    assert page.evaluate("scrollY") == 0
    page.keyboard.press("0")
    page.locator("#stage .clauses button").last.focus()
    expect(page.locator("#stage .clauses button").last).to_be_in_viewport(ratio=1)
    for inside in page.locator("#stage .desk :is(a, summary)").all():
        if inside.is_visible():
            inside.focus()
            assert inside.evaluate(UNCOVERED), inside.inner_text()
    page.context.close()
