"""The embedded form in headless Chromium, on a page of another origin with a strict policy."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlmodel import select

from moderation.intake.reader_form import FormRules
from moderation.review.verdict import Ruling
from moderation.storage.site_form import set_form
from moderation.storage.tables import CaseRow, CommentRow, RevisionRow
from moderation.vocabulary import Action
from tests.journeys.host_page import HostPage, host_page
from tests.journeys.in_browser import WCAG
from tests.screenshots import serve
from tests.web.newsroom import Newsroom

BOX = ".moderation-form"


@pytest.fixture
def host(room: Newsroom) -> Iterator[HostPage]:
    with serve(room.app) as engine, host_page() as page:
        page.engine = engine
        rules = FormRules(frozenset({page.origin}), "The Grievance Officer", "grievance@gazette.example")
        set_form(room.database, "gazette", rules)
        room.world.service.shelf.forget("gazette")
        yield page


@pytest.fixture
def page(browser: Browser, host: HostPage) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    opened.told = []  # type: ignore[attr-defined]
    opened.on("console", lambda message: opened.told.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
    opened.on("pageerror", lambda problem: opened.told.append(str(problem)))  # type: ignore[attr-defined]
    yield opened
    context.close()


def fill(page: Page, text: str = "A fair report, thank you.") -> None:
    page.get_by_label("Name:").fill("Asha Shenoy")
    page.get_by_label("E-mail:").fill("asha@reader.example")
    page.get_by_label("Comment:").fill(text)
    page.get_by_label("I have read this and agree.").check()


def post(page: Page) -> None:
    page.get_by_role("button", name="Post comment").click()


def count(room: Newsroom) -> int:
    with room.database.reading() as session:
        return len(session.exec(select(CommentRow)).all())


def test_a_reader_sends_a_comment_under_a_strict_policy_without_cookies_or_errors(
    room: Newsroom, host: HostPage, page: Page
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.goto(host.url)
    expect(page.get_by_role("heading", name="Leave a Comment")).to_be_visible()
    assert not [one for one in asked if "/token" in one], "the token comes with the first touch, not with the page"
    page.get_by_label("Name:").focus()
    page.wait_for_timeout(300)
    assert len([one for one in asked if "/token" in one]) == 1
    fill(page)
    post(page)
    expect(page.get_by_role("heading", name="Your comment is published")).to_be_focused()
    expect(page.get_by_role("link", name="See where your comment stands")).to_have_attribute(
        "href", re.compile(r"/status/[\w-]{32}$")
    )
    assert page.told == [], "no violation of the page's policy and no error"  # type: ignore[attr-defined]
    assert page.context.cookies() == []
    assert page.locator("[style]").count() == 0
    with room.database.reading() as session:
        comment, wording = session.exec(select(CommentRow)).one(), session.exec(select(RevisionRow)).one()
    assert (comment.door, comment.article_id, wording.name) == ("form", "trams", "Asha Shenoy")


def test_the_status_page_is_honest_and_turns_when_a_person_has_decided(
    room: Newsroom, host: HostPage, page: Page
) -> None:
    page.goto(host.url)
    fill(page, "You are an idiot.")
    post(page)
    expect(page.get_by_role("heading", name="Your comment is being checked")).to_be_visible()
    expect(page.locator(BOX)).to_contain_text("No insults.")
    expect(page.locator(BOX)).to_contain_text("grievance@gazette.example")
    page.reload()
    expect(page.get_by_role("heading", name="Your comment is being checked")).to_be_visible()
    service = room.world.service
    with room.database.reading() as session:
        case = session.exec(select(CaseRow)).one()
    service.pipeline.rule(Ruling("gazette", case.id, case.version, Action.PUBLISH, "u1"))
    page.reload()
    expect(page.get_by_role("heading", name="Your comment is being checked")).to_be_visible()  # it can be taken back
    with room.database.writing() as session:
        row = session.exec(select(CommentRow)).one()
        row.settles_at = service.clock() - timedelta(seconds=1)
        session.add(row)
    page.reload()
    expect(page.get_by_role("heading", name="Your comment is published")).to_be_visible()
    page.get_by_role("link", name="See where your comment stands").click()
    expect(page.get_by_role("heading", name="Your comment is published")).to_be_visible()
    assert page.url.startswith(host.engine)


def test_what_is_typed_stays_in_the_tab_and_only_there(host: HostPage, page: Page, browser: Browser) -> None:
    page.goto(host.url)
    fill(page, "Half a thought")
    page.reload()
    expect(page.get_by_label("Comment:")).to_have_value("Half a thought")
    expect(page.get_by_label("Name:")).to_have_value("Asha Shenoy")
    other = page.context.new_page()
    other.goto(host.url)
    expect(other.get_by_label("Comment:")).to_have_value("")
    fill(page, "A whole thought")
    post(page)
    expect(page.get_by_role("heading", name="Your comment is published")).to_be_visible()
    page.get_by_role("button", name="Write another comment").click()
    expect(page.get_by_label("Comment:")).to_have_value("")


def test_a_double_press_and_a_lost_answer_are_one_comment(room: Newsroom, host: HostPage, page: Page) -> None:
    page.goto(host.url)
    fill(page)
    page.get_by_role("button", name="Post comment").dblclick()
    expect(page.get_by_role("heading", name="Your comment is published")).to_be_visible()
    assert count(room) == 1
    page.get_by_role("button", name="Write another comment").click()
    lost = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # it arrived, and the answer is lost on the way
        route.abort()

    page.route("**/comments", lose)
    fill(page, "Sent, and the line broke.")
    post(page)
    expect(page.locator(".moderation-trouble")).to_contain_text("could not be sent")
    expect(page.get_by_label("Comment:")).to_have_value("Sent, and the line broke.")
    post(page)
    expect(page.get_by_role("heading", name="Your comment is published")).to_be_visible()
    assert (lost, count(room)) == ([200], 2)


def test_the_counter_counts_as_the_server_and_is_read_out_after_a_pause(host: HostPage, page: Page) -> None:
    page.goto(host.url)
    left, said = page.locator(".moderation-left"), page.locator(f"{BOX} [role=status]").first
    expect(left).to_have_attribute("aria-hidden", "true")
    expect(left).to_have_text("You have 2000 characters left.")
    text = page.get_by_label("Comment:")
    text.fill("😀" * 950 + "\n")
    expect(left).to_have_text("You have 99 characters left.")
    expect(left).to_have_attribute("data-state", "near")
    assert said.inner_text() == "", "nothing is read out while somebody writes"
    expect(said).to_have_text("You have 99 characters left.")
    text.fill("x" * 1999)
    expect(left).to_have_text("You have 1 character left.")
    fill(page, "x" * 2001)
    expect(left).to_have_text("You have 1 characters too many.")
    post(page)
    expect(page.locator(".moderation-trouble")).to_be_focused()
    expect(page.locator(".moderation-trouble")).to_contain_text("The comment is too long.")
    expect(text).to_have_attribute("aria-invalid", "true")
    fill(page, "x" * 1000)
    post(page)
    expect(page.get_by_role("heading", name=re.compile("Your comment is"))).to_be_visible()


def test_all_faults_are_told_at_once_and_lead_to_their_fields(host: HostPage, page: Page) -> None:
    page.goto(host.url)
    post(page)
    trouble = page.locator(".moderation-trouble")
    expect(trouble).to_be_focused()
    expect(trouble.locator("li")).to_have_count(4)
    trouble.get_by_role("link", name="Write your name.").click()
    expect(page.get_by_label("Name:")).to_be_focused()
    expect(page.get_by_label("Name:")).to_have_accessible_description("Write your name.")


def test_what_is_too_much_to_be_read_is_told_beside_the_text(room: Newsroom, host: HostPage, page: Page) -> None:
    much = "a" * 70_000
    page.goto(host.url)
    fill(page, much)
    post(page)
    expect(page.get_by_role("link", name="The comment is too long.")).to_be_visible()
    expect(page.get_by_label("Comment:")).to_have_value(much)
    assert count(room) == 0


def test_without_script_what_is_too_much_to_be_read_is_told_on_a_page_and_going_back_loses_nothing(
    room: Newsroom, host: HostPage, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page, much = context.new_page(), "a" * 70_000
    page.goto(f"{host.engine}/form/gazette?article=trams")
    fill(page, much)
    post(page)
    expect(page.get_by_role("heading", name="That is too much at once")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Comment:")).to_have_value(much)
    assert count(room) == 0
    context.close()


def test_the_whole_form_works_by_keyboard(room: Newsroom, host: HostPage, page: Page) -> None:
    page.goto(host.url)
    expect(page.get_by_label("Title:")).to_be_visible()
    for words in ("", "Asha Shenoy", "asha@reader.example", "Typed without a mouse."):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    page.keyboard.press("Tab")  # the disclaimer, which scrolls
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your comment is published")).to_be_focused()
    assert count(room) == 1


def test_a_machine_that_fills_every_field_is_noticed(room: Newsroom, host: HostPage, page: Page) -> None:
    page.goto(host.url)
    fill(page, "Cheap watches")
    trap = page.locator(f"{BOX} input[name=homepage]")
    box = trap.locator("..").bounding_box()
    assert box
    assert (box["width"], box["height"]) == (1, 1)
    trap.evaluate("one => one.value = 'https://spam.example'")
    post(page)
    expect(page.get_by_role("heading", name="Your comment is being checked")).to_be_visible()


def test_kannada_and_right_to_left(room: Newsroom, host: HostPage, page: Page) -> None:
    host.lang = "kn"
    page.goto(host.url)
    expect(page.get_by_role("heading", name="ಪ್ರತಿಕ್ರಿಯೆ ಬರೆಯಿರಿ")).to_be_visible()
    expect(page.locator(BOX)).to_have_attribute("lang", "kn")
    page.get_by_role("button", name="ಪ್ರತಿಕ್ರಿಯೆ ಕಳುಹಿಸಿ").click()
    expect(page.locator(".moderation-trouble")).to_contain_text("ನಿಮ್ಮ ಹೆಸರನ್ನು ಬರೆಯಿರಿ.")
    page.get_by_label("ಹೆಸರು:").fill("ಆಶಾ ಶೆಣೈ")
    page.get_by_label("ಇ-ಮೇಲ್:").fill("asha@reader.example")
    page.get_by_label("ಪ್ರತಿಕ್ರಿಯೆ:").fill("ಒಳ್ಳೆಯ ಸುದ್ದಿ.")
    page.get_by_label("ನಾನು ಇದನ್ನು ಓದಿದ್ದೇನೆ").check()
    page.get_by_role("button", name="ಪ್ರತಿಕ್ರಿಯೆ ಕಳುಹಿಸಿ").click()
    expect(page.get_by_role("heading", name="ನಿಮ್ಮ ಪ್ರತಿಕ್ರಿಯೆ")).to_be_visible()
    page.get_by_role("link").last.click()
    expect(page.locator("html")).to_have_attribute("lang", "kn")
    host.lang, host.direction = "ur", "rtl"
    page.goto(host.url + "?ur")
    page.evaluate("sessionStorage.clear()")
    page.reload()
    name = page.get_by_label("نام:")
    expect(name).to_be_visible()
    assert name.evaluate("one => getComputedStyle(one.closest('section')).direction") == "rtl"
    label, box = page.locator("label", has_text="نام:").bounding_box(), page.locator(BOX).bounding_box()
    assert label
    assert box
    assert label["x"] + label["width"] > box["x"] + box["width"] * 0.9 or label["width"] > box["width"] * 0.9


def test_a_page_of_an_origin_that_was_not_named_gets_a_link_and_cannot_send(
    room: Newsroom, host: HostPage, page: Page
) -> None:
    with host_page() as stranger:
        stranger.engine = host.engine
        page.goto(stranger.url)
        expect(page.locator(f"{BOX} a")).to_have_attribute("href", re.compile(r"/form/gazette\?article=trams"))
        sent = page.evaluate(
            """engine => fetch(engine + '/embed/gazette/comments', {method: 'POST', mode: 'no-cors',
                headers: {'Content-Type': 'text/plain'}, body: '{}'}).then(() => 1, () => 0)""",
            host.engine,
        )
        assert sent in {0, 1}
    assert count(room) == 0


def test_plain_html_on_the_sites_page_posts_to_the_hosted_form(room: Newsroom, host: HostPage, page: Page) -> None:
    page.goto(host.origin + "/plain")
    page.locator("textarea").fill("Sent without any script.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Your comment is published")).to_be_visible()
    assert count(room) == 1


def test_the_hosted_form_works_without_script(room: Newsroom, host: HostPage, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host.engine}/form/gazette?article=trams&headline=Night+trams")
    fill(page, "Without script.")
    post(page)
    expect(page.get_by_role("heading", name="Your comment is published")).to_be_visible()
    assert count(room) == 1
    context.close()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    host: HostPage, browser: Browser, axe: str, look: str, width: int
) -> None:
    # The checker is a script from elsewhere, which this page's policy would refuse; it has no other policy here.
    host.policy, host.look = "default-src *; style-src * 'unsafe-inline'", look
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(host.url)
    expect(page.get_by_label("Comment:")).to_be_visible()
    found = []
    for act in (lambda: None, lambda: post(page), lambda: page.get_by_label("Comment:").fill("x" * 1950)):
        act()
        page.wait_for_timeout(300)
        page.evaluate(axe)
        faults = page.evaluate("tags => axe.run('.moderation-form', {runOnly: tags}).then(r => r.violations)", WCAG)
        found += [(one["id"], one["nodes"][0]["html"][:160]) for one in faults]
    fill(page, "You are an idiot.")
    post(page)
    expect(page.get_by_role("heading", name="Your comment is being checked")).to_be_visible()
    faults = page.evaluate("tags => axe.run('.moderation-form', {runOnly: tags}).then(r => r.violations)", WCAG)
    found += [(one["id"], one["nodes"][0]["html"][:160]) for one in faults]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_a_closed_article_says_so(room: Newsroom, host: HostPage, page: Page) -> None:
    from moderation.storage.sites import put_article

    put_article(room.database, "gazette", "trams", room.world.service.clock(), title="Night trams", closed=True)
    time.sleep(0.01)
    page.goto(host.url)
    expect(page.locator(BOX)).to_have_text("Comments are closed here.")
