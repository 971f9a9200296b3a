"""A second opinion by keys: handed over, given blind, seen by both, settled by an editor; notes and thread in the queue."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from moderation.storage.listing import ListFilter, list_rows
from moderation.vocabulary import Role
from tests.journeys.in_browser import WCAG, enter
from tests.web.newsroom import Newsroom


def state_of(room: Newsroom, comment: str) -> str:
    rows = list_rows(room.database, "gazette", ListFilter(status="all"), room.world.service.clock())
    return next(row.state for row in rows if row.comment_id == comment)


def hand_over(page, to: str, note: str, view: str) -> None:
    """Key e leads into the form; the rest is typed."""
    page.keyboard.press("e")
    expect(page.locator("#stage select[name=colleague]")).to_be_focused()
    page.keyboard.type(to)  # a select takes the letters of a name
    page.locator("#stage .hand-over input[name=note]").fill(note)
    page.locator("#stage select[name=view]").select_option(view)
    page.locator("#stage .hand-over button").click()
    expect(page.locator("#status")).to_contain_text(f"Handed to {to}")


def test_a_second_opinion_is_asked_given_blind_and_read_by_both(room: Newsroom, base: str, browser: Browser) -> None:
    people = [room.person("Meera Nair"), room.person("Tara Rao"), room.person("Edith Pinto", roles=[Role.EDITOR])]
    first, second = room.held(2)
    meera = enter(browser, room, base, people[0])
    hand_over(meera, "Tara Rao", "a quotation, I think", "publish")
    hand_over(meera, "Tara Rao", "is this still an argument?", "reject:abusive")
    expect(meera.locator("#stage")).to_contain_text("All done.")

    tara = enter(browser, room, base, people[1])
    expect(tara.locator("#stage .opinion")).to_contain_text("a quotation, I think")
    expect(tara.locator("#stage")).not_to_contain_text("would publish")
    expect(tara.locator("#stage .why")).to_have_count(0)
    tara.keyboard.press("f")
    expect(tara.locator("#status")).to_contain_text("You and Meera Nair agree.")
    expect(tara.locator("#stage .opinion")).to_contain_text("is this still an argument?")
    tara.keyboard.press("f")
    expect(tara.locator("#status")).to_contain_text("Meera Nair would reject it as Abuse. An editor settles it.")
    expect(tara.locator("h1")).to_contain_text("All done.")
    assert [state_of(room, one) for one in (first, second)] == ["decided", "escalated"]

    for page in (meera, tara):
        page.goto(f"{base}/s/gazette/opinions")
        for words in (
            "Meera Nair would reject: Abuse",
            "Tara Rao would publish",
            "Both agreed; that was the decision.",
        ):
            expect(page.locator("main")).to_contain_text(words)
    edith = enter(browser, room, base, people[2])
    expect(edith.locator("#stage .views")).to_contain_text("Meera Nair would reject: Abuse")
    edith.keyboard.press("f")
    expect(edith.locator("#status")).to_contain_text("Published")
    assert state_of(room, second) == "decided"
    for page in (meera, tara, edith):
        page.context.close()


def test_a_question_is_taken_back_before_it_is_answered(room: Newsroom, base: str, browser: Browser) -> None:
    user, _ = room.person("Meera Nair"), room.person("Tara Rao")
    room.held()
    meera = enter(browser, room, base, user)
    hand_over(meera, "Tara Rao", "", "publish")
    meera.click("nav >> text=Second opinions")
    meera.click("button:has-text('Take the question back')")
    expect(meera.locator("#stage")).to_contain_text("You are an idiot")
    meera.keyboard.press("d")
    expect(meera.locator("#status")).to_contain_text("Rejected (")
    meera.context.close()


def test_a_note_and_the_thread_open_by_their_keys_beside_the_comment(
    room: Newsroom, base: str, browser: Browser
) -> None:
    above = room.comment("The old line was cheaper.", name="Reader M")
    held = room.comment("You are an idiot.", parent_id=above)
    room.comment("Calm down, both of you.", name="Reader C", parent_id=held)
    meera = enter(browser, room, base, room.person("Meera Nair"))
    expect(meera.locator("#stage .reading > .parent")).to_contain_text("The old line was cheaper.")
    expect(meera.get_by_text("Calm down, both of you.")).to_be_hidden()
    meera.keyboard.press("t")
    expect(meera.get_by_text("Calm down, both of you.")).to_be_visible()
    meera.keyboard.press("n")
    meera.keyboard.type("third time this week")
    meera.keyboard.press("Enter")
    expect(meera.locator("#stage [data-notes]")).to_contain_text("third time this week")
    expect(meera.locator("#stage .case-title")).to_be_focused()
    meera.keyboard.press("n")
    meera.keyboard.press("Escape")
    meera.keyboard.press("f")
    expect(meera.locator("#status")).to_contain_text("Published")
    meera.goto(f"{base}/s/gazette/comments/{held}")
    expect(meera.locator("main")).to_contain_text("third time this week")
    meera.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_these_screens(room: Newsroom, base: str, browser: Browser, axe: str, scheme: str) -> None:
    people = [room.person("Meera Nair"), room.person("Tara Rao", roles=[Role.MODERATOR, Role.EDITOR])]
    for n in range(3):
        room.comment("You idiot, earn money from home, write to me", name=f"Sender {n}", ip=f"203.0.113.{n + 1}")
    room.held(2)
    faults = []

    def look(page, name: str) -> None:
        page.evaluate(axe)
        found = page.evaluate("tags => axe.run(document, {runOnly: tags}).then(r => r.violations)", WCAG)
        faults.extend((name, one["id"], one["nodes"][0]["html"][:160]) for one in found)

    meera = enter(browser, room, base, people[0], color_scheme=scheme)
    meera.keyboard.press("e")
    look(meera, "asking")
    meera.keyboard.press("Escape")
    meera.keyboard.press("?")
    look(meera, "keys")
    meera.keyboard.press("Escape")
    hand_over(meera, "Tara Rao", "is this an insult?", "publish")
    for path in ("opinions", "list?group=cluster", "list?group=article", "list?article=a-1", "list?by=me"):
        meera.goto(f"{base}/s/gazette/{path}")
        look(meera, path)
    tara = enter(browser, room, base, people[1], color_scheme=scheme)
    tara.goto(f"{base}/s/gazette/opinions")
    tara.click("text=Say what you would do")
    look(tara, "blind")
    tara.keyboard.press("1")
    expect(tara.locator("#status")).to_contain_text("An editor settles it.")
    for path in ("opinions", "queue"):
        tara.goto(f"{base}/s/gazette/{path}")
        look(tara, f"{path} with two views")
    assert faults == []
    for page in (meera, tara):
        page.context.close()
