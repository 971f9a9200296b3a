"""Load a model in the background, warm it, and say how far that is.

What this file decides
- States: `loading`, `ready`, `failed` with a reason for people. A service starts without waiting for its model.
- A model is ready only after it has scored a warm-up text of each usual length; a model whose warm-up gives a number
  that is no number has failed, and is closed. It is warmed bare: the deadline of a batcher is for callers, and a slow start
  on a busy machine is no fault of the model.
- Whoever asks for scores while it loads waits up to `patience`, then hears `unavailable` with the reason.
- A model that failed is tried again when somebody asks, at most once in `retry_after`, so a file that was put back is
  found without a restart.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from moderation.errors import ModerationError
from moderation.scoring.scorer import EngineInfo, ModelUnusable, Scorer, ScoringUnavailable, all_finite
from moderation.vocabulary import ScoreContext, Scores

log = logging.getLogger(__name__)

WARM_UP: Final = ("A short line.", "A comment of a usual length, that says a few plain things. " * 4, "word " * 300)


class ModelState(StrEnum):
    """How far a model is."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Health:
    """A model's state and, when it has failed, why; `seconds` is how long the last load took."""

    state: ModelState
    reason: str = ""
    seconds: float = 0.0


class LoadingScorer:
    """Stands for a scorer that is still being opened."""

    def __init__(
        self,
        open_scorer: Callable[[], Scorer],
        *,
        name: str = "",
        wrap: Callable[[Scorer], Scorer] = lambda warm: warm,
        patience: float = 1.0,
        retry_after: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = open_scorer
        self._name = name
        self._wrap = wrap
        self._patience = patience
        self._retry_after = retry_after
        self._clock = clock
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._closed = False
        self._inner: Scorer | None = None
        self._health = Health(ModelState.LOADING)
        self._tried_at = clock()
        self._start()

    @property
    def health(self) -> Health:
        return self._health

    @property
    def info(self) -> EngineInfo:
        """Of the model once it is ready; before that only its name is known."""
        inner = self._inner
        return inner.info if inner else EngineInfo(self._name, "", "", "", (), ())

    def wait(self, timeout: float) -> Health:
        """Wait until the model is ready or has failed, at most `timeout` seconds."""
        self._settled.wait(timeout)
        return self._health

    def score(self, texts: Sequence[str], contexts: Sequence[ScoreContext | None] | None = None) -> list[Scores]:
        """Score with the model.

        Raises:
            ScoringUnavailable: it is not ready within `patience`, with the reason.
        """
        self._retry_if_due()
        self._settled.wait(self._patience)
        inner = self._inner
        if inner is None:
            health = self._health
            raise ScoringUnavailable(health.reason or "the model is still loading")
        return inner.score(texts, contexts)

    def close(self) -> None:
        """Close the model, also one that is still being opened."""
        with self._lock:
            self._closed = True
            inner, self._inner = self._inner, None
            self._health = Health(ModelState.FAILED, "the scorer was closed")
        self._settled.set()
        if inner:
            inner.close()

    def _retry_if_due(self) -> None:
        with self._lock:
            due = self._health.state is ModelState.FAILED and self._clock() - self._tried_at >= self._retry_after
            if not due or self._closed:
                return
            self._health = Health(ModelState.LOADING, self._health.reason)
            self._tried_at = self._clock()
            self._settled.clear()
        self._start()

    def _start(self) -> None:
        threading.Thread(target=self._load, name="load-model", daemon=True).start()

    def _load(self) -> None:
        started = self._clock()
        try:
            inner = self._wrap(open_warm(self._open))
        except ModerationError as fault:
            self._settle(None, Health(ModelState.FAILED, fault.message))
        except Exception as fault:  # noqa: BLE001  a library's own error; its text may hold anything, its name does not
            self._settle(None, Health(ModelState.FAILED, f"the model cannot be loaded: {type(fault).__name__}"))
        else:
            self._settle(inner, Health(ModelState.READY, "", self._clock() - started))

    def _settle(self, inner: Scorer | None, health: Health) -> None:
        with self._lock:
            if self._closed:
                if inner:
                    inner.close()
                return
            self._inner, self._health = inner, health
        log.info("scoring.model", extra={"state": health.state.value, "reason": health.reason})
        self._settled.set()


def open_warm(open_scorer: Callable[[], Scorer]) -> Scorer:
    """Open a model and warm it; one that cannot be warmed is closed again."""
    scorer = open_scorer()
    try:
        warm_up(scorer)
    except BaseException:
        scorer.close()
        raise
    return scorer


def warm_up(scorer: Scorer) -> None:
    """Score a text of each usual length.

    Raises:
        ModelUnusable: the model gave no number.
    """
    for text in WARM_UP:
        (scores,) = scorer.score([text])
        if scores.unavailable or not scores.values or not all_finite(scores.values):
            raise ModelUnusable("the model gave no number for a plain text")
