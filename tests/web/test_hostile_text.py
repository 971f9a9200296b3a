"""Readers' words on every page of the moderators: text that turns the line around is named, and none of it is markup."""

from __future__ import annotations

import re

from moderation.vocabulary import Role
from tests.web.newsroom import Browser, Newsroom, Page

TRICK = "\u202e<b>idiot"
NAMED = "⟨U+202E⟩"
HOSTILE = {"name": f"{TRICK} Asha", "parent_id": None}


def decided_together(meera: Browser) -> tuple[Page, str]:
    """The preview of a bulk decision, and the address of its batch."""
    page = Page(meera.get("/s/gazette/list"))
    ids = re.findall(r'name="ids" value="([^"]+)"', page.html)
    form = {"csrf": page.csrf, "act": "reject:spam"}
    preview = Page(meera.post("/s/gazette/bulk", {**form, "ids": ids}))
    cases = re.findall(r'name="cases" value="([^"]+)"', preview.html)
    done = meera.post("/s/gazette/bulk/decide", {**form, "cases": cases, "count": str(len(cases))})
    return preview, done.headers["location"]


def test_no_page_lets_a_reader_turn_its_lines_around_or_write_markup(room: Newsroom) -> None:
    above = room.comment(f"{TRICK} above", **HOSTILE)
    room.comment(f"{TRICK} below", **{**HOSTILE, "parent_id": above})
    room.comment(f"{TRICK} below", **{**HOSTILE, "parent_id": above, "name": f"{TRICK} Bala", "ip": "203.0.113.8"})
    user = room.person(roles=[Role.MODERATOR, Role.EDITOR, Role.ADMIN])
    room.person("Tara Rao")
    meera = room.browser(user)
    first = meera.queue()
    author = re.search(r"/authors/(\w+)", first.html).group(1)
    handed = {**first.form, "view": "publish", "note": "look"}
    assert meera.post(f"/s/gazette/cases/{first.case}/opinion", handed).status_code == 303
    paths = ["queue", "list", "list?status=all", "list?group=cluster", "list?group=author", "opinions", "switches"]
    paths += [f"authors/{author}", f"comments/{above}", f"comments/{above}/carried", f"list?author={author}"]
    pages = {path: Page(meera.get(f"/s/gazette/{path}")) for path in paths}
    pages["preview"], batch = decided_together(meera)
    pages["batch"] = Page(meera.get(batch))
    pages["after"] = meera.queue()
    pages["decisions"] = Page(meera.get(f"/s/gazette/people/{user}/decisions"))
    for name, page in pages.items():
        assert page.status == 200, name
        assert "\u202e" not in page.html, (name, page.html.partition("\u202e")[0][-200:])
        assert "<b>idiot" not in page.html, name
        assert NAMED in page.html or name == "switches", name
