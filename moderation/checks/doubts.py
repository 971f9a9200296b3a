"""What single tokens may hide, worked out once for each and remembered.

- What a token may spell depends on nothing but its letters and the lists: comments repeat the same few thousand tokens, so
  most of a comment is known before it is read.
- Most tokens hide nothing. They are a set of their own, so that a text of nothing else is let go in one look.
- The memory is bounded whatever is sent: when it is full, only what is met again is carried over, and a token too long to
  be a word is never kept. So a flood of odd tokens costs time, and no more memory.
- It holds tokens, not comments: nothing in it says who wrote one, or beside which others.

How a token is read is evasions.py's and masks.py's; what follows from it is the matcher's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from moderation.checks.apart import SHORT_TOKEN, is_back, is_front, is_short
from moderation.checks.cues import Cues
from moderation.checks.evasions import read_token
from moderation.checks.masks import Masked, MaskIndex
from moderation.checks.skeletons import Skeletons, Spelled, skeleton

TOKENS_KEPT: Final = 20_000
LONGEST_KEPT: Final = 40
SENTENCE_ENDS: Final = ".,;:?!"


class Doubt(NamedTuple):
    """What a token may be: a `cue` of a listed text, listed words that it may spell or mask, places counted from its start,
    part of a word set apart (`short`), the `front` or the `back` of a word cut in two.
    """

    cue: bool
    spelled: tuple[Spelled, ...]
    masked: tuple[Masked, ...]
    short: bool
    front: bool
    back: bool


class Doubts:
    """The doubt about each token that was met; none for most."""

    def __init__(self, listed: Sequence[str], cues: Cues) -> None:
        self._cues = cues
        self.skeletons = Skeletons(listed)
        self._masks = MaskIndex(listed)
        self._plain: set[str] = set()
        self._doubted: dict[str, Doubt] = {}
        self._before: tuple[set[str], dict[str, Doubt]] = self._plain, self._doubted

    def __len__(self) -> int:
        return len(self._plain) + len(self._doubted)

    def among(self, tokens: Sequence[str]) -> list[tuple[int, Doubt]]:
        """The doubts about tokens, each with its place among them."""
        plain = self._plain
        if plain.issuperset(tokens):
            return []
        return [(at, doubt) for at, token in enumerate(tokens) if token not in plain and (doubt := self.about(token))]

    def about(self, token: str) -> Doubt | None:
        """The doubt about one token; none when it hides nothing."""
        doubt = self._doubted.get(token)
        if doubt or token in self._plain:
            return doubt
        plain, doubted = self._before
        doubt = None if token in plain else doubted.get(token) or self._read(token)
        if len(token) <= LONGEST_KEPT:
            self._keep(token, doubt)
        return doubt

    def _keep(self, token: str, doubt: Doubt | None) -> None:
        if len(self._plain) + len(self._doubted) >= TOKENS_KEPT:
            self._before = self._plain, self._doubted
            self._plain, self._doubted = set(), {}
        if doubt:
            self._doubted[token] = doubt
        else:
            self._plain.add(token)

    def _read(self, token: str) -> Doubt | None:
        """Look at a token; of letters alone, only doubled ones can hide a word."""
        core = token.rstrip(SENTENCE_ENDS) if token[-1:] in SENTENCE_ENDS and token[-2:-1].isalpha() else token
        letters = core.isalpha()
        cue = self._cues.is_heard(core) if letters else self._cues.heard_in(token)
        if letters and len(core) > SHORT_TOKEN and skeleton(core) not in self.skeletons.words:
            return Doubt(cue, (), (), False, False, False) if cue else None
        spelled, masked = tuple(read_token(token, self.skeletons)), tuple(self._masks.find(token))
        short = is_short(token)
        front, back = short and is_front(token, self.skeletons), short and is_back(token, self.skeletons)
        return Doubt(cue, spelled, masked, short, front, back) if cue or spelled or masked or short else None
