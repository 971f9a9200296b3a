"""From marked tokens to marked words of the text as it was given.

What this file decides
- A token is marked when its probability reaches a bar: the card's threshold, or a share of the highest probability in the
  text where that is lower, but never less than the card's least. Where nothing stands out, the words that come nearest to
  it are shown; in most harmless comments none comes near.
- A marked token marks the whole word that it lies in: letters, digits, marks and apostrophes.
- Marked words that only white space parts are one span.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from moderation.scoring.windows import unite_spans
from moderation.vocabulary import Span

_WORD: Final = re.compile(r"(?:\w|[’'\u0300-\u036f\u0900-\u0dff])+")


@dataclass(frozen=True, slots=True)
class Bar:
    """How probable a token must be to be marked, beside the others of its text."""

    threshold: float
    share: float = 1.0
    """Of the text's highest probability."""
    least: float = 1.0

    def reached(self, probabilities: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
        """Which of a text's tokens are marked."""
        highest = float(probabilities.max(initial=0.0))
        return probabilities >= min(self.threshold, max(self.least, self.share * highest))


def mark_tokens(text: str, offsets: Sequence[tuple[int, int]], marked: Sequence[bool], label: str) -> tuple[Span, ...]:
    """The words in which marked tokens lie, as spans of `label`."""
    if not any(marked):
        return ()
    words = [match.span() for match in _WORD.finditer(text)]
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
