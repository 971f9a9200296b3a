"""Spellings within one token that dodge a list, and the proof that one of them spells a listed word.

- A token is doubtful when it has signs or digits beside letters, or a stretched letter.
- Each is tried as leet, with its signs as gaps, and with its digits as gaps too; what is joined begins and ends where a
  piece of the token does.
- Candidates meet listed words by their skeleton (stretches once, `l` as `i`, since `1` and `!` stand for both); then
  every letter is proved: none may be missing, and one that is too many must be stretched as people stretch letters.

Letters that stand in several tokens are apart.py's, hidden ones masks.py's; which words are listed is the matcher's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from moderation.checks.common_words import COMMON
from moderation.text.disguise import LEET, MARKS

EITHER: Final = "\x01"
LEET_LETTERS: Final = {**LEET, "1": EITHER, "!": EITHER, "|": EITHER}
LEET_TABLE: Final = str.maketrans(LEET_LETTERS)
DIGIT_LETTERS: Final = str.maketrans({digit: LEET_LETTERS.get(digit, " ") for digit in "0123456789"})
DIGIT: Final = re.compile("[0-9]")
SKELETON: Final = str.maketrans({EITHER: "i", "l": "i"})
REPEATED: Final = re.compile(r"(.)\1+", re.DOTALL)
LONGEST: Final = 26
LONG_WORD: Final = 6
MOST_LETTERS: Final = 2 * LONGEST
STRETCH: Final = 3
PREFIXES: Final = (3, 5, 8, 12)
# Letters that English never doubles, and Indian languages in Roman letters only as a long vowel.
NEVER_DOUBLED: Final = frozenset("aiuhjkqvwxy")
OFTEN_DOUBLED: Final = frozenset("eflosz")  # at the end of honest words
OPENERS: Final = "\"'([{-…/~.,"
ENDS: Final = ".,;:?!\"'()[]{}-…/~"
PART: Final = re.compile(f"(?:[^\\W_]|[{MARKS}{EITHER}])+")
PLAIN: Final = re.compile(f"(?:[^\\W\\d_]|[{MARKS}])+(?:'(?:s|t|re|ll|ve|d|m))?")
DOUBLED: Final = re.compile(r"([^\W\d_])\1")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Letters that may spell a listed word, where they stand, and how they stood: `pieces`, and `split` in two by a space."""

    letters: str
    start: int
    end: int
    pieces: int
    split: bool = False


def skeleton(letters: str) -> str:
    """What all stretched and leet spellings of a word have in common."""
    return REPEATED.sub(r"\1", letters.translate(SKELETON))


def beginnings_of(bones: Iterable[str]) -> frozenset[str]:
    """How skeletons of listed words begin, so that a candidate is given up as soon as none begins so."""
    return frozenset(bone[:length] for bone in bones for length in PREFIXES if len(bone) >= length)


def may_begin(bones: str, beginnings: frozenset[str]) -> bool:
    """Whether some listed word begins as these letters do."""
    for length in PREFIXES:
        if len(bones) < length:
            return True
        if bones[:length] not in beginnings:
            return False
    return True


def read_token(token: str, beginnings: frozenset[str]) -> Iterator[Candidate]:
    """Readings of one token of a folded text whose skeletons begin as some listed word does; places count from its start."""
    core = token.lstrip(OPENERS).rstrip(ENDS)
    if not (core.isalpha() or PLAIN.fullmatch(core)):
        yield from _read_signed(token, beginnings)
    if DOUBLED.search(token):
        for part in PART.finditer(token[: LONGEST * STRETCH]):
            if may_begin(skeleton(part[0]), beginnings):
                yield Candidate(part[0], part.start(), part.end(), 1)


def _read_signed(token: str, beginnings: frozenset[str]) -> Iterator[Candidate]:
    """A token as leet, with signs as gaps, and with digits as gaps too."""
    edge = len(token.rstrip("!|+,.;:?"))
    spellings = [token[:edge].translate(LEET_TABLE) + token[edge:]]
    if DIGIT.search(token):
        spellings += (token.translate(DIGIT_LETTERS), DIGIT.sub(" ", token))
    else:
        spellings.append(token)
    for spelled in dict.fromkeys(spellings):
        yield from join_pieces(spelled, 0, beginnings, alone=spelled != token)


def join_pieces(letters: str, at: int, beginnings: frozenset[str], *, alone: bool) -> Iterator[Candidate]:
    """Neighbouring pieces joined while a listed word may begin so; a piece `alone` only when leet or digits changed it."""
    pieces = [(match[0], at + match.start(), at + match.end()) for match in PART.finditer(letters)]
    for first, (begin, *_) in enumerate(pieces):
        if first and len(begin) == 1 and pieces[first - 1][0] == begin:
            continue  # a stretched letter: the candidate that began with it has it all
        joined = ""
        for count, (piece, _, end) in enumerate(pieces[first : first + MOST_LETTERS + 1], 1):
            joined += piece
            if len(joined) > MOST_LETTERS:
                break
            if len(joined) >= PREFIXES[0] and not may_begin(skeleton(joined), beginnings):
                break
            if count > 1 and all(one in COMMON for one, *_ in pieces[first : first + count]):
                continue
            if count > 1 or alone:
                yield Candidate(joined, pieces[first][1], end, count)


def spells(candidate: str, word: str) -> bool:
    """Whether a candidate with a word's skeleton is that word, leet and stretches allowed."""
    match = _spelling(word).fullmatch(candidate)
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
