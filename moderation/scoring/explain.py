"""Which words carried a score: what the score loses when a word or a sentence is left out.

What this file decides
- A text of few words goes to the scorer in one call with all its variants: one for each word and sentence left out.
- Each variant costs as much as a comment, and a variant a word made sixty words take most of a second on two small cores. So
  a longer text is scored first; the words that the score itself marks are left out one by one, the others in runs, so
  that there are never more than `MOST` variants, all in one batch.
- Of a text of more than `LONG` characters a stretch of half as many is explained, from a little before the first mark: each
  variant of the whole would cost as much as the whole.
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

LONG: Final = 4_000
BEFORE: Final = 500
MOST: Final = 16
SENTENCES: Final = 4
MARKED: Final = 5
FEW: Final = 12
LEAST: Final = 0.01
"""A smaller drop is not worth a line."""
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
        falling = [part for part in self.words if part.drops[label] >= LEAST]
        return tuple(sorted(falling, key=lambda part: -part.drops[label])[:most])


def explain_text(scorer: Scorer, text: str, context: ScoreContext | None = None) -> Explanation:
    """Score a text and every variant of it with a word or a sentence left out.

    Raises:
        ScoringUnavailable: the text could not be scored.
    """
    if len(text) > LONG:
        return _explain_stretch(scorer, text, context)
    words = [match.span() for match in _WORD.finditer(text)]
    sentences = _find_sentences(text)
    known: Scores | None = None
    if len(words) > FEW:
        (known,) = scorer.score([text], [context])
        words = _join_words(words, _marked(words, known), MOST - len(sentences))
    variants = [text[:start] + text[end:] for start, end in (*words, *sentences)]
    asked = variants if known else [text, *variants]
    without = scorer.score(asked, [context] * len(asked)) if asked else []
    scores, without = (known, without) if known else (without[0], without[1:])
    if scores.unavailable:
        raise ScoringUnavailable(scores.unavailable)
    return Explanation(
        scores=scores,
        labels=_choose_labels(scores),
        words=_weigh(words, scores, without[: len(words)]),
        sentences=_weigh(sentences, scores, without[len(words) :]),
    )


def _explain_stretch(scorer: Scorer, text: str, context: ScoreContext | None) -> Explanation:
    (scores,) = scorer.score([text], [context])
    if scores.unavailable:
        raise ScoringUnavailable(scores.unavailable)
    marked = scores.spans[0].start if scores.spans else 0
    start = text.rfind(" ", 0, max(0, marked - BEFORE)) + 1
    found = explain_text(scorer, text[start : start + LONG // 2], context)
    words, sentences = (_move(parts, start) for parts in (found.words, found.sentences))
    return Explanation(scores, _choose_labels(scores), words, sentences)


def _move(parts: Sequence[Part], by: int) -> tuple[Part, ...]:
    return tuple(Part(part.start + by, part.end + by, part.drops) for part in parts)


def _find_sentences(text: str) -> list[Bounds]:
    """Sentences where there is more than one; of many, runs of like number."""
    found = [match.span() for match in _SENTENCE.finditer(text)]
    return _in_runs(found, SENTENCES) if len(found) > 1 else []


def _marked(words: Sequence[Bounds], scores: Scores) -> set[int]:
    """The words that the score marks, the first `MARKED` of them."""
    marked = [
        number
        for number, (start, end) in enumerate(words)
        if any(span.start < end and start < span.end for span in scores.spans)
    ]
    return set(marked[:MARKED])


def _join_words(words: Sequence[Bounds], alone: set[int], most: int) -> list[Bounds]:
    """The words of `alone` as they are, those between them in runs, together not more than `most`."""
    gaps: list[list[Bounds]] = [[]]
    for number, word in enumerate(words):
        if number in alone:
            gaps += [[word], []]
        else:
            gaps[-1].append(word)
    length = 1
    while sum(-(-len(gap) // length) for gap in gaps) > most and length < len(words):
        length += 1
    return [run for gap in gaps for run in _in_runs(gap, -(-len(gap) // length))]


def _in_runs(parts: Sequence[Bounds], runs: int) -> list[Bounds]:
    """Neighbours joined to at most so many runs of like length."""
    step = -(-len(parts) // runs) if parts else 1
    return [(run[0][0], run[-1][1]) for run in (parts[at : at + step] for at in range(0, len(parts), step))]


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
