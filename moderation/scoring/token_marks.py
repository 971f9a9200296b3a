"""From marked tokens to marked words of the text as it was given.

What this file decides
- A token is marked when its probability reaches the card's threshold.
- A marked token marks the whole word that it lies in: letters, digits, marks and apostrophes.
- Marked words that only white space parts are one span.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from moderation.scoring.windows import unite_spans
from moderation.vocabulary import Span

_WORD: Final = re.compile(r"(?:\w|[’'\u0300-\u036f\u0900-\u0dff])+")


def mark_tokens(text: str, offsets: Sequence[tuple[int, int]], marked: Sequence[bool], label: str) -> tuple[Span, ...]:
    """The words in which marked tokens lie, as spans of `label`."""
    words = [match.span() for match in _WORD.finditer(text)] if any(marked) else []
    found: list[Span] = []
    at = 0
    for (start, end), is_marked in zip(offsets, marked, strict=True):
        if not is_marked or end <= start:
            continue
        while at < len(words) and words[at][1] <= start:
            at += 1
        inside = [word for word in words[at : at + end - start + 1] if word[0] < end]
        found.append(Span(min([start, *(w[0] for w in inside)]), max([end, *(w[1] for w in inside)]), label))
    return unite_spans(found, text)
