"""Offsets into a text: code points as we keep them, UTF-16 units as a browser wants them.

- A span is `(start, end)`, end exclusive, in Unicode code points of the field as it was given.
- An offset inside a surrogate pair belongs to the character that it would cut.
- Merged spans are sorted, and touch or overlap no other span of the same label.

What a span means is said by its label; this file never looks at it but to tell labels apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from moderation.vocabulary import Span

FIRST_ASTRAL = "\U00010000"


def utf16_offsets(text: str) -> Sequence[int]:
    """For every code point offset, the end of the text included, its offset in UTF-16 units."""
    if text.isascii():
        return range(len(text) + 1)
    return tuple(accumulate((2 if letter >= FIRST_ASTRAL else 1 for letter in text), initial=0))


def to_utf16(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in UTF-16 units, for a page's script; those outside the text are clipped."""
    offsets = utf16_offsets(text)
    return tuple(Span(offsets[s.start], offsets[s.end], s.label) for s in clip_spans(spans, len(text)))


def from_utf16(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in code points of spans in UTF-16 units; one that cuts a surrogate pair takes all of it."""
    offsets = utf16_offsets(text)
    found = []
    for span in clip_spans(spans, offsets[-1]):
        start = bisect_right(offsets, span.start) - 1
        end = bisect_right(offsets, span.end) - 1
        found.append(Span(start, end if offsets[end] == span.end else end + 1, span.label))
    return tuple(found)


def clip_spans(spans: Iterable[Span], length: int) -> tuple[Span, ...]:
    """The parts of spans that lie inside `0..length`; what is empty then falls away."""
    cut = (Span(max(0, s.start), min(length, s.end), s.label) for s in spans)
    return tuple(s for s in cut if s.start < s.end)


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted spans, those of one label that touch or overlap joined into one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.label, s.start, s.end)):
        last = merged[-1] if merged else None
        if last is not None and last.label == span.label and span.start <= last.end:
            merged[-1] = Span(last.start, max(last.end, span.end), span.label)
        else:
            merged.append(span)
    return tuple(sorted(merged, key=lambda s: (s.start, s.end, s.label)))
