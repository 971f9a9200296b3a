"""Live numbers with several serving processes: whichever of them takes a case, the pages of all hear of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.cli.conftest import Home, call, comment

SAME = {"Sec-Fetch-Site": "same-origin"}
MOST = 40  # streams until each process has one


def invited(home: Home, name: str) -> str:
    """The path of the link for a new moderator."""
    words = (f"{name}@desk.example", "--name", name, "--site", "demo", "--role", "moderator", "--json")
    return urlsplit(home.json("user", "add", *words)["link"]).path


def signed_in(base: str, path: str) -> httpx.Client:
    """A browser after pressing the button behind a link."""
    browser = httpx.Client(base_url=base.replace("127.0.0.1", "localhost"), timeout=20)
    assert browser.get(path).status_code == 200
    assert browser.post(path, headers=SAME).status_code == 303
    return browser


def process_of(stream: httpx.Response, children: list[str]) -> str:
    """Which serving process holds the other end of this connection."""
    port = stream.extensions["network_stream"].get_extra_info("client_addr")[1]
    ends = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inode = next(end[9] for end in ends if end[2].endswith(f":{port:04X}"))
    held = {pid: {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir()} for pid in children}
    return next(pid for pid, links in held.items() if f"socket:[{inode}]" in links)


def told(lines: Iterator[str]) -> dict:
    return next(json.loads(line[6:]) for line in lines if line.startswith("data: "))


def test_pages_of_every_process_hear_of_new_cases_and_claims(home: Home) -> None:
    home.run("first-run")
    key = home.json("keys", "create", "--site", "demo", "--json")["key"]
    links = [invited(home, "meera"), invited(home, "tara")]
    with home.serving("serve", "--workers", "2") as base, ExitStack() as stack:
        meera = stack.enter_context(closing(signed_in(base, links[0])))
        tara = stack.enter_context(closing(signed_in(base, links[1])))
        parent = home.last.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        lines: dict[str, Iterator[str]] = {}
        for _ in range(MOST):
            stream = meera.stream("GET", "/s/demo/live", headers={"Accept": "text/event-stream"})
            answer = stack.enter_context(stream)
            lines.setdefault(process_of(answer, children), answer.iter_lines())
            if len(lines) == 2:
                break
        assert len(lines) == 2
        assert [told(one)["open"] for one in lines.values()] == ["0", "0"]
        assert call(f"{base}/api/v1/comments", comment("You are an idiot."), key)[1]["status"] == "held"
        assert [(new["open"], new["new"]) for new in map(told, lines.values())] == [("1", "1")] * 2
        shown = re.search(r'data-case="([^"]+)"', tara.get("/s/demo/queue").text)
        assert shown
        assert [told(one)["claimed"] for one in lines.values()] == [[shown[1]]] * 2
