"""Under `/moderation/` of the site's own host, behind a real nginx, whether it keeps the prefix or takes it away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.factories import comment_body
from tests.screenshots import chromium, link_for
from tests.web.newsroom import Newsroom, open_newsroom
from tests.web.serving import serving

NGINX = os.environ.get("MODERATION_TEST_NGINX") or shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CONFIG = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location / {{ default_type text/html; return 200 "<title>The Gazette</title>"; }}
    location /moderation/ {{
      proxy_pass {app}{path};
      proxy_set_header Host $http_host;
      proxy_http_version 1.1;
    }}
  }}
}}
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def nginx(folder: Path, port: int, app: str, path: str) -> Iterator[None]:
    assert NGINX, "install nginx: apt-get install nginx-light"
    folder.mkdir()
    folder.chmod(0o755)
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, app=app.replace("localhost", "127.0.0.1"), path=path))
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(config)], stderr=subprocess.PIPE)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["", "/"], ids=["prefix kept", "prefix taken away"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Newsroom, str]]:
    port = free_port()
    base = f"http://localhost:{port}"
    room = open_newsroom(tmp_path, public_url=base, root_path="/moderation")
    with serving(room.app) as (app, _), nginx(tmp_path / "nginx", port, app, request.param):
        yield room, base
    room.world.close()


def follow_links(page: Page, base: str) -> None:
    """Every link and form of a page leads to a page of ours or of the article."""
    found = page.eval_on_selector_all(
        "a[href], form[action], script[src], link[href], img[src]", "all => all.map(e => e.href || e.action || e.src)"
    )
    for address in {one.split("#")[0] for one in found if one.startswith(base)}:
        assert address.startswith(f"{base}/moderation/"), address


def test_the_pages_work_under_a_path_of_the_sites_own_host(place: tuple[Newsroom, str]) -> None:
    room, base = place
    room.held(4)
    user = room.person()
    with chromium() as browser:
        page = browser.new_context().new_page()
        page.set_default_timeout(20_000)
        gone: list[str] = []
        page.on("response", lambda answer: gone.append(answer.url) if answer.status >= 400 else None)
        page.goto(f"{base}/moderation/s/gazette/queue")
        assert page.url == f"{base}/moderation/sign-in?next=/s/gazette/queue"
        page.goto(base + "/moderation" + link_for(room.world.service, user))
        page.click("button.publish")
        expect(page).to_have_url(f"{base}/moderation/s/gazette/queue")
        expect(page.locator("nav.rooms a[aria-current]")).to_contain_text("Queue")
        expect(page.locator("#stage .case-title")).to_be_focused(timeout=20_000)  # the page takes keys
        page.keyboard.press("f")
        expect(page.locator("#status")).to_contain_text("Published", timeout=20_000)
        page.keyboard.press("z")
        expect(page.locator("#status")).to_contain_text("Taken back", timeout=20_000)
        for path in ("list", "switches", "queue"):
            page.goto(f"{base}/moderation/s/gazette/{path}")
            follow_links(page, base)
        room.held(2, ip="203.0.113.77")
        expect(page.locator("[data-new]")).to_contain_text(
            "2 new", timeout=20_000
        )  # the stream comes through unbuffered
        page.goto(f"{base}/moderation/me")
        page.click("#second button")
        page.wait_for_load_state("load")
        assert page.locator(".enrol img").evaluate("picture => picture.naturalWidth") > 0
        page.click("text=Sign out >> nth=0")
        expect(page).to_have_url(f"{base}/moderation/sign-in")
        assert gone == []


def test_the_api_answers_under_the_path_as_well(place: tuple[Newsroom, str]) -> None:
    room, base = place
    headers = {"Authorization": f"Bearer {room.world.live}"}
    told = httpx.post(f"{base}/moderation/api/v1/comments", json=comment_body(), headers=headers, timeout=30)
    assert told.status_code in {200, 201}
    assert httpx.get(f"{base}/moderation/api/v1/comments/{told.json()['id']}", headers=headers).status_code == 200
    assert httpx.get(f"{base}/moderation/readyz").status_code == 200
    assert "The Gazette" in httpx.get(base).text
