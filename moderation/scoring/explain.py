"""Which words carried a score: what the score loses when a word or a sentence is left out.

What this file decides
- All variants go to the scorer in one call, with the text itself, so the answer takes about one batch.
- In a text of more than `FEW` words a little word (up to three letters) goes with the word that follows it.
- A long text is asked about in runs of words, so that there are never more than `MOST` variants of words.
- A drop is the difference of calibrated probabilities, for every label; a variant that another engine had to judge
  (since its language looks different) says nothing and is left out.
- Labels that are explained: all that are at least possible, else the highest one.

Marked words of the span head come with the scores themselves; this is the slower second look, on demand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from moderation.scoring.calibration import BOUNDS, Likelihood
from moderation.scoring.scorer import Scorer, ScoringUnavailable
from moderation.vocabulary import ScoreContext, Scores

MOST: Final = 60
FEW: Final = 30
LITTLE: Final = 3
_WORD: Final = re.compile(r"\S+")
_SENTENCE: Final = re.compile(r"[^.!?\n।]+[.!?।]*\s*")
Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text and by how much each label falls without it (negative: rises)."""

    start: int
    end: int
    drops: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The scores of a text, the labels worth explaining, and what its words and sentences carry."""

    scores: Scores
    labels: tuple[str, ...]
    words: tuple[Part, ...]
    sentences: tuple[Part, ...]

    def strongest(self, label: str, most: int = 5) -> tuple[Part, ...]:
        """The words without which a label falls most."""
        falling = [part for part in self.words if part.drops[label] > 0]
        return tuple(sorted(falling, key=lambda part: -part.drops[label])[:most])


def explain_text(scorer: Scorer, text: str, context: ScoreContext | None = None) -> Explanation:
    """Score a text and every variant of it with a word or a sentence left out.

    Raises:
        ScoringUnavailable: the text could not be scored.
    """
    words = _find_words(text)
    sentences = [match.span() for match in _SENTENCE.finditer(text)]
    sentences = sentences[:MOST] if len(sentences) > 1 else []
    variants = [text[:start] + text[end:] for start, end in (*words, *sentences)]
    scores, *without = scorer.score([text, *variants], [context] * (len(variants) + 1))
    if scores.unavailable:
        raise ScoringUnavailable(scores.unavailable)
    return Explanation(
        scores=scores,
        labels=_choose_labels(scores),
        words=_weigh(words, scores, without[: len(words)]),
        sentences=_weigh(sentences, scores, without[len(words) :]),
    )


def _find_words(text: str) -> list[Bounds]:
    """Words; of a longer text little ones with the next, or runs of so many that there are not more than `MOST`."""
    words = [match.span() for match in _WORD.finditer(text)]
    if len(words) > FEW:
        words = _join_little(words, text)
    step = -(-len(words) // MOST) if words else 1
    return [(run[0][0], run[-1][1]) for run in (words[at : at + step] for at in range(0, len(words), step))]


def _join_little(words: Sequence[Bounds], text: str) -> list[Bounds]:
    joined: list[Bounds] = []
    begun: int | None = None
    for number, (start, end) in enumerate(words, start=1):
        is_little = end - start <= LITTLE and text[start:end].isalpha()
        if is_little and begun is None and number < len(words):
            begun = start
        else:
            joined.append((start if begun is None else begun, end))
            begun = None
    return joined


def _weigh(parts: Sequence[Bounds], scores: Scores, without: Sequence[Scores]) -> tuple[Part, ...]:
    return tuple(
        Part(start, end, {label: value - less.values[label] for label, value in scores.values.items()})
        for (start, end), less in zip(parts, without, strict=True)
        if less.engine == scores.engine and not less.unavailable
    )


def _choose_labels(scores: Scores) -> tuple[str, ...]:
    ranked = sorted(scores.values, key=lambda label: -scores.values[label])
    possible = [label for label in ranked if scores.values[label] >= BOUNDS[Likelihood.POSSIBLE]]
    return tuple(possible or ranked[:1])
