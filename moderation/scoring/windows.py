"""Judge the whole of a long text: cut it into windows that overlap and let the worst window speak.

What this file decides
- A text is read up to `LONGEST` code points and `MOST_WINDOWS` windows; what lies behind is cut and the score says so.
- Windows overlap, so that an insult on a seam is whole in one of them; a window ends at a blank where one is near.
- Of a label the highest value of any window counts; spans of all windows are united.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from moderation.vocabulary import Span

LONGEST: Final = 20_000
MOST_WINDOWS: Final = 64
Bounds = tuple[int, int]


def count_windows(length: int, size: int, overlap: int) -> list[Bounds]:
    """Windows over `length` places, each at most `size` long, neighbours sharing `overlap` places."""
    if not 0 <= overlap < size:
        raise ValueError("windows have to overlap by less than their size")
    if length <= size:
        return [(0, length)]
    starts = range(0, length - overlap, size - overlap)
    return [(start, min(start + size, length)) for start in starts]


def cut_text(text: str, size: int, overlap: int) -> list[Bounds]:
    """Windows over a text that begin and end at blanks where there is one in the overlap."""
    windows = []
    for start, end in count_windows(len(text), size, overlap):
        if start:
            blank = text.find(" ", start, start + overlap // 2)
            start = blank if blank >= 0 else start  # noqa: PLW2901
        if end < len(text):
            blank = text.rfind(" ", end - overlap // 2, end)
            end = blank if blank >= 0 else end  # noqa: PLW2901
        windows.append((start, end))
    return windows


def shorten(text: str) -> tuple[str, bool]:
    """The part of a text that is read, and whether something was cut."""
    return text[:LONGEST], len(text) > LONGEST


def take_worst(values: npt.NDArray[np.float64], counts: Sequence[int]) -> npt.NDArray[np.float64]:
    """The highest value of each column over the windows of each text; `counts` says how many windows a text has."""
    starts = np.cumsum([0, *counts[:-1]])
    worst: npt.NDArray[np.float64] = np.maximum.reduceat(values, starts, axis=0)
    return worst


def unite_spans(spans: Iterable[Span], text: str) -> tuple[Span, ...]:
    """Join spans of one label that overlap, touch, or are parted by white space only; sorted by place."""
    every = list(spans)
    united: list[Span] = []
    for label in sorted({span.label for span in every}):
        run: Span | None = None
        for span in sorted((s for s in every if s.label == label), key=lambda s: (s.start, s.end)):
            if run and (span.start <= run.end or not text[run.end : span.start].strip()):
                run = Span(run.start, max(run.end, span.end), label)
            else:
                united += [run] if run else []
                run = span
        united += [run] if run else []
    return tuple(sorted(united, key=lambda s: (s.start, s.end, s.label)))
