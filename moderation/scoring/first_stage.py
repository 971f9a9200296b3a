"""Let a cheap model wave clearly harmless texts past a costly one: for archives, never switched on by itself.

What this file decides
- A text is clearly harmless when the cheap model is fit for it and gives every label of harm less than `least`;
  that a sentence can be checked (`checkworthy`) is no harm.
- What it waves past carries the cheap model's own scores and name, so nobody takes them for the other's.
- How much is missed and saved at which threshold is measured by `bench/scoring.py`; the default misses little.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from moderation.scoring.scorer import EngineInfo, Scorer
from moderation.vocabulary import Label, ScoreContext, Scores

LEAST: Final = 0.08
"""Measured at 1 % of bad comments: a third is waved past, and with it 0.4 % of the bad ones."""
HARMLESS: Final = frozenset({Label.CHECKWORTHY})


class FirstStageScorer:
    """`cheap` judges all, `full` only what `cheap` cannot call harmless."""

    def __init__(self, cheap: Scorer, full: Scorer, *, least: float = LEAST) -> None:
        self._cheap = cheap
        self._full = full
        self._least = least

    @property
    def info(self) -> EngineInfo:
        return self._full.info

    def score(self, texts: Sequence[str], contexts: Sequence[ScoreContext | None] | None = None) -> list[Scores]:
        """One `Scores` a text, in order."""
        found = self._cheap.score(texts)
        places = [place for place, scores in enumerate(found) if not self._is_harmless(scores)]
        if places:
            given = contexts or [None] * len(texts)
            asked = self._full.score([texts[place] for place in places], [given[place] for place in places])
            for place, scores in zip(places, asked, strict=True):
                found[place] = scores
        return found

    def close(self) -> None:
        """Close both."""
        self._cheap.close()
        self._full.close()

    def _is_harmless(self, scores: Scores) -> bool:
        certain = scores.fit and not scores.cut and not scores.unavailable and bool(scores.values)
        return certain and all(value < self._least for label, value in scores.values.items() if label not in HARMLESS)
