"""The scorer that needs nothing but numpy: linear heads over word and character n-grams.

What this file decides
- Long texts are judged in windows of characters; the worst window of a label counts.
- A text in a language that has a head of its own (Kannada-English, Malayalam-English) gets the higher of the general
  head and that one for the labels that both know.
- Words are marked when a label is at least possible: those that carry most of the abuse (`mark_words`).
- It is the fallback for every language; `fit` says whether the card vouches for this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from moderation.scoring.calibration import BOUNDS, FloatArray, Likelihood, sigmoid
from moderation.scoring.cards import WEIGHTS
from moderation.scoring.languages import find_language, is_fit
from moderation.scoring.ngram_features import cut_grams
from moderation.scoring.ngram_heads import Head, NgramModel, load_ngrams
from moderation.scoring.ngram_marks import mark_words
from moderation.scoring.ngram_stream import read_stream
from moderation.scoring.scorer import EngineInfo
from moderation.scoring.windows import cut_text, shorten, take_worst, unite_spans
from moderation.vocabulary import Label, ScoreContext, Scores, Span

CARD: Final = "ngrams.json"
WINDOW: Final = 1200
OVERLAP: Final = 200
CHUNK: Final = 60_000
"""Characters that are turned into n-grams in one go: enough to be quick, few enough to stay in the cache."""
MARKED: Final = (Label.TOXICITY, Label.SPAM)


class NgramScorer:
    """Scores texts with hashed n-grams."""

    def __init__(self, model: NgramModel) -> None:
        self._model = model

    @property
    def info(self) -> EngineInfo:
        return self._model.info

    def score(self, texts: Sequence[str], contexts: Sequence[ScoreContext | None] | None = None) -> list[Scores]:  # noqa: ARG002
        """One `Scores` a text; context has no meaning for this engine."""
        results: list[Scores] = []
        for start, stop in _chunks(texts):
            results += self._score_chunk(texts[start:stop])
        return results

    def close(self) -> None:
        """Nothing is held open."""

    def _score_chunk(self, texts: Sequence[str]) -> list[Scores]:
        read = [shorten(text) for text in texts]
        windows = [cut_text(text, WINDOW, OVERLAP) for text, _ in read]
        parts = [text[start:end] for (text, _), cuts in zip(read, windows, strict=True) for start, end in cuts]
        counts = [len(cuts) for cuts in windows]
        languages = [find_language(text) for text, _ in read]
        grams = cut_grams(read_stream(parts), self._model.heads[0].bits)
        by_head = {
            head.name: take_worst(head.logits(grams, len(parts)), counts)
            for number, head in enumerate(self._model.heads)
            if number == 0 or any(language in head.languages for language in languages)
        }
        return [self._make_scores(row, text, languages[row], by_head, cut=cut) for row, (text, cut) in enumerate(read)]

    def _make_scores(self, row: int, text: str, language: str, by_head: dict[str, FloatArray], *, cut: bool) -> Scores:
        values: dict[str, float] = {}
        raw: dict[str, float] = {}
        general, *others = self._model.heads
        for head in (general, *(head for head in others if language in head.languages)):
            for label, logit in zip(head.labels, by_head[head.name][row], strict=True):
                value = float(head.calibration.apply(label, logit))
                if value > values.get(label, -1.0):
                    values[label], raw[label] = value, float(sigmoid(logit))
        info = self.info
        return Scores(
            values=values,
            raw=raw,
            engine=info.engine,
            version=info.version,
            checksum=info.checksum,
            calibration=info.calibration,
            spans=_mark(general, text, values),
            language=language,
            fit=is_fit(text, language, info.languages),
            cut=cut,
        )


def _mark(head: Head, text: str, values: dict[str, float]) -> tuple[Span, ...]:
    least = BOUNDS[Likelihood.POSSIBLE]
    chosen = [label for label in MARKED if values.get(label, 0.0) >= least]
    return unite_spans((span for label in chosen for span in mark_words(head, text, label)), text) if chosen else ()


def _chunks(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Consecutive texts of about `CHUNK` characters together."""
    ends = np.cumsum([len(text) + 1 for text in texts])
    found, start = [], 0
    for stop in range(1, len(texts) + 1):
        if stop == len(texts) or ends[stop] - (ends[start - 1] if start else 0) > CHUNK:
            found.append((start, stop))
            start = stop
    return found


def open_ngrams(folder: Path = WEIGHTS) -> NgramScorer:
    """The `ngrams` scorer that ships with the package, or the one in a folder.

    Raises:
        ModelDamaged: a file is missing or is not what the card says.
    """
    return NgramScorer(load_ngrams(folder / CARD))
