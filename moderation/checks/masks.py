"""Words with letters hidden by signs: `f**k`, `sh*t`, `f@#k`, `b!**h`, `f---`.

- The first letter stands; signs or emoji between letters, or at least two stars or dashes after them, hide the rest.
- What is hidden is as long as the mask; a single star may hide up to four letters when enough letters are left to see.
- A dot, a dash or a line hides only inside longer words, because they also join honest ones.
- A word of which only the beginning stands (`f***`) is a guess: it is reported as one.

Letters that a sign stands for by its looks (`@`, `$`) are leet: see evasions.py.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

MASKED: Final = re.compile(r"(?<![\w*@])[^\W\d_][^\W\d_*]*+(?:(?:[^\w\s'\"]|_)++[^\W\d_]++)*+[*#\-_.•■█▇●×%^&?~]*+")
MASK_RUN: Final = re.compile(r"(?:[^\w\s]|_)+")
LONG_MASK: Final = 2
SIGN: Final = re.compile(r"[^\w\s]|_")
HAS_MASK: Final = re.compile(r"[^\W\d_](?:[^\w\s'\"]|_)++[^\W\d_]|[^\W\d_][*#\-_.•■█▇●×%^&]{2}")
OFTEN_MASKED: Final = frozenset(
    "ass arse shit fuck cunt dick cock twat slut damn piss bitch whore pussy prick bastard asshole fucker fucking shitty"
    " bullshit motherfucker chutiya chutiye gandu gaand lund harami randi bhosdike madarchod behenchod".split()
)
WEAK: Final = frozenset("._-'/,:;~")
LONG_ENOUGH: Final = 4
MOST_HIDDEN: Final = 4
LONGEST: Final = 16


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked stretch and the listed words that it may be; `guess` when only the beginning can be seen."""

    start: int
    end: int
    words: tuple[str, ...]
    guess: bool


class MaskIndex:
    """Listed words by their first letter and length."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_size: Mapping[tuple[str, int], list[str]] = defaultdict(list)
        self._by_first: Mapping[str, list[str]] = defaultdict(list)
        self._often: Mapping[str, list[str]] = defaultdict(list)
        for word in words:
            if word.isalpha() and len(word) <= LONGEST:
                self._by_size[word[0], len(word)].append(word)
                self._by_first[word[0]].append(word)
                if word in OFTEN_MASKED:
                    self._often[word[0]].append(word)

    def find(self, text: str) -> Iterator[Masked]:
        """The masked words of a folded text or of one token of it."""
        if not HAS_MASK.search(text):
            return
        for match in MASKED.finditer(text):
            token = match[0]
            if len(token) <= LONGEST and not token.isalpha() and (words := self._read(token)):
                guess = not token[-1].isalpha() and sum(map(str.isalpha, token)) * 2 < len(words[0])
                if guess and not (words := tuple(word for word in words if word in OFTEN_MASKED)):
                    continue
                yield Masked(match.start(), match.end(), words, guess)

    def _read(self, token: str) -> tuple[str, ...]:
        """The listed words that a masked token may be: as long as it; or often masked ones of about its length."""
        signs = "".join(SIGN.findall(token))
        seen = len(token) - len(signs)
        trailing = not token[-1].isalpha()
        if trailing and (token.rstrip("".join(WEAK)).isalpha() and set(signs) != {"-"}):
            return ()
        if set(signs) <= WEAK and (len(token) < LONG_ENOUGH or (len(signs) == 1 and seen < LONG_ENOUGH - 1)):
            return ()
        if trailing and len(token) - len(token.rstrip("*#-_.•■█▇●×%^&?~")) < min(2, seen):
            return ()
        seen_letters = [(at, letter) for at, letter in enumerate(token) if letter.isalnum()]
        alike = self._by_size.get((token[0], len(token)), ())
        exact = tuple(word for word in alike if all(word[at] == letter for at, letter in seen_letters))
        if exact or trailing:
            return exact or self._read_roughly(token, seen)
        if signs != "*" or seen < LONG_ENOUGH - 1:
            return self._read_roughly(token, seen)
        start, _, end = token.partition("*")
        return tuple(
            word
            for word in self._by_first.get(start[0], ())
            if word.startswith(start) and word.endswith(end) and seen < len(word) <= seen + MOST_HIDDEN
        )

    def _read_roughly(self, token: str, seen: int) -> tuple[str, ...]:
        """Words that are often masked, by masks of two signs and more that are one or two too long or too short."""
        runs = MASK_RUN.findall(token)
        if not runs or min(map(len, runs)) < LONG_MASK or seen < LONG_MASK or WEAK.issuperset("".join(runs)):
            return ()
        head = MASK_RUN.split(token, maxsplit=1)[0]
        likely = [word for word in self._often.get(token[0], ()) if word.startswith(head)]
        if not likely:
            return ()
        rough = re.compile(MASK_RUN.sub(lambda run: f".{{{max(1, len(run[0]) - 2)},{len(run[0]) + 1}}}", token))
        return tuple(word for word in likely if rough.fullmatch(word))
