"""A field of a comment as pieces for a page: what was found is underlined and numbered, what is invisible is named.

What this file decides
- Pieces follow each other and lose nothing; a piece carries the numbers of all reasons whose span covers it.
- The number is printed once, where the span ends.
- Comment text is hostile: a piece is text, never markup, and a link in it is text as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from moderation.text.show import show_parts


@dataclass(frozen=True, slots=True)
class Mark:
    """Code points `start` to `end` belong to reason `number`."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text as shown; `ends` are the reasons whose span ends with it."""

    text: str
    numbers: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    hidden: bool = False


def cut_pieces(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """The text in order, cut wherever a mark begins or ends and wherever a character is named."""
    inside = [Mark(max(0, m.start), min(len(text), m.end), m.number) for m in marks if m.start < m.end]
    edges = sorted({edge for mark in inside for edge in (mark.start, mark.end)})
    pieces = []
    for part in show_parts(text):
        bounds = [part.start, *(e for e in edges if part.start < e < part.end), part.end]
        for start, end in pairwise(bounds):
            words = part.text if part.hidden else text[start:end]
            pieces.append(_piece(words, start, end, inside, hidden=part.hidden))
    return pieces


def _piece(words: str, start: int, end: int, marks: Sequence[Mark], *, hidden: bool) -> Piece:
    numbers = tuple(sorted({m.number for m in marks if m.start <= start and end <= m.end}))
    ends = tuple(sorted({m.number for m in marks if m.end == end and m.start <= start}))
    return Piece(words, numbers, ends, hidden)
