"""The desk for lawful requests in a browser."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import uvicorn
from sqlalchemy import text

from moderation.access.sessions import LinkPurpose
from moderation.storage.people import make_link
from moderation.vocabulary import Role
from tests.web.newsroom import Browser, Newsroom, Page

CHROMIUM = os.environ.get("MODERATION_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
LEGAL = "/s/gazette/legal"
ELEMENTS = ["written_order", "officer_name", "case_number", "section", "items_named"]


@pytest.fixture
def office(room: Newsroom):
    intake = room.browser(room.person("Intake Person", roles=[Role.LEGAL_INTAKE]))
    boss = room.browser(room.person("Boss Person", roles=[Role.APPROVER]))
    return intake, boss, room.comment("A fair report, thank you.")


LETTER = b"%PDF the letter" * 9000


def csrf(browser: Browser, path: str = LEGAL) -> str:
    return Page(browser.get(path)).csrf


def authority(intake: Browser, *, verified: bool = True) -> str:
    form = {"name": "Cyber Crime Police", "kind": "police", "country": "IN", "number": "+91 824 222 0500"}
    form |= {"source": "state police website", "csrf": csrf(intake)}
    assert intake.post(f"{LEGAL}/authorities", form).status_code == 303
    page = intake.get(LEGAL).text
    (made,) = re.findall(r"/authorities/([^/\"]+)/verify", page)
    if verified:
        assert intake.post(f"{LEGAL}/authorities/{made}/verify", {"csrf": csrf(intake)}).status_code == 303
    return made


def enter(intake: Browser, comment: str, made: str, **changes: object) -> str:
    form = {
        "csrf": csrf(intake, f"{LEGAL}/new"),
        "authority": made,
        "kind": "information_order",
        "basis": "IN-BNSS-94",
        "officer": "Inspector <b>Gowda</b>",
        "rank": "inspector",
        "element": ELEMENTS,
        "field": ["ip", "port", "at"],
        "content": "1",
        "comments": comment,
        "necessity": "named in the order",
        "received": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M"),
        **changes,
    }
    answer = intake.post(f"{LEGAL}/new", form, files={"order": ("order.pdf", LETTER)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_letter_is_entered_submitted_and_approved_by_another_person(office) -> None:
    intake, boss, comment = office
    where = enter(intake, comment, authority(intake))
    assert intake.post(f"{where}/submit", {"csrf": csrf(intake, where)}).status_code == 303
    page = Page(boss.get(where))
    assert "assessment" in page.text
    assert "<b>Gowda" not in page.html
    assert boss.post(f"{where}/approve", {"csrf": page.csrf, "scope": page.hidden("scope")}).status_code == 303
    after = Page(boss.get(where))
    assert "moderation vault produce REQ-" in after.text
    assert "approved" in after.text


def test_void_law_and_missing_elements_are_shown_with_every_reason(office) -> None:
    intake, _, comment = office
    made = authority(intake)
    void = enter(intake, comment, made, basis="IN-ITA-66A")
    answer = Page(intake.post(f"{void}/submit", {"csrf": csrf(intake, void)}))
    assert answer.status == 422
    assert "provision_void" in answer.text
    poor = enter(intake, comment, made, element=["written_order"], rank="constable")
    answer = Page(intake.post(f"{poor}/submit", {"csrf": csrf(intake, poor)}))
    for word in ("officer_rank_insufficient", "missing_element", "case_number", "items_named"):
        assert word in answer.text


def test_whoever_approves_reads_the_letter_and_what_it_is(office, room) -> None:
    intake, boss, comment = office
    where = enter(intake, comment, authority(intake), instrument="Notice <i>under s.94</i>", expires="2036-01-02T03:04")
    page = Page(boss.get(where))
    for words in ("Notice <i>under s.94</i>", "2036", "case number", "items named", "named in the order"):
        assert words in page.text
    letter = boss.get(f"{where}/letter")
    assert letter.content == LETTER
    assert letter.headers["content-disposition"].startswith("attachment")
    assert letter.headers["content-type"] == "application/octet-stream"
    moderator = room.browser(room.person("Nosy Person"))
    assert moderator.get(f"{where}/letter").status_code == 403
    assert boss.get(f"{LEGAL}/requests/REQ-2020-0001/letter").status_code == 404


def test_order_that_has_ended_is_refused(office) -> None:
    intake, _, comment = office
    where = enter(intake, comment, authority(intake), expires="2026-01-02T03:04")
    answer = Page(intake.post(f"{where}/submit", {"csrf": csrf(intake, where)}))
    assert answer.status == 422
    assert "out_of_time" in answer.text


def test_roles_and_four_eyes_hold_in_the_browser(office, room) -> None:
    intake, boss, comment = office
    where = enter(intake, comment, authority(intake))
    intake.post(f"{where}/submit", {"csrf": csrf(intake, where)})
    scope = Page(boss.get(where)).hidden("scope")
    assert intake.post(f"{where}/approve", {"csrf": csrf(intake, where), "scope": scope}).status_code == 403
    assert boss.post(f"{where}/reject", {"csrf": csrf(boss, where), "reason": "informal_request"}).status_code == 403
    assert boss.get(f"{LEGAL}/new").status_code == 403
    both = room.browser(room.person("Both Roles", roles=[Role.LEGAL_INTAKE, Role.APPROVER]))
    own = enter(both, comment, authority(both))
    both.post(f"{own}/submit", {"csrf": csrf(both, own)})
    page = Page(both.get(own))
    assert both.post(f"{own}/approve", {"csrf": page.csrf, "scope": page.hidden("scope")}).status_code == 403
    moderator = room.browser(room.person("Mod Person"))
    assert moderator.get(LEGAL).status_code == 403
    foreign = room.browser(room.person("Herald Person", site="herald", roles=[Role.LEGAL_INTAKE]))
    assert foreign.get(LEGAL).status_code == 404
    assert foreign.get(where.replace("gazette", "herald")).status_code == 404


def test_approval_of_an_old_page_is_refused(office) -> None:
    intake, boss, comment = office
    where = enter(intake, comment, authority(intake))
    intake.post(f"{where}/submit", {"csrf": csrf(intake, where)})
    answer = boss.post(f"{where}/approve", {"csrf": csrf(boss, where), "scope": "0" * 64})
    assert answer.status_code == 409


def test_bad_entries_are_refused_and_nothing_is_written(office) -> None:
    intake, _, comment = office
    made = authority(intake)
    form = {"csrf": csrf(intake, f"{LEGAL}/new"), "authority": made, "basis": "IN-BNSS-94", "comments": comment}
    assert intake.post(f"{LEGAL}/new", {**form, "received": "yesterday"}).status_code == 422
    assert (
        intake.post(f"{LEGAL}/new", {**form, "received": "2026-11-24T06:30", "field": ["shoe_size"]}).status_code == 422
    )
    assert intake.post(f"{LEGAL}/new", {**form, "received": "2026-11-24T06:30", "comments": "none"}).status_code == 404
    assert intake.post(f"{LEGAL}/new", {**form, "received": "2026-11-24T06:30", "officer": "a\0b"}).status_code == 422
    assert "REQ-" not in intake.get(LEGAL).text


def test_hold_and_reject_are_noted(office) -> None:
    intake, _, comment = office
    where = enter(intake, comment, authority(intake))
    assert intake.post(f"{where}/hold", {"csrf": csrf(intake, where)}).status_code == 303
    form = {"csrf": csrf(intake, where), "reason": "informal_request"}
    assert intake.post(f"{where}/reject", form).status_code == 303
    assert "informal_request" in intake.get(where).text
    assert intake.post(f"{where}/submit", {"csrf": csrf(intake, where)}).status_code in {409, 422}


def test_hold_at_entry_leaves_no_night_between_letter_and_hold(office, room) -> None:
    intake, _, comment = office
    made = authority(intake)
    for changes, held in (({}, 0), ({"hold": "1"}, 1), ({"kind": "preservation"}, 2)):
        enter(intake, comment, made, **changes)
        with room.database.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM held_record")).scalar_one() == held
            placed = connection.execute(text("SELECT count(*) FROM log_entry WHERE type = 'hold.placed'")).scalar_one()
        assert placed == held


def test_letter_that_names_an_address_and_a_window_gets_its_command(office) -> None:
    intake, boss, _ = office
    made = authority(intake)
    window = {
        "comments": "",
        "addresses": "203.0.113.7 2001:DB8::1",
        "since": "2026-06-01T00:00",
        "until": "2026-11-24T00:00",
    }
    where = enter(intake, "", made, **window)
    assert intake.post(f"{where}/submit", {"csrf": csrf(intake, where)}).status_code == 303
    page = Page(boss.get(where))
    assert "2001:db8::1" in page.text
    assert boss.post(f"{where}/approve", {"csrf": page.csrf, "scope": page.hidden("scope")}).status_code == 303
    after = Page(boss.get(where)).text
    assert "moderation vault search REQ-" in after
    assert "moderation vault produce" not in after
    form = {
        "csrf": csrf(intake, f"{LEGAL}/new"),
        "authority": made,
        "basis": "IN-BNSS-94",
        "received": "2026-11-24T06:30",
    }
    assert intake.post(f"{LEGAL}/new", {**form, **window, "addresses": "not-an-address"}).status_code == 422
    assert intake.post(f"{LEGAL}/new", {**form, **window, "until": ""}).status_code == 422


def test_people_of_the_desk_land_on_it(office) -> None:
    intake, _, _ = office
    assert intake.get("/sites").headers["location"].endswith("/s/gazette/legal")


@contextmanager
def served(room: Newsroom):
    config = uvicorn.Config(room.app, port=0, log_level="critical", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def test_intake_and_approver_work_in_a_real_browser_with_and_without_script(office, room) -> None:
    from playwright.sync_api import expect, sync_playwright

    intake, _, comment = office
    authority(intake)
    people = {
        role: room.person(f"{role.name.title()} Real", roles=[role]) for role in (Role.LEGAL_INTAKE, Role.APPROVER)
    }

    with served(room) as base, sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        faults: list[str] = []

        def page_of(role: Role, **options: object):
            page = chromium.new_context(**options).new_page()
            page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            token = make_link(room.database, people[role], LinkPurpose.SIGN_IN, os.urandom, datetime.now(UTC))
            page.goto(f"{base}/sign-in/link/{token}")
            page.click("main button")
            return page

        for script, width in ((False, 390), (True, 1280)):
            options = {"java_script_enabled": script, "viewport": {"width": width, "height": 800}}
            desk = page_of(Role.LEGAL_INTAKE, **options)
            desk.goto(f"{base}{LEGAL}")
            desk.click("text=Enter a request from its letter")
            desk.fill("#officer", "Inspector Gowda")
            desk.select_option("#rank", "inspector")
            desk.fill("#received", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M"))
            for element in ELEMENTS:
                desk.check(f"[name=element][value={element}]")
            for field in ("ip", "port"):
                desk.check(f"[name=field][value={field}]")
            desk.fill("#comments", comment)
            desk.fill("#necessity", "named in the order")
            desk.set_input_files(
                "#order", {"name": "order.pdf", "mimeType": "application/pdf", "buffer": b"%PDF letter"}
            )
            desk.check("[name=hold]")
            desk.click("text=Enter the request")
            expect(desk.locator("h1")).to_contain_text("received")
            desk.click("text=Check against the law and submit")
            expect(desk.locator("h1")).to_contain_text("assessment")
            assert desk.locator("text=Approve exactly this scope").count() == 0
            boss = page_of(Role.APPROVER, **options)
            boss.goto(desk.url)
            assert boss.locator("text=Hold these records").count() == 0
            boss.click("text=Approve exactly this scope")
            expect(boss.locator("h1")).to_contain_text("approved")
            expect(boss.locator("pre")).to_contain_text("moderation vault produce")
            assert boss.evaluate("document.documentElement.scrollWidth") <= width if script else True
        assert faults == []
        chromium.close()


def test_desk_warns_everybody_before_the_sealing_keys_run_out(room) -> None:
    from dataclasses import replace
    from datetime import timedelta

    from moderation.web.viewer import banner_of

    service = room.world.service
    for days, banner in ((0, ""), (20, ""), (22, "sealing"), (60, "sealing")):
        later = replace(service, clock=lambda days=days: datetime.now(UTC) + timedelta(days=days))
        assert banner_of(later) == banner
