"""The page of integrations in a real browser, and its snippets run literally against the served application."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.sync_api import Page, sync_playwright

from moderation.access.sessions import LinkPurpose
from moderation.storage.people import make_link
from moderation.vocabulary import Role
from tests.web.newsroom import Newsroom

CHROMIUM = os.environ.get("MODERATION_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
HELPERS = Path(__file__).parents[2] / "integrations"
PHP = os.environ.get("MODERATION_TEST_PHP", "php")
NODE = os.environ.get("MODERATION_TEST_NODE", "node")


@pytest.fixture
def page(room: Newsroom) -> Iterator[Page]:
    config = uvicorn.Config(room.app, port=0, log_level="critical", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    person = room.person("Ravi Kumar", roles=[Role.ADMIN])
    token = make_link(room.database, person, LinkPurpose.SIGN_IN, os.urandom, datetime.now(UTC))
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = chromium.new_page(base_url=f"http://localhost:{port}")
        faults: list[str] = []
        opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.goto(f"/sign-in/link/{token}")
        opened.click("main button")
        yield opened
        assert faults == []
        chromium.close()
    server.should_exit = True
    thread.join(10)


def snippet(page: Page, name: str) -> str:
    return page.locator(f"#snippet-{name} code").text_content() or ""


def run(words: list[str], folder: Path) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def test_a_key_a_pasted_snippet_and_the_page_turns_green_by_itself(page: Page, tmp_path: Path) -> None:
    page.goto("/s/gazette/integrations")
    page.click("text=Make a test key")
    key = page.inner_text(".well code")
    assert key.startswith("ck_test_")
    assert "Waiting for your first comment" in page.inner_text("#waiting")
    page.evaluate("document.body.dataset.same = 'page'")
    code = snippet(page, "curl")
    assert key in code
    told = json.loads(run(["sh", "-c", code], tmp_path))
    assert told["status"] == "published"
    page.wait_for_selector("#waiting.arrived", timeout=10_000)
    assert "Your first comment arrived" in page.inner_text("#waiting")
    assert page.evaluate("document.body.dataset.same") == "page"
    assert not page.locator("#waiting").get_attribute("data-poll")
    if folder := os.environ.get("MODERATION_TEST_PICTURES"):
        page.screenshot(path=str(Path(folder) / "integrations.png"), full_page=True)


def test_every_snippet_runs_as_it_stands(page: Page, tmp_path: Path) -> None:
    page.goto("/s/gazette/integrations")
    page.click("text=Make a test key")
    for kind, name in (("python", "moderation_client.py"), ("node", "moderation.mjs"), ("php", "moderation.php")):
        shutil.copy(HELPERS / kind / name, tmp_path)
    (tmp_path / "site.py").write_text(snippet(page, "python"))
    (tmp_path / "site.mjs").write_text(snippet(page, "node"))
    (tmp_path / "site.php").write_text(snippet(page, "php"))
    assert run([sys.executable, "site.py"], tmp_path) == "published"
    assert run([NODE, "site.mjs"], tmp_path) == "published"
    assert run([PHP, "site.php"], tmp_path) == "published"
    assert run(["sh", "-c", snippet(page, "akismet")], tmp_path) == "false"
    scores = json.loads(run(["sh", "-c", snippet(page, "perspective")], tmp_path))
    assert scores["attributeScores"]["TOXICITY"]["summaryScore"]["type"] == "PROBABILITY"
    (tmp_path / "wp-config.php").write_text(
        f"<?php\n{snippet(page, 'wordpress')}\necho MODERATION_URL, ' ', MODERATION_KEY;"
    )
    assert (
        run([PHP, "wp-config.php"], tmp_path) == f"{page.evaluate('location.origin')} {page.inner_text('.well code')}"
    )
    script = re.search(r'src="([^"]+)"', snippet(page, "html"))
    assert page.request.get(script[1]).headers["content-type"].startswith("text/javascript")
    hook = re.search(r"http\S+", snippet(page, "coral"))
    assert page.request.post(hook[0], data="{}").status == 403  # nobody signed it
    page.goto("/s/gazette/integrations/calls")
    assert page.locator("tbody tr").count() == 5


def test_a_call_of_every_door_is_sent_again_by_the_command_that_is_shown(page: Page, tmp_path: Path) -> None:
    page.goto("/s/gazette/integrations")
    page.click("text=Make a test key")
    key, base = page.inner_text(".well code"), page.evaluate("location.origin")
    check = {"blog": "https://news.example/", "user_ip": "203.0.113.9", "comment_content": "It's \"fair\", isn't it?"}
    in_host = {"Host": f"{key.replace('_', '-')}.localhost"}
    analyze = {"comment": {"text": "Good morning."}, "languages": ["en"], "requestedAttributes": {"TOXICITY": {}}}
    bearer = {"Authorization": f"Bearer {key}"}
    told = [
        httpx.post(f"{base}/1.1/comment-check", data=check | {"api_key": key}).text,
        httpx.post(f"{base}/1.1/comment-check", data=check, headers=in_host).text,
        httpx.get(f"{base}/1.2/usage-limit", params={"api_key": key}).text[:8],
        httpx.post(f"{base}/v1alpha1/comments:analyze", params={"key": key}, json=analyze).text,
        httpx.post(f"{base}/api/v1/score", json={"text": "Good morning."}, headers=bearer).text,
        httpx.get(f"{base}/api/v1/comments/none", headers=bearer).text,
        httpx.get(f"{base}/api/v1/comments?limit=0&status=held", headers=bearer).text,
        httpx.get(f"{base}/1.2/key-sites?api_key={key}&order=spam&limit=7&offset=3").text,
    ]
    assert "/limit" in told[-2]
    assert '"limit":7' in told[-1]
    page.goto("/s/gazette/integrations/calls")
    links = list(dict.fromkeys(re.findall(r"/s/gazette/integrations/calls/\w+", page.content())))
    again = []
    for link in reversed(links):
        page.goto(link)
        command = page.locator("code[data-copy-text]").text_content() or ""
        again.append(run(["sh", "-c", command.replace("YOUR_KEY", key)], tmp_path))
    assert again[:2] == told[:2] == ["false", "false"]
    assert again[2].startswith(told[2])
    assert again[3:] == told[3:]


@contextmanager
def another_origin(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("before", ["<h1>Ferry fares</h1>", ""], ids=["in the body", "in the head"])
def test_the_form_pasted_into_a_page_of_another_origin_turns_the_page_green(
    room: Newsroom, page: Page, tmp_path: Path, before: str
) -> None:
    page.goto("/s/gazette/integrations")
    code = snippet(page, "html")
    (tmp_path / "index.html").write_text(f"<!doctype html><html lang='en'><title>Ferry</title>{before}{code}</html>")
    with another_origin(tmp_path) as site:
        page.locator("#snippet-html summary").click()
        page.locator("#snippet-html").get_by_role("link", name="Go there").click()
        page.get_by_label("Origins").fill(site)
        page.get_by_role("button", name="Save").click()
        page.goto("/s/gazette/integrations")
        assert "Waiting for your first comment" in page.inner_text("#waiting")
        reader = page.context.browser.new_page()
        reader.goto(site)
        reader.get_by_label("Name:").fill("Asha Shenoy")
        reader.get_by_label("E-mail:").fill("asha@reader.example")
        reader.get_by_label("Comment:").fill("A fair report, thank you.")
        reader.get_by_label("I have read this and agree.").check()
        reader.get_by_role("button", name="Post comment").click()
        reader.get_by_role("heading", name="Your comment is published").wait_for()
        page.wait_for_selector("#waiting.arrived", timeout=10_000)
        assert "Live comments arrive" in page.inner_text("#waiting")


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/s/gazette/integrations")
    page.click("text=Make a live key")
    places = ["", *(f"/s/gazette/integrations{path}" for path in ("", "/callbacks", "/calls"))]
    for place in places:
        if place:
            page.goto(place)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place


def test_without_script_a_link_looks_again(room: Newsroom, page: Page) -> None:
    context = page.context.browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(f"{page.evaluate('location.origin')}/s/gazette/integrations")
    plain.click("text=Look again")
    assert plain.url.endswith("/s/gazette/integrations#waiting")
    context.close()
