"""People, me, authors, switches and the doors in headless Chromium: axe on each, and a phone that reaches the switches."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.access.sessions import LinkPurpose
from moderation.access.totp import code_at
from moderation.storage.confirmations import Unasked, note_asked
from moderation.storage.listing import ListFilter, list_rows
from moderation.storage.people import add_person, make_link
from moderation.storage.switches import Place, Scope, SwitchWord, Turn, turn_switch
from moderation.vocabulary import Role
from tests.journeys.in_browser import WCAG, enter
from tests.web.newsroom import Newsroom

PHONE = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}


def faults_of(page: Page, axe: str, where: str) -> list[tuple[str, str, str]]:
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags}).then(r => r.violations)", WCAG)
    return [(where, one["id"], one["nodes"][0]["html"][:160]) for one in found]


def furnish(room: Newsroom, user: str) -> list[str]:
    """The doors: pages that nobody needs to be signed in for."""
    database, now = room.database, room.world.service.clock()
    new = add_person(database, "tara@desk.example", "Tara Rao", "gazette", frozenset({Role.EDITOR}), now)
    invite = make_link(database, new.id, LinkPurpose.INVITE, os.urandom, now)
    note_asked(database, Unasked("a", "gazette", "", "", b"", b"t"), "known", now)
    for place in (Place(Scope.SECTION, "city"), Place(Scope.ARTICLE, "a-1")):
        turn_switch(database, "gazette", Turn(place, SwitchWord.HOLD, now + timedelta(hours=4), user), now)
    return ["/sign-in", "/sign-in/lost", f"/sign-in/link/{invite}", "/confirm/known", "/confirm/unknown", "/"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_on_people_me_authors_switches_and_the_doors(
    room: Newsroom, base: str, browser: Browser, axe: str, scheme: str, width: int
) -> None:
    room.held(2)
    user = room.person(roles=list(Role))
    doors = furnish(room, user)
    author = list_rows(room.database, "gazette", ListFilter(), room.world.service.clock())[0].author_id
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    page = enter(browser, room, base, user, **look)
    page.keyboard.press("f")
    expect(page.locator("#status")).to_contain_text("Published", timeout=20_000)
    faults = []
    for path in (f"authors/{author}", "switches", "people", f"people/{user}/decisions"):
        page.goto(f"{base}/s/gazette/{path}")
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        faults += faults_of(page, axe, path)
    page.goto(f"{base}/s/gazette/people")
    page.fill("#name", "Ravi Kumar")
    page.fill("#email", "ravi@desk.example")
    page.click("text=Make a link to hand over")
    faults += faults_of(page, axe, "people with a link")
    page.goto(f"{base}/me")
    page.click("#second button")
    faults += faults_of(page, axe, "me with a picture")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("text=Sign out >> nth=0")
    for path in doors:
        page.goto(base + path)
        faults += faults_of(page, axe, path)
    assert faults == []
    page.context.close()


def test_on_a_phone_everything_is_held_in_two_presses_from_any_page(
    room: Newsroom, base: str, browser: Browser
) -> None:
    room.held(2)
    page = enter(browser, room, base, room.person(roles=[Role.MODERATOR, Role.EDITOR, Role.ADMIN]), **PHONE)
    for path in ("/s/gazette/queue", "/s/gazette/list", "/s/gazette/people", "/s/gazette/policy", "/me"):
        page.goto(base + path)
        page.tap("nav.rooms a:has-text('Switches')")
        page.tap("button:has-text('Hold all')")
        expect(page.locator(".switch-list")).to_contain_text("The whole site")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.tap("button:has-text('Open again')")
        expect(page.locator("main")).to_contain_text("All open")
    page.context.close()


def test_an_authenticator_is_set_up_and_asked_for(room: Newsroom, base: str, browser: Browser) -> None:
    page = enter(browser, room, base, room.person())
    page.goto(f"{base}/me")
    page.fill("#new", "four words of no sense")
    page.click("text=Set the password")
    page.click("#second button")
    expect(page.locator(".enrol img")).to_be_visible()
    page.wait_for_load_state("load")
    assert page.locator(".enrol img").evaluate("picture => picture.naturalWidth") > 0
    secret = page.locator(".enrol code").inner_text()
    step = int(room.world.service.clock().timestamp()) // 30
    page.fill("#code", code_at(secret, step))
    page.click("text=Switch it on")
    expect(page.locator("#second")).to_contain_text("It is on")
    page.click("text=Sign out >> nth=0")
    page.fill("#email", "meera@desk.example")
    page.fill("#password", "four words of no sense")
    page.click("button.publish")
    page.fill("input[name=code]", code_at(secret, step + 1))
    page.click("button.publish")
    expect(page.locator("nav.own")).to_contain_text("Meera Nair")
    page.context.close()
