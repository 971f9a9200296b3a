"""Spellings within one token that dodge a list: signs or digits beside letters, or a stretched letter.

- Each is tried as leet, with its signs as gaps, and with its digits as gaps too; what is joined begins and ends where a
  piece of the token does.
- What is joined is looked up by its skeleton before anything is made of it, and given up where no listed word begins so.

The proof that letters spell a listed word is skeletons.py's; letters that stand in several tokens are apart.py's, hidden ones
masks.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from moderation.checks.common_words import COMMON
from moderation.checks.skeletons import EITHER, LONGEST, MOST_LETTERS, PREFIXES, STRETCH, Skeletons, Spelled, skeleton
from moderation.text.disguise import LEET, MARKS

LEET_LETTERS: Final = {**LEET, "1": EITHER, "!": EITHER, "|": EITHER}
LEET_TABLE: Final = str.maketrans(LEET_LETTERS)
DIGIT_LETTERS: Final = str.maketrans({digit: LEET_LETTERS.get(digit, " ") for digit in "0123456789"})
DIGIT: Final = re.compile("[0-9]")
OPENERS: Final = "\"'([{-…/~.,"
ENDS: Final = ".,;:?!\"'()[]{}-…/~"
PART: Final = re.compile(f"(?:[^\\W_]|[{MARKS}{EITHER}])+")
PLAIN: Final = re.compile(f"(?:[^\\W\\d_]|[{MARKS}])+(?:'(?:s|t|re|ll|ve|d|m))?")
DOUBLED: Final = re.compile(r"([^\W\d_])\1")


def read_token(token: str, listed: Skeletons) -> Iterator[Spelled]:
    """The listed words that one token of a folded text may spell; places count from its start."""
    core = token.lstrip(OPENERS).rstrip(ENDS)
    if not (core.isalpha() or PLAIN.fullmatch(core)):
        yield from _read_signed(token, listed)
    if DOUBLED.search(token):
        for part in PART.finditer(token[: LONGEST * STRETCH]):
            for word in listed.spelled(part[0], skeleton(part[0])):
                yield Spelled(word, part.start(), part.end(), 1)


def _read_signed(token: str, listed: Skeletons) -> Iterator[Spelled]:
    """A token as leet, with signs as gaps, and with digits as gaps too."""
    edge = len(token.rstrip("!|+,.;:?"))
    spellings = [token[:edge].translate(LEET_TABLE) + token[edge:]]
    if DIGIT.search(token):
        spellings += (token.translate(DIGIT_LETTERS), DIGIT.sub(" ", token))
    else:
        spellings.append(token)
    for spelling in dict.fromkeys(spellings):
        yield from join_pieces(spelling, 0, listed, alone=spelling != token)


def join_pieces(letters: str, at: int, listed: Skeletons, *, alone: bool) -> Iterator[Spelled]:
    """Listed words that neighbouring pieces spell; a piece `alone` only when leet or digits changed it."""
    places = [match.span() for match in PART.finditer(letters)]
    pieces = [letters[start:end] for start, end in places]
    bones, bone_places = _join_bones(pieces)
    for first, piece in enumerate(pieces):
        if first and len(piece) == 1 and pieces[first - 1] == piece:
            continue  # a stretched letter: the word that began with it has it all
        left = bone_places[first][0]
        reach, length = left + listed.reach(bones[left : left + PREFIXES[-1]]), 0
        for last in range(first, len(pieces)):
            right = bone_places[last][1]
            length += len(pieces[last])
            if right > reach or length > MOST_LETTERS:
                break
            if bones[left:right] in listed.words and _is_disguise(pieces[first : last + 1], alone=alone):
                for word in listed.spelled("".join(pieces[first : last + 1]), bones[left:right]):
                    yield Spelled(word, at + places[first][0], at + places[last][1], last - first + 1)


def _join_bones(pieces: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The skeleton of all pieces together, and where that of each stands in it: two that meet in one letter share it."""
    joined: list[str] = []
    places: list[tuple[int, int]] = []
    end, letter = 0, ""
    for bone in map(skeleton, pieces):
        start = end - (bone[0] == letter)
        joined.append(bone[end - start :])
        end, letter = start + len(bone), bone[-1]
        places.append((start, end))
    return "".join(joined), places


def _is_disguise(pieces: list[str], *, alone: bool) -> bool:
    """Whether pieces may be one word to a reader: common words beside each other are words by themselves."""
    return alone if len(pieces) == 1 else not all(piece in COMMON for piece in pieces)
