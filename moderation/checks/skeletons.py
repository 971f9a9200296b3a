"""Listed words by their skeleton, and the proof that letters spell one of them.

- A skeleton is what all stretched and leet spellings of a word have in common: stretches once, `l` as `i`, since `1` and `!`
  stand for both.
- Letters with a listed word's skeleton are proved one by one: none may be missing, and one that is too many must be
  stretched as people stretch letters.

Which letters are joined is evasions.py's and apart.py's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

EITHER: Final = "\x01"
"""A sign that stands for `i` as well as for `l`."""
REPEATED: Final = re.compile(r"(.)\1+", re.DOTALL)
LONG_WORD: Final = 6
STRETCH: Final = 3
LONGEST: Final = 26
MOST_LETTERS: Final = 2 * LONGEST  # that are ever joined
PREFIXES: Final = (3, 5, 8, 12)
HALVES: Final = (1, 2, 3)  # how long the short half of a word cut in two may be
# Letters that English never doubles, and Indian languages in Roman letters only as a long vowel.
NEVER_DOUBLED: Final = frozenset("aiuhjkqvwxy")
OFTEN_DOUBLED: Final = frozenset("eflosz")  # at the end of honest words


@dataclass(frozen=True, slots=True)
class Spelled:
    """A listed word that letters spell, where they stand, and how they stood: `pieces`, and `split` in two by a space."""

    word: str
    start: int
    end: int
    pieces: int
    split: bool = False


def skeleton(letters: str) -> str:
    """What all stretched and leet spellings of a word have in common."""
    bones = letters.replace("l", "i").replace(EITHER, "i")
    return REPEATED.sub(r"\1", bones) if len(bones) > 1 and REPEATED.search(bones) else bones


class Skeletons:
    """Listed words, found by their skeletons."""

    def __init__(self, listed: Sequence[str]) -> None:
        bones = skeleton("\n".join(listed).replace(" ", "")).split("\n")
        self.words: dict[str, list[str]] = {}
        for bone, word in zip(bones, listed, strict=True):
            self.words.setdefault(bone, []).append(word)
        known = {*HALVES, *PREFIXES}
        self._beginnings = frozenset(bone[:length] for bone in bones for length in known if len(bone) >= length)
        self._endings = frozenset(bone[-length:] for bone in bones for length in HALVES)

    def reach(self, bones: str) -> int:
        """How many bones a listed word can have that begins as these do, as far as beginnings are known."""
        for length in PREFIXES:
            if bones[:length] not in self._beginnings:
                return length - 1
        return MOST_LETTERS

    def has_front(self, bones: str) -> bool:
        """Whether a listed word begins with these few bones."""
        return bones in self._beginnings

    def has_back(self, bones: str) -> bool:
        """Whether a listed word ends with these few bones."""
        return bones in self._endings

    def spelled(self, letters: str, bones: str) -> list[str]:
        """The listed words that letters with these bones spell."""
        return [word for word in self.words.get(bones, ()) if spells(letters, word.replace(" ", ""))]


def spells(letters: str, word: str) -> bool:
    """Whether letters with a word's skeleton are that word, leet and stretches allowed."""
    match = _spelling(word).fullmatch(letters)
    if match is None:
        return False
    if len(word) >= LONG_WORD:
        return True
    runs = [
        (len(given), len(list(run)), given[0]) for given, (_, run) in zip(match.groups(), groupby(word), strict=True)
    ]
    if len(word) == LONG_WORD - 1 and runs[-1][1] == 1 and runs[-1][2] not in OFTEN_DOUBLED:
        runs.pop()
    return all(given == count or given >= STRETCH or letter in NEVER_DOUBLED for given, count, letter in runs)


@lru_cache(maxsize=4096)
def _spelling(word: str) -> re.Pattern[str]:
    """All stretched and leet spellings of a word."""
    runs = [(re.escape(letter), len(list(run))) for letter, run in groupby(word)]
    return re.compile("".join(f"([{letter}{EITHER if letter in 'il' else ''}]{{{count},}})" for letter, count in runs))
