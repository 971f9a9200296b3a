"""Where the sentences of a text begin and end.

- A sentence ends at `.`, `!`, `?`, `…`, a danda or a full-width stop before a blank, and at a line's end.
- White space around a sentence belongs to none; a text without an end mark is one sentence.
- There are at most `most` sentences: what lies behind the last but one belongs to the last.
"""

from __future__ import annotations

import re
from typing import Final

END: Final = re.compile(r"[.!?…।॥؟。！？]+[\"'”’)\]]*(?=\s|$)|(?<=[。！？])|\n+")
MOST: Final = 64
Bounds = tuple[int, int]


def find_sentences(text: str, most: int = MOST) -> list[Bounds]:
    """Start and end of every sentence, in code points, end exclusive."""
    found: list[Bounds] = []
    start = 0
    for mark in END.finditer(text):
        if len(found) == most - 1:
            break
        bounds = _trimmed(text, start, mark.end())
        if bounds:
            found.append(bounds)
        start = mark.end()
    last = _trimmed(text, start, len(text))
    return [*found, last] if last else found


def _trimmed(text: str, start: int, end: int) -> Bounds | None:
    part = text[start:end]
    left = len(part) - len(part.lstrip())
    right = len(part.rstrip())
    return (start + left, start + right) if right > left else None
