"""Fold texts for counting n-grams and put them behind one another, as arrays that know where each letter stood.

What this file decides
- A letter is judged folded: compatibility form, lower case, without accents or invisible characters; Indian vowel
  signs stay, they are part of the word.
- White space is one blank and a letter stands at most twice in a row, so `fuuuuck` and `fuuck` are the same.
- A word is a run of letters, digits, marks and `_`.

The stricter folding against evasions (look-alikes, leet, letters apart) is `moderation.text`'s; scorers that want it
ask for it by name.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

BLANK: Final = 32
EDGE: Final = 0x10FFFF
"""A code point that no text holds; it stands before and after each text, and no n-gram reaches across it."""
FIRST_PLANE: Final = 0x10000
REMEMBERED: Final = 100_000

_BLANKS: Final = np.array(
    [0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000], np.uint32
)
_INVISIBLE: Final = (
    (0x00AD, 0x00AD),
    (0x0300, 0x036F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xE0000, 0xE01EF),
)


I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Stream:
    """Folded texts behind one another: code points, and for each where it stood in which text."""

    codes: U32
    origin: I64
    owner: I64
    word_starts: I64
    word_ends: I64


class _Fold(dict[int, str]):
    """What a code point becomes when texts are compared; worked out once for each that is met."""

    def __missing__(self, code: int) -> str:
        bare = "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if not _is_invisible(ord(c)))
        folded = unicodedata.normalize("NFC", bare).lower()
        if len(self) < REMEMBERED:
            self[code] = folded
        return folded


_FOLD: Final = _Fold()


def _is_invisible(code: int) -> bool:
    return any(low <= code <= high for low, high in _INVISIBLE)


def fold_letters(text: str) -> tuple[str, I64 | None]:
    """Fold a text letter by letter; the second part says where each folded letter stood (None: where it stands)."""
    if text.isascii():
        return text.lower(), None
    pieces = [_FOLD[ord(letter)] for letter in text]
    folded = "".join(pieces)
    lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
    if len(folded) == len(text) and lengths.max(initial=0) == 1:
        return folded, None
    return folded, np.repeat(np.arange(len(text), dtype=np.int64), lengths)


@cache
def _letter_kinds() -> npt.NDArray[np.uint8]:
    """Of each code point of the first plane: 1 for a part of a word (letters, digits, `_`, marks), 2 for a blank."""
    table = np.zeros(FIRST_PLANE, dtype=np.uint8)
    for code in range(FIRST_PLANE):
        table[code] = unicodedata.category(chr(code))[0] in "LNM" or code == ord("_")
    table[: BLANK + 1] = 2
    table[_BLANKS] = 2
    table[FIRST_PLANE - 1] = 0  # stands for all code points beyond
    return table


def read_stream(texts: Sequence[str]) -> Stream:
    """Fold texts and put them behind one another."""
    parts: list[str] = []
    places: list[I64] = []
    lengths: list[int] = []
    edge = chr(EDGE)
    none = np.full(1, -1, dtype=np.int64)
    for text in texts:
        folded, origin = fold_letters(text)
        parts += (" ", folded, " ", edge)
        lengths.append(len(folded) + 3)
        places += (none, np.arange(len(folded), dtype=np.int64) if origin is None else origin, none, none)
    raw = "".join(parts).encode("utf-32-le" if sys.byteorder == "little" else "utf-32-be", "surrogatepass")
    codes = np.frombuffer(raw, dtype=np.uint32)
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    origin = np.concatenate(places) if places else np.empty(0, dtype=np.int64)
    return _squeeze(codes, origin, owner)


def _squeeze(codes: U32, origin: I64, owner: I64) -> Stream:
    """Make white space one blank, drop the third and further of equal letters, and find the words."""
    kinds = _letter_kinds()[np.minimum(codes, FIRST_PLANE - 1)]
    blank = kinds == 2  # noqa: PLR2004
    codes = np.where(blank, np.uint32(BLANK), codes)
    same = np.zeros(len(codes) + 1, dtype=bool)
    same[1:-1] = codes[1:] == codes[:-1]
    keep = ~same[:-1]
    keep[1:] |= ~(blank[1:] | same[:-2])
    codes, origin, owner, kinds = codes[keep], origin[keep], owner[keep], kinds[keep]
    inside = np.zeros(len(codes) + 2, dtype=np.int8)
    inside[1:-1] = kinds == 1
    change = np.diff(inside)
    return Stream(codes, origin, owner, np.flatnonzero(change == 1), np.flatnonzero(change == -1))
