"""The scorer that needs nothing but numpy: linear heads over word and character n-grams.

What this file decides
- Long texts are judged in windows of characters; the worst window of a label counts.
- One head says of every text whether it accuses somebody; it knows words, not who is meant.
- A text in a language that has a head of its own (Kannada-English, Malayalam-English) gets the higher of the general
  head and that one for the labels that both know.
- Words are marked when a label is at least possible: those that carry most of the abuse (`ngram_marks.py`).
- It is the fallback for every language; `fit` says whether the card vouches for this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from moderation.scoring.calibration import BOUNDS, FloatArray, Likelihood, sigmoid
from moderation.scoring.cards import WEIGHTS
from moderation.scoring.languages import find_language, is_fit
from moderation.scoring.ngram_features import Grams, cut_grams
from moderation.scoring.ngram_heads import Head, NgramModel, load_ngrams
from moderation.scoring.ngram_marks import choose_words, weigh_words
from moderation.scoring.ngram_stream import I64, Stream, read_stream
from moderation.scoring.scorer import EngineInfo
from moderation.scoring.windows import cut_text, shorten, take_worst, unite_spans
from moderation.vocabulary import Label, ScoreContext, Scores, Span

CARD: Final = "ngrams.json"
WINDOW: Final = 1200
OVERLAP: Final = 200
CHUNK: Final = 60_000
"""Characters that are turned into n-grams in one go: enough to be quick, few enough to stay in the cache."""
MARKED: Final = (Label.TOXICITY, Label.SPAM)


class Window(NamedTuple):
    """Which text a window is of, and where in it it begins."""

    text: int
    start: int


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
        stream = read_stream(parts)
        grams = cut_grams(stream, self._model.heads[0].bits)
        answers: list[dict[str, tuple[float, float]]] = [{} for _ in texts]
        for number, head in enumerate(self._model.heads):
            rows = [row for row, language in enumerate(languages) if head.is_general or language in head.languages]
            if rows:
                logits, sizes = head.logits(grams, len(parts))
                _take_higher(answers, rows, head, take_worst(logits, counts))
                if number == 0:
                    spans = _mark(head, parts, stream, grams, logits, sizes)
        places = [Window(row, start) for row, cuts in enumerate(windows) for start, _ in cuts]
        marked = _by_text(spans, places, [text for text, _ in read])
        return [
            self._make_scores(text, languages[row], answers[row], marked.get(row, ()), cut=cut)
            for row, (text, cut) in enumerate(read)
        ]

    def _make_scores(
        self, text: str, language: str, answer: Mapping[str, tuple[float, float]], spans: tuple[Span, ...], *, cut: bool
    ) -> Scores:
        info = self.info
        return Scores(
            values={label: value for label, (value, _) in answer.items()},
            raw={label: raw for label, (_, raw) in answer.items()},
            engine=info.engine,
            version=info.version,
            checksum=info.checksum,
            calibration=info.calibration,
            spans=spans,
            language=language,
            fit=is_fit(text, language, info.languages),
            cut=cut,
        )


def _take_higher(
    answers: list[dict[str, tuple[float, float]]], rows: Sequence[int], head: Head, logits: FloatArray
) -> None:
    """Give each text a head's value and raw probability where they are higher than what it has."""
    for column, label in enumerate(head.labels):
        own = np.ascontiguousarray(logits[:, column])
        values, raws = head.calibration.apply(label, own).tolist(), sigmoid(own).tolist()
        for row in rows:
            if label not in answers[row] or values[row] > answers[row][label][0]:
                answers[row][label] = (values[row], raws[row])


def _mark(
    head: Head, parts: Sequence[str], stream: Stream, grams: Grams, logits: FloatArray, sizes: I64
) -> list[tuple[int, Span]]:
    """The words that carry a label, in windows where it is at least possible; with the number of the window."""
    found: list[tuple[int, Span]] = []
    lengths = np.array([len(part) for part in parts], dtype=np.int64)
    for label in MARKED:
        column = head.labels.index(label)
        values = head.calibration.apply(label, np.ascontiguousarray(logits[:, column]))
        possible = values >= BOUNDS[Likelihood.POSSIBLE]
        if possible.any():
            words = weigh_words(head, label, stream, grams, texts=possible, sizes=sizes, lengths=lengths)
            chosen = np.flatnonzero(choose_words(words, len(parts)) & possible[words.owners])
            columns = (words.owners[chosen], words.starts[chosen], words.ends[chosen])
            rows = zip(*(column.tolist() for column in columns), strict=True)
            found += [(owner, Span(start, end, str(label))) for owner, start, end in rows]
    return found


def _by_text(
    spans: Sequence[tuple[int, Span]], places: Sequence[Window], texts: Sequence[str]
) -> dict[int, tuple[Span, ...]]:
    """Spans of windows as spans of their texts."""
    found: dict[int, list[Span]] = {}
    for number, span in spans:
        place = places[number]
        moved = Span(span.start + place.start, span.end + place.start, span.label)
        found.setdefault(place.text, []).append(moved)
    return {row: unite_spans(each, texts[row]) for row, each in found.items()}


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
