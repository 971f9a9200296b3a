"""From marked tokens to marked words, and how well they meet what people marked."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from moderation.scoring.calibration import sigmoid
from moderation.scoring.token_marks import Bar

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")


def mark_words(text: str, offsets: Sequence[tuple[int, int]], marked: np.ndarray) -> list[tuple[int, int]]:
    """Spans of whole words (words of which a token is marked), joined where only white space parts them."""
    words = [match.span() for match in WORD.finditer(text)]
    spans: list[tuple[int, int]] = []
    first = 0
    for (start, end), hit in zip(offsets, marked, strict=True):
        if not hit or end <= start:
            continue
        while first < len(words) and words[first][1] <= start:
            first += 1
        touched = [one for one in words[first : first + end - start + 1] if one[0] < end and one[1] > start]
        left = min([start, *(one[0] for one in touched)])
        right = max([end, *(one[1] for one in touched)])
        if spans and not text[spans[-1][1] : left].strip():
            spans[-1] = (spans[-1][0], max(right, spans[-1][1]))
        else:
            spans.append((left, right))
    return spans


def mark_all(
    texts: Sequence[str], marks: Sequence[tuple[Sequence[tuple[int, int]], np.ndarray]], bar: Bar
) -> list[list[tuple[int, int]]]:
    """The spans of toxic words of every text, from its tokens' offsets and logits."""
    found = []
    for text, (offsets, logits) in zip(texts, marks, strict=True):
        found.append(mark_words(text, offsets, bar.reached(sigmoid(logits[:, 0].astype(np.float64)))))
    return found


def mean_f1(found: Sequence[Sequence[tuple[int, int]]], truth: Sequence[Sequence[tuple[int, int]]]) -> float:
    """Mean F1 of characters per comment; 1 when both are empty."""
    total = 0.0
    for ours, theirs in zip(found, truth, strict=True):
        mine = {at for start, end in ours for at in range(start, end)}
        right = {at for start, end in theirs for at in range(start, end)}
        total += 1.0 if not mine and not right else 2 * len(mine & right) / (len(mine) + len(right))
    return total / max(1, len(found))
