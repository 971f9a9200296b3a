"""Spellings that set a word apart: single letters in a row (`i d i o t`, `f u ck`), or a word cut in two (`fu ck`).

- Only runs with a short token that is no word by itself are looked at; what is joined begins and ends where tokens do, so
  `as sess` never becomes a word inside another.
- What the tokens are decides first; where they stand is worked out only for those that may spell a listed word.

The proof that joined letters spell a listed word is skeletons.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from moderation.checks.common_words import COMMON
from moderation.checks.evasions import ENDS, LEET_LETTERS, LEET_TABLE, join_pieces
from moderation.checks.skeletons import LONG_WORD, Skeletons, Spelled, skeleton
from moderation.text.disguise import MARKS

SHORT_TOKEN: Final = 3
FEWEST_SINGLES: Final = 2
SINGLE: Final = re.compile(f"[{MARKS}]*[^{MARKS}][{MARKS}]*")
"""One letter, with the vowel signs that an Indic one may have."""
WIDE_GAP: Final = re.compile(rf"\s{{{SHORT_TOKEN + 1}}}")


class Tokens:
    """The tokens of a text, and where each begins once somebody asks."""

    def __init__(self, text: str, words: Sequence[str]) -> None:
        self.text = text
        self.words = words
        self._starts: list[int] = []
        self._after = 0

    def start(self, at: int) -> int:
        """Where a token begins in the text."""
        for word in self.words[len(self._starts) : at + 1]:
            self._starts.append(self.text.index(word, self._after))
            self._after = self._starts[-1] + len(word)
        return self._starts[at]

    def end(self, at: int) -> int:
        """Where a token ends in the text, exclusive."""
        return self.start(at) + len(self.words[at])

    def gap(self, at: int) -> int:
        """How many characters stand between a token and the one after it."""
        return self.start(at + 1) - self.end(at)


def is_short(token: str) -> bool:
    """Whether a token is short, no word by itself, and more than signs or a number."""
    core = token.strip(ENDS)
    if len(token) > SHORT_TOKEN or core in COMMON or (core.isdigit() and len(core) > 1):
        return False
    return any(letter.isalpha() or letter in LEET_LETTERS for letter in core)


def is_front(token: str, listed: Skeletons) -> bool:
    """Whether a short token may be the first half of a listed word."""
    return token.isalpha() and listed.has_front(skeleton(token))


def is_back(token: str, listed: Skeletons) -> bool:
    """Whether a short token may be the second half of a listed word."""
    core = token.rstrip(ENDS)
    return core.isalpha() and listed.has_back(skeleton(core))


def read_apart(tokens: Tokens, short: Sequence[int], listed: Skeletons) -> list[Spelled]:
    """The listed words that runs around short tokens spell together; `short` are the places of those that are no words."""
    found: list[Spelled] = []
    if tokens.text.isascii() and [*map(len, tokens.words)].count(1) < FEWEST_SINGLES:
        return found  # most texts: no run in them can have enough single letters
    first = last = end = -1
    wide = False
    for at in short:
        if at > last:
            first, last = _widen(tokens.words, at)
            if _has_singles(tokens.words[first : last + 1]):
                wide = WIDE_GAP.search(tokens.text, tokens.start(first), tokens.end(last)) is not None
            else:
                end = last
        if at > end:
            start, end = _without_gaps(tokens, at, first, last) if wide else (first, last)
            found += _join_run(tokens, start, end, listed)
    return found


def _widen(words: Sequence[str], at: int) -> tuple[int, int]:
    """The first and last token of the run of short tokens that a token stands in; the last may be longer."""
    first = last = at
    while first and len(words[first - 1]) <= SHORT_TOKEN:
        first -= 1
    while last < len(words) - 1 and len(words[last]) <= SHORT_TOKEN and len(words[last + 1]) <= LONG_WORD:
        last += 1
    return first, last


def _without_gaps(tokens: Tokens, at: int, first: int, last: int) -> tuple[int, int]:
    """The part around a token, of a run of tokens, that no wide gap cuts."""
    start = end = at
    while start > first and tokens.gap(start - 1) <= SHORT_TOKEN:
        start -= 1
    while end < last and tokens.gap(end) <= SHORT_TOKEN:
        end += 1
    return start, end


def _join_run(tokens: Tokens, first: int, last: int, listed: Skeletons) -> Iterator[Spelled]:
    """Short tokens joined, when at least two are single letters; as they stand and as leet."""
    run = tokens.words[first : last + 1]
    if not _has_singles(run) or all(token in COMMON for token in run):
        return
    at = tokens.start(first)
    stretch = tokens.text[at : tokens.end(last)]
    leet = stretch.translate(LEET_TABLE)
    for spelled in dict.fromkeys((stretch, leet)):
        yield from join_pieces(spelled, at, listed, alone=False)


def _has_singles(run: Sequence[str]) -> bool:
    """Whether enough tokens are one letter."""
    if len(run) < FEWEST_SINGLES:
        return False
    singles = sum([len(token) == 1 or (not token.isascii() and SINGLE.fullmatch(token) is not None) for token in run])
    return singles >= FEWEST_SINGLES


def read_cut(tokens: Tokens, at: int, listed: Skeletons) -> list[Spelled]:
    """The listed words that a token and the one after it spell together, unless both are words themselves."""
    words = tokens.words
    if not 0 <= at < len(words) - 1:
        return []
    one, two = words[at], words[at + 1].rstrip(ENDS)
    if max(len(one), len(two)) > LONG_WORD or len(one) + len(two) <= SHORT_TOKEN:
        return []
    if not (one.isalpha() and two.isalpha()):
        return []
    bones = skeleton(one + two)
    if bones not in listed.words or (one in COMMON and two in COMMON) or tokens.gap(at) != 1:
        return []
    start = tokens.start(at)
    if tokens.text[max(0, start - 1)] == "'":
        return []
    end = start + len(one) + 1 + len(two)
    return [Spelled(word, start, end, 2, split=True) for word in listed.spelled(one + two, bones)]
