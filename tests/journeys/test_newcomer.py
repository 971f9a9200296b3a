"""What the README promises a newcomer, with real processes: start, paste the line, sign in, publish, and the site is told."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import time
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from tests.cli.conftest import Home, call, free_port, wait_ready
from tests.journeys.test_api_life import Receiver
from tests.screenshots import chromium


@pytest.mark.timeout(240)
def test_pasted_line_is_held_a_click_publishes_and_the_site_verifies_the_message(tmp_path: Path) -> None:
    port = free_port()
    base = f"http://localhost:{port}"
    home = Home(tmp_path, {"MODERATION_UNDO_SECONDS": "1", "MODERATION_PUBLIC_URL": base})
    receiver = Receiver()
    process = home.start("first-run", "--serve", "--port", str(port))
    try:
        wait_ready(f"http://127.0.0.1:{port}", process, tmp_path / "err.txt", seconds=120)
        printed = os.read(process.stdout.fileno(), 65536).decode()
        secret = _add_callback(home, receiver.url)
        line = next(line for line in printed.splitlines() if line.startswith("curl "))
        told = json.loads(subprocess.run(shlex.split(line), capture_output=True, check=True).stdout)
        assert told["status"] == "held"
        link = re.search(r"http://\S+/sign-in/link/\S+", printed)
        assert link is not None
        _publish_in_the_browser(link[0])
        messages = receiver.wait_for(2)
    finally:
        process.terminate()
        process.wait(60)
        receiver.close()
    assert [message["type"] for message in messages] == ["comment.held", "comment.published"]
    assert messages[1]["data"]["id"] == told["id"]
    for headers, body in receiver.got:
        Webhook(secret).verify(body, headers)


def _add_callback(home: Home, url: str) -> str:
    told = home.run("callbacks", "add", url, "--site", "demo", "--allow-private", "--json")
    return str(json.loads(told.stdout)["secret"])


def _publish_in_the_browser(link: str) -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name=re.compile("Publish")).first.click()
        page.get_by_text(re.compile("Published", re.IGNORECASE)).first.wait_for()
        time.sleep(0.1)
        page.close()


def test_what_is_served_answers_before_it_is_asked_for_people(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.serving("first-run", "--serve") as base:
        assert call(f"{base}/healthz")[1] == {"status": "ok"}
