"""The policy pages in a real browser: an editor sees a fault, corrects it, replays, publishes, and goes back."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, sync_playwright

from moderation.access.sessions import LinkPurpose
from moderation.policy.files import policy_path
from moderation.replay_desk import Replayer
from moderation.storage.people import make_link
from moderation.vocabulary import Role
from moderation.workers import Job, Workers
from tests.web.newsroom import Newsroom

CHROMIUM = os.environ.get("MODERATION_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
DEFAULT = policy_path("default").read_text(encoding="utf-8")
WHEN = "when: score.insult >= likely"
ABUSE = "when: check.suspect_words > 0 || score.toxicity >= likely || score.obscene >= likely"


@pytest.fixture
def page(room: Newsroom) -> Iterator[Page]:
    config = uvicorn.Config(room.app, port=0, log_level="critical", lifespan="off", access_log=False)
    server, replayer = uvicorn.Server(config), Replayer()
    workers = Workers(room.world.service, [Job("replay", 0.2, replayer.round, halt=replayer.halt)])
    workers.start()
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    person = room.person("Meera Nair", roles=(Role.MODERATOR, Role.EDITOR))
    token = make_link(room.database, person, LinkPurpose.SIGN_IN, os.urandom, datetime.now(UTC))
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = chromium.new_page(base_url=f"http://localhost:{port}")
        opened.goto(f"/sign-in/link/{token}")
        opened.click("main button")
        yield opened
        chromium.close()
    workers.stop()
    server.should_exit = True
    thread.join(10)


def test_an_editor_corrects_replays_publishes_and_goes_back(room: Newsroom, page: Page) -> None:
    room.held(3)
    page.click("nav >> text=Policy")
    page.click("text=Change it")
    page.fill("#text", DEFAULT.replace(WHEN, "when: score.insul >= likely"))
    page.click("text=Look for faults")
    assert page.inner_text(".policy-faults mark") == "score.insul"
    assert "did you mean `score.insult`?" in page.inner_text(".policy-faults")

    milder = DEFAULT.replace(WHEN, "when: score.insult >= 0.99").replace(ABUSE, "when: score.toxicity >= 0.99")
    page.fill("#text", milder)
    page.fill("#note", "only what is beyond doubt waits")
    page.click("text=Save as a draft")
    page.click("button:has-text('Replay')")
    page.wait_for_selector("text=3 comments, 3 decided otherwise")
    page.locator(".policy-samples summary").first.click()
    assert "You are an idiot" in page.inner_text(".policy-samples")
    assert "removed" in page.inner_text(".policy-diff")
    if folder := os.environ.get("MODERATION_TEST_PICTURES"):
        page.screenshot(path=str(Path(folder) / "policy.png"), full_page=True)

    page.click("text=Publish: it decides from now on")
    page.wait_for_selector("text=only what is beyond doubt waits")
    assert room.world.service.shelf.policy_for("gazette").text.count("0.99") == 2
    page.click("text=Roll back to this")
    page.wait_for_selector("h1:has-text('Policy')")
    assert room.world.service.shelf.policy_for("gazette").text == DEFAULT


def test_the_pages_fit_a_narrow_screen(room: Newsroom, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    room.held(2)
    page.goto("/s/gazette/policy/edit")
    page.fill(
        "#text",
        DEFAULT.replace(WHEN, "when: score.insul >= likely && score.toxicity >= likely && score.threat >= likely"),
    )
    page.click("text=Save as a draft")
    faulty = page.url
    page.goto("/s/gazette/policy/edit")
    page.fill(
        "#text", DEFAULT.replace(WHEN, "when: score.insult >= 0.99").replace(ABUSE, "when: score.toxicity >= 0.99")
    )
    page.click("text=Save as a draft")
    page.click("button:has-text('Replay')")
    page.wait_for_selector("text=2 comments, 2 decided otherwise")
    replayed = page.url
    here = "/s/gazette/policy"
    for path in (
        here,
        f"{here}/edit",
        faulty,
        faulty.replace("versions/", "edit?version="),
        replayed,
        "/s/gazette/kept",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= 320"), path
