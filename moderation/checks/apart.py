"""Spellings that set a word apart: single letters in a row (`i d i o t`, `f u ck`), or a word cut in two (`fu ck`).

- Only runs with a short token that is no word by itself are looked at; what is joined begins and ends where tokens do, so
  `as sess` never becomes a word inside another.
- What the tokens are decides first; where they stand is worked out only for those that may spell a listed word.

The proof that joined letters spell a listed word is evasions.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from moderation.checks.common_words import COMMON
from moderation.checks.evasions import (
    ENDS,
    LEET_LETTERS,
    LEET_TABLE,
    LONG_WORD,
    Candidate,
    join_pieces,
    may_begin,
    skeleton,
)
from moderation.text.disguise import MARKS

SHORT_TOKEN: Final = 3
FEWEST_SINGLES: Final = 2
MARK: Final = re.compile(f"[{MARKS}]")


class Tokens:
    """The tokens of a text, and where each begins once somebody asks."""

    def __init__(self, text: str, words: Sequence[str]) -> None:
        self.text = text
        self.words = words
        self._starts: list[int] = []

    def start(self, at: int) -> int:
        """Where a token begins in the text."""
        if not self._starts:
            place = 0
            for word in self.words:
                place = self.text.index(word, place)
                self._starts.append(place)
                place += len(word)
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


def read_apart(tokens: Tokens, short: Sequence[int], beginnings: frozenset[str]) -> Iterator[Candidate]:
    """What the tokens around short ones may spell together; `short` are the places of those that are no words."""
    done = -1
    for at in short:
        if tokens.words[at].rstrip(ENDS).isalpha():
            yield from _join_two(tokens, at - 1, beginnings)
            yield from _join_two(tokens, at, beginnings)
        if at > done:
            first, done = _widen(tokens, at)
            yield from _join_run(tokens, first, done, beginnings)


def _widen(tokens: Tokens, at: int) -> tuple[int, int]:
    """The first and last token of the run of short tokens that a token stands in; the last may be longer."""
    words = tokens.words
    first = last = at
    while first and len(words[first - 1]) <= SHORT_TOKEN:
        first -= 1
    while last < len(words) - 1 and len(words[last]) <= SHORT_TOKEN and len(words[last + 1]) <= LONG_WORD:
        last += 1
    if last == first or _singles(words[first : last + 1]) < FEWEST_SINGLES:
        return first, last
    begin = end = at
    while begin > first and tokens.gap(begin - 1) <= SHORT_TOKEN:
        begin -= 1
    while end < last and tokens.gap(end) <= SHORT_TOKEN:
        end += 1
    return begin, end


def _join_run(tokens: Tokens, first: int, last: int, beginnings: frozenset[str]) -> Iterator[Candidate]:
    """Short tokens joined, when at least two are single letters; as they stand and as leet."""
    run = tokens.words[first : last + 1]
    if _singles(run) < FEWEST_SINGLES or all(token in COMMON for token in run):
        return
    at = tokens.start(first)
    stretch = tokens.text[at : tokens.end(last)]
    leet = stretch.translate(LEET_TABLE)
    for spelled in dict.fromkeys((stretch, leet)):
        yield from join_pieces(spelled, at, beginnings, alone=False)


def _singles(run: Sequence[str]) -> int:
    """How many tokens are one letter, with the vowel signs that an Indic one may have."""
    return sum([len(token) == 1 or (not token.isascii() and len(MARK.sub("", token)) == 1) for token in run])


def _join_two(tokens: Tokens, first: int, beginnings: frozenset[str]) -> Iterator[Candidate]:
    """A token and its neighbour as one word, unless both are words themselves."""
    words = tokens.words
    if first < 0 or first > len(words) - 2:
        return
    one, two = words[first], words[first + 1].rstrip(ENDS)
    if not (one.isalpha() and two.isalpha()) or len(one) > LONG_WORD or len(two) > LONG_WORD:
        return
    head = (one + two)[:SHORT_TOKEN]
    if head not in beginnings and "l" not in head and head[:1] != head[1:2] != head[2:]:
        return  # what most neighbours are: no skeleton of a listed word begins so
    if (one in COMMON and two in COMMON) or not may_begin(skeleton(one + two), beginnings) or tokens.gap(first) != 1:
        return
    start = tokens.start(first)
    if tokens.text[max(0, start - 1)] != "'":
        yield Candidate(one + two, start, tokens.start(first + 1) + len(two), 2, split=True)
