"""What every answer of the pages says to the browser."""

from __future__ import annotations

import re

import pytest

from tests.web.newsroom import Newsroom


@pytest.mark.parametrize(
    "path", ["/s/gazette/queue", "/s/gazette/list", "/me", "/sign-in", "/no/such/page", "/static/app.css"]
)
def test_nothing_inline_runs_nothing_foreign_loads_and_nobody_frames_us(room: Newsroom, path: str) -> None:
    room.held()
    policy = room.browser(room.person()).get(path).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert {rules[name] for name in ("script-src", "style-src", "img-src", "connect-src", "form-action")} == {"'self'"}


def test_pages_are_never_kept_and_versioned_files_for_a_year(room: Newsroom) -> None:
    meera = room.browser(room.person())
    page = meera.get("/s/gazette/queue")
    assert page.headers["cache-control"] == "no-store"
    style = re.search(r'href="([^"]+app\.css\?v=[^"]+)"', page.text).group(1)
    assert "immutable" in meera.get(style).headers["cache-control"]
