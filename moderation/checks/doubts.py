"""What single tokens may hide, worked out once for each and remembered.

- What a token may spell depends on nothing but its letters and the lists: comments repeat the same few thousand tokens, so
  most of a comment is known before it is read.
- The memory is bounded whatever is sent: when it is full, only what is met again is carried over, and a token too long to
  be a word is never kept. So a flood of odd tokens costs time, and no more memory.
- It holds tokens, not comments: nothing in it says who wrote one, or beside which others.

How a token is read is evasions.py's and masks.py's; what follows from it is the matcher's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from moderation.checks.apart import SHORT_TOKEN, is_short
from moderation.checks.evasions import Candidate, beginnings_of, read_token, skeleton, spells
from moderation.checks.masks import Masked, MaskIndex

TOKENS_KEPT: Final = 20_000
LONGEST_KEPT: Final = 40
SENTENCE_ENDS: Final = ".,;:?!"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a token may be: listed words it may spell or mask, places counted from its start, and part of a word set apart."""

    spelled: tuple[tuple[Candidate, str], ...]
    masked: tuple[Masked, ...]
    short: bool


class Doubts(dict[str, Doubt | None]):
    """The doubt about each token that was met; none for most."""

    def __init__(self, listed: Sequence[str]) -> None:
        super().__init__()
        bones = skeleton("\n".join(listed).replace(" ", "")).split("\n")
        self._by_skeleton: dict[str, list[str]] = defaultdict(list)
        for bone, text in zip(bones, listed, strict=True):
            self._by_skeleton[bone].append(text)
        self.beginnings = beginnings_of(bones)
        self._masks = MaskIndex(listed)
        self._before: dict[str, Doubt | None] = {}

    def __missing__(self, token: str) -> Doubt | None:
        doubt = self._before[token] if token in self._before else self._read(token)
        if len(token) <= LONGEST_KEPT:
            if len(self) >= TOKENS_KEPT:
                self._before = dict(self)
                self.clear()
            self[token] = doubt
        return doubt

    def _read(self, token: str) -> Doubt | None:
        """Look at a token; of letters alone, only doubled ones can hide a word."""
        core = token.rstrip(SENTENCE_ENDS) if token[-1:] in SENTENCE_ENDS and token[-2:-1].isalpha() else token
        if core.isalpha() and len(core) > SHORT_TOKEN and skeleton(core) not in self._by_skeleton:
            return None
        spelled = tuple(self.prove(read_token(token, self.beginnings)))
        masked, short = tuple(self._masks.find(token)), is_short(token)
        return Doubt(spelled, masked, short) if spelled or masked or short else None

    def prove(self, candidates: Iterable[Candidate]) -> Iterator[tuple[Candidate, str]]:
        """The candidates that spell a listed word, letter by letter, each with the word."""
        for candidate in candidates:
            for text in self._by_skeleton.get(skeleton(candidate.letters), ()):
                if spells(candidate.letters, text.replace(" ", "")):
                    yield candidate, text
