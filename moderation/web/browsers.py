"""A browser as people call it, from the words that it sends of itself: `Firefox, Windows`."""

from __future__ import annotations

from typing import Final

# The more particular ones first: every browser claims to be several others.
NAMES: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
MACHINES: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_of(agent: str) -> str:
    """Browser and machine; what names neither is given as it is, cut short."""
    name = next((words for sign, words in NAMES if sign in agent), "")
    machine = next((words for sign, words in MACHINES if sign in agent), "")
    return ", ".join(part for part in (name, machine) if part) or agent[:60]
