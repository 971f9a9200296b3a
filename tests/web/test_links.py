"""Links of a comment are text until somebody asks for them, and then lead to the web and nowhere else."""

from __future__ import annotations

import re

import pytest

from moderation.web.links import find_links
from tests.web.newsroom import Newsroom


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("see https://example.com/a?b=1&c=2, and https://example.com/a?b=1&c=2.", ["https://example.com/a?b=1&c=2"]),
        ("www.cheap-pills.example.com now", ["https://www.cheap-pills.example.com"]),
        ("go to example.com/x", ["https://example.com/x"]),
        ("the end.Of the story", []),
        ("javascript:alert(1) data:text/html,x ftp://example.com/x", []),
        ("hxxps://example.com", []),
    ],
)
def test_only_web_addresses_can_be_pressed(text: str, addresses: list[str]) -> None:
    assert [link.address for link in find_links([text])] == addresses


def test_the_text_itself_holds_no_link(room: Newsroom) -> None:
    room.comment('You idiot, see https://evil.example.com/"><script>alert(1)</script> now')
    page = room.browser(room.person()).queue().html
    words = re.search(r'<div class="words"[^>]*>([\s\S]*?)</div>', page).group(1)
    assert "<a " not in words
    folded = re.search(r'<details class="aside links">([\s\S]*?)</details>', page).group(1)
    assert 'href="https://evil.example.com/" rel="noopener noreferrer nofollow"' in folded
    assert "<script>alert" not in page
