"""Which scorer a name means, and one living scorer for each name that is asked for.

What this file decides
- `embedded` and `ngrams` ship with the package; any other name is a model of the operator's store. `NAME@openvino`
  runs it on OpenVINO, `NAME@detoxify` an imported one by Detoxify's own class; scores carry that whole name, since 8-bit sums
  of another runtime are other scores.
- `NAME+ngrams` lets `ngrams` wave the clearly harmless past it (`first_stage.py`): meant for archives.
- Every engine but `ngrams` is backed by `ngrams` for texts in a language that its card does not name.
- `lingua` as the guess at languages marks every engine's scores; without it each engine asks the light guess itself.
- An engine is opened in the background at the first call, behind a batcher, and shared by all who name it.

Which site and field uses which name is configuration, read by the caller.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from moderation.scoring.batching import BatchingScorer, BatchLimits
from moderation.scoring.cards import WEIGHTS
from moderation.scoring.embedded import open_embedded
from moderation.scoring.first_stage import FirstStageScorer
from moderation.scoring.fitting import FittingScorer
from moderation.scoring.imported import open_imported, open_with_detoxify
from moderation.scoring.languages import Guess, find_language
from moderation.scoring.loading import Health, LoadingScorer
from moderation.scoring.ngrams import open_ngrams
from moderation.scoring.scorer import ModelUnusable, Scorer
from moderation.scoring.store import ModelStore

FIRST_STAGE: Final = "+ngrams"
RUNTIMES: Final = ("onnx", "openvino", "detoxify")


def open_engine(
    name: str, store: ModelStore, *, threads: int = 0, weights: Path = WEIGHTS, guess: Guess = find_language
) -> Scorer:
    """Open the scorer that a name means, with `ngrams` for the languages that it does not know.

    Raises:
        ModelMissing: the store has no model of this name.
        ModelDamaged: a file is not what its card says.
        ModelUnusable: the runtime is unknown or not installed, or cannot read the model.
    """
    if name == "ngrams":
        grams = open_ngrams(weights)
        return grams if guess is find_language else FittingScorer(grams, grams, guess)
    if name.endswith(FIRST_STAGE):
        full = open_engine(name.removesuffix(FIRST_STAGE), store, threads=threads, weights=weights, guess=guess)
        return FirstStageScorer(open_ngrams(weights), full)
    return FittingScorer(open_bare(name, store, threads=threads, weights=weights), open_ngrams(weights), guess)


def open_bare(name: str, store: ModelStore, *, threads: int = 0, weights: Path = WEIGHTS) -> Scorer:
    """Open the scorer that a name means, alone."""
    model, _, runtime = name.partition("@")
    if (runtime or "onnx") not in RUNTIMES:
        raise ModelUnusable(f"there is no runtime `{runtime}`", hint=f"choose one of {', '.join(RUNTIMES)}")
    if model == "embedded":
        if runtime == "detoxify":
            raise ModelUnusable("`embedded` is not a Detoxify model", hint="use `embedded` or `embedded@openvino`")
        return open_embedded(weights, threads=threads, openvino=runtime == "openvino")
    folder = store.path(model)
    if runtime == "detoxify":
        return open_with_detoxify(folder)
    return open_imported(folder, threads=threads, openvino=runtime == "openvino")


class Engines:
    """The living scorers of one process."""

    def __init__(
        self,
        models: Path,
        *,
        threads: int = 0,
        patience: float = 1.0,
        limits: BatchLimits | None = None,
        weights: Path = WEIGHTS,
        open_guess: Callable[[], Guess] = lambda: find_language,
    ) -> None:
        self.store = ModelStore(models)
        self._open_guess = open_guess
        self._threads = threads
        self._patience = patience
        self._limits = limits or BatchLimits()
        self._weights = weights
        self._lock = threading.Lock()
        self._open: dict[str, LoadingScorer] = {}

    def get(self, name: str) -> LoadingScorer:
        """The scorer of a name; it answers once it has loaded, and says why when it cannot."""
        with self._lock:
            if name not in self._open:
                self._open[name] = LoadingScorer(
                    lambda: self._start(name),
                    name=name,
                    wrap=lambda warm: BatchingScorer(warm, self._limits),
                    patience=self._patience,
                )
            return self._open[name]

    def health(self) -> Mapping[str, Health]:
        """How far each engine is that was asked for."""
        with self._lock:
            return {name: scorer.health for name, scorer in self._open.items()}

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            closing, self._open = list(self._open.values()), {}
        for scorer in closing:
            scorer.close()

    def _start(self, name: str) -> Scorer:
        guess = self._open_guess()
        return open_engine(name, self.store, threads=self._threads, weights=self._weights, guess=guess)
