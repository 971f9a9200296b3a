"""The links of a comment, to be opened by whoever asks for them.

What this file decides
- In the text a link is text. Apart from it, behind a summary that must be opened first, each is a real link to a web address.
- Only `http` and `https` are made pressable; a bare domain must be one that can be registered.
- What is shown is the address itself, with its invisible signs named, never words that claim to be one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from moderation.checks.links import LINK, host_of, registered
from moderation.text.show import show

MOST: Final = 20
TRAILING: Final = ".,;:!?)]}'\""


@dataclass(frozen=True, slots=True)
class Link:
    """An address as shown and as pressed."""

    shown: str
    address: str


def find_links(texts: Iterable[str]) -> tuple[Link, ...]:
    """The web addresses of some texts, each once, in their order."""
    found: dict[str, Link] = {}
    for text in texts:
        for match in LINK.finditer(text):
            written = match.group().rstrip(TRAILING)
            address = _address(written)
            if address:
                found.setdefault(address, Link(show(written), address))
    return tuple(found.values())[:MOST]


def _address(written: str) -> str:
    scheme, sign, _ = written.partition("://")
    if sign:
        return written if scheme.lower() in {"http", "https"} else ""
    return f"https://{written}" if registered(host_of(written)) else ""
