"""A text folded for matching, with a map back to the text as it was given.

Every character is folded by itself, so that a list's word and a reader's word fold alike:
- compatibility forms (full width, mathematical, circled, ligatures) become what they stand for; case goes;
- accents and stacked marks go, the vowel signs of Indic scripts stay; Indic nukta and Arabic vowel points go;
- zero-width, bidi and control characters go; every space is one space, every digit 0-9, every dash `-`;
- look-alikes of other scripts become Latin (lookalikes.py).
With `disguises` also what was done to whole words is undone (disguise.py): leet, letters set apart, stretched letters.

The map is exact: each folded character knows the stretch of the original that it came from; what was dropped belongs
to the character before it. Which words are looked for is the checks' and the scorer's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moderation.text.disguise import FINDERS, MARKS, Disguise
from moderation.text.lookalikes import LOOKALIKES

CACHE_LIMIT: Final = 20_000
DROPPED: Final = frozenset({"Cf", "Cc", "Cs", "Me"})
# Marks that decorate (accents, stacked marks, Arabic and Hebrew points, nuktas); Indic vowel signs are letters to us.
DECORATION: Final = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F), (0xE0100, 0xE01EF), (0x034F, 0x034F), (0x115F, 0x1160), (0x3164, 0x3164), (0xFFA0, 0xFFA0),
    (0x180B, 0x180F),
)  # fmt: skip
SPECIAL: Final = {
    **dict.fromkeys("\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc", ""),  # nukta
    "\u0901": "\u0902",  # chandrabindu is often written as anusvara
    "\u0d7a": "\u0d23\u0d4d", "\u0d7b": "\u0d28\u0d4d", "\u0d7c": "\u0d30\u0d4d", "\u0d7d": "\u0d32\u0d4d",
    "\u0d7e": "\u0d33\u0d4d", "\u0d7f": "\u0d15\u0d4d",  # Malayalam chillu
    "\u0649": "\u064a", "\u06cc": "\u064a", "\u06a9": "\u0643", "\u0629": "\u0647", "\u06c1": "\u0647",
    "\n": "\n", "\t": " ", "\r": " ", "™": " ", "®": " ", "©": " ", "℠": " ",
    "‘": "'", "’": "'", "`": "'", "´": "'", "“": '"', "”": '"',
}  # fmt: skip


class _Letters(dict[str, str]):
    """What each character folds to, worked out when it is first met; kept small whatever is sent."""

    def __missing__(self, letter: str) -> str:
        folded = _fold_letter(letter)
        if len(self) < CACHE_LIMIT:
            self[letter] = folded
        return folded


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; character `i` of it came from `starts[i]` to `ends[i]` (exclusive) of the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that a stretch of the folded text came from."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


def fold(text: str, *, disguises: bool = True) -> Folded:
    """Fold a text for matching; without `disguises` words are left as they were spelled."""
    folded = _fold_letters(text)
    return undo_disguises(folded) if disguises else folded


def undo_disguises(folded: Folded) -> Folded:
    """Spell out disguised words of a text that was folded without."""
    for find in FINDERS:
        folded = _put_in_place(folded, tuple(find(folded.text)))
    return folded


def fold_letters(text: str) -> str:
    """Only the folded text, letter by letter: for lists, which need no way back."""
    return "".join(map(LETTERS.__getitem__, text))


def fold_alike(one: str, other: str) -> bool:
    """Whether two texts are the same words, whatever their case, signs and spaces."""
    return WORD.findall(fold_letters(one)) == WORD.findall(fold_letters(other))


def _fold_letters(text: str) -> Folded:
    """Fold each character; most texts keep their length and need no map."""
    if text.isascii() and len(folded := text.translate(ASCII)) == len(text):
        return Folded(folded, range(len(text)), range(1, len(text) + 1))
    pieces = list(map(LETTERS.__getitem__, text))
    folded = "".join(pieces)
    if len(folded) == len(text) and "" not in pieces:
        return Folded(folded, range(len(text)), range(1, len(text) + 1))
    starts: list[int] = []
    ends: list[int] = []
    for place, piece in enumerate(pieces):
        if not piece and ends:
            ends[-1] = place + 1
        for _ in piece:
            starts.append(place)
            ends.append(place + 1)
    return Folded(folded, starts, ends)


def _put_in_place(plain: Folded, found: Sequence[Disguise]) -> Folded:
    """Put plain words in place of disguised ones."""
    if not found:
        return plain
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for disguise in found:
        words += (plain.text[done : disguise.start], disguise.letters)
        starts += plain.starts[done : disguise.start]
        ends += plain.ends[done : disguise.start]
        starts += (plain.starts[place] for place in disguise.starts)
        ends += (plain.ends[place - 1] for place in disguise.ends)
        done = disguise.end
    words.append(plain.text[done:])
    return Folded("".join(words), (*starts, *plain.starts[done:]), (*ends, *plain.ends[done:]))


def _fold_letter(letter: str) -> str:
    """What one character folds to: nothing, itself, or a few others."""
    return "".join(_fold_part(part) for part in unicodedata.normalize("NFKD", _look(letter)))


def _fold_part(part: str) -> str:
    if part in SPECIAL:
        return SPECIAL[part]
    code, category = ord(part), unicodedata.category(part)
    if category in DROPPED or any(first <= code <= last for first, last in DECORATION):
        return ""
    if part.isspace():
        return " "
    if category == "Pd":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(part))
    return "".join(LOOKALIKES.get(small, small) for small in part.casefold())


def _look(letter: str) -> str:
    """A look-alike is taken for Latin before its accents are split off; everything else waits."""
    return LOOKALIKES.get(letter, letter) if letter not in SPECIAL else SPECIAL[letter]


LETTERS: Final = _Letters()
ASCII: Final = str.maketrans({chr(code): LETTERS[chr(code)] for code in range(128)})
WORD: Final = re.compile(f"(?:[^\\W_]|[{MARKS}])+")
