"""Words that were disguised letter by letter, found in a folded text and spelled out.

- Set apart: three or more pieces with the same kind of gap between each, all all single letters (`i d i o t`,
  `i.d.i.o.t`); after signs the last piece may be longer (`f.u.cking`).
- Leet: digits and signs for letters, when letters stand beside them (`1d10t`, `@ss`, `a$$`); numbers stay numbers, and
  what belongs to an address stays.
- Stretched: a letter three times or more (`idiooot`) is once, but twice for `l` and `s`, which many words double.

These rules are careful, since they change what a scorer reads. The word lists look harder at doubtful words, because
there only a listed word can come of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LEET: Final = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t", "€": "e", "£": "l", "¢": "c", "¥": "y", "§": "s",
}  # fmt: skip
LEET_TABLE: Final = str.maketrans(LEET)
# Combining signs of Indic and Thai scripts: Python's \w does not take them for parts of a word, readers do.
MARKS: Final = (
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u09d7\u0a01-\u0a03\u0a3c-\u0a51"
    "\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04"
    "\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0ce2\u0ce3\u0d00-\u0d03\u0d3b-\u0d4d\u0d57\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
LETTER: Final = f"[^\\W\\d_][{MARKS}]*+"
SINGLE: Final = f"(?:{LETTER}|[@$])"
EDGE: Final = f"(?![^\\W_]|[{MARKS}])"
SIGN: Final = f"(?:[^\\w\\s{MARKS}]|_){{1,3}}+"
SIGN_GAP: Final = f"(?:{SIGN}(?! )| {SIGN} )"
# Groups are greedy and not possessive: Python before 3.11.5 matches possessive groups wrongly (gh-106052).
APART: Final = re.compile(
    f"(?<![^\\W_])(?<![@${MARKS}])(?:{SINGLE}(?:{SIGN_GAP}{SINGLE}{EDGE}){{1,200}}(?:{SIGN_GAP}(?:{LETTER}){{2,8}}{EDGE})?"
    f"|{SINGLE}(?: {{1,3}}+{SINGLE}{EDGE}){{2,200}})"
)
PIECE: Final = re.compile(f"(?:{LETTER})+|[@$]")
SIGNED: Final = re.compile(r"[a-z0-9@$!|€£¢¥§]+")
LEET_WORD: Final = re.compile(r"[a-z][013457@$!|€£¢¥§]+[a-z]|(?:^|[a-z])[@$€£¢¥§]+[a-z]{2}|[a-z]\$\$$")
ADDRESS: Final = frozenset("@./:#&=")
STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
FEWEST_PIECES: Final = 3
DOUBLED: Final = frozenset("ls")

# Most texts have no disguise: these say so for a hundredth of what the expressions above cost.
SHAPES: Final = str.maketrans(
    {chr(code): "a" if chr(code).isalnum() or chr(code) in "@$" else " " for code in range(128)} | {"\n": "\n"}
)
APART_SHAPES: Final = (" a a ", " a  a ", " a   a ")
TRIPLES: Final = tuple(chr(code) * 3 for code in range(ord("a"), ord("z") + 1))
MAY_BE_SIGNED: Final = re.compile(r"[013457@$!|€£¢¥§][a-z]|\$\$")


@dataclass(frozen=True, slots=True)
class Disguise:
    """A disguised stretch, what it spells, and from where to where each of its letters stood."""

    start: int
    end: int
    letters: str
    starts: Sequence[int]
    ends: Sequence[int]


def find_letters_apart(text: str) -> Iterator[Disguise]:
    """Words whose letters were set apart by spaces or signs."""
    if text.isascii():
        shape = f" {text.translate(SHAPES)} "
        if not any(map(shape.__contains__, APART_SHAPES)):
            return
    for match in APART.finditer(text):
        pieces = [piece.span() for piece in PIECE.finditer(text, match.start(), match.end())]
        if len(pieces) >= FEWEST_PIECES:
            starts = [at for start, end in pieces for at in range(start, end)]
            letters = "".join(text[at] for at in starts).translate(LEET_TABLE)
            yield Disguise(match.start(), match.end(), letters, starts, [at + 1 for at in starts])


def find_leet(text: str) -> Iterator[Disguise]:
    """Words in which digits and signs stand for letters."""
    if not MAY_BE_SIGNED.search(text):
        return
    for match in SIGNED.finditer(text):
        word, start = match[0], match.start()
        if word.isalpha() or not LEET_WORD.search(word):
            continue
        if text[start - 1 : start] in ADDRESS or text[match.end() : match.end() + 1] in ADDRESS:
            continue
        kept = word if word.endswith("$$") else word.rstrip("!|")
        places = range(start, start + len(kept))
        yield Disguise(start, places.stop, kept.translate(LEET_TABLE), places, range(start + 1, places.stop + 1))


def find_stretched(text: str) -> Iterator[Disguise]:
    """Letters that were repeated for effect."""
    if text.isascii() and not any(map(text.__contains__, TRIPLES)):
        return
    for match in STRETCHED.finditer(text):
        start, end = match.span()
        if match[1] in DOUBLED:
            yield Disguise(start, end, match[1] * 2, (start, start + 1), (start + 1, end))
        else:
            yield Disguise(start, end, match[1], (start,), (end,))


FINDERS: Final[tuple[Callable[[str], Iterator[Disguise]], ...]] = (find_letters_apart, find_leet, find_stretched)
