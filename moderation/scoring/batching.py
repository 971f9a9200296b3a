"""Let concurrent requests share a model: what waits is scored together, and nobody waits for company.

What this file decides
- One thread scores. When it is idle a text starts at once; what arrives while it works is the next batch.
- A batch begins with the text that has waited longest and is filled with those nearest to it in length, up to a budget
  of characters: little padding, and nothing starves.
- The queue is bounded by characters; beyond it the caller hears `unavailable` at once. A text that waited past its
  deadline hears the same and is taken out. Of one call the short ones go first, so that a long one is late alone.
- One text that makes the model fail does not take its neighbours with it: they are scored again one by one.

Which scorer works behind it, and what follows when none answers, is decided elsewhere.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Final

from moderation.scoring.scorer import EngineInfo, Scorer, ScoringUnavailable, refuse_text
from moderation.vocabulary import ScoreContext, Scores

log = logging.getLogger(__name__)
LATE: Final = "the model did not answer in time"


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How much is scored together, how much may wait, and for how long."""

    characters: int = 8_000
    texts: int = 64
    waiting: int = 400_000
    deadline: float = 1.0


@dataclass(eq=False, slots=True)
class _Waiting:
    text: str
    context: ScoreContext | None
    done: Future[Scores] = field(default_factory=Future)

    @property
    def size(self) -> int:
        return len(self.text) + 1


class BatchingScorer:
    """A scorer for many threads at once, in front of one that likes batches."""

    def __init__(self, inner: Scorer, limits: BatchLimits = BatchLimits()) -> None:
        self._inner = inner
        self._limits = limits
        self._queue: list[_Waiting] = []
        self._size = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="scoring", daemon=True)
        self._thread.start()

    @property
    def info(self) -> EngineInfo:
        return self._inner.info

    @property
    def waiting(self) -> int:
        """How many texts wait now."""
        return len(self._queue)

    def score(self, texts: Sequence[str], contexts: Sequence[ScoreContext | None] | None = None) -> list[Scores]:
        """Score texts together with what other threads ask for; one that was not scored in time says so in `unavailable`.

        Raises:
            ScoringUnavailable: too much waits already, the deadline passed for every text, or the scorer is closed.
        """
        mine = [_Waiting(text, context) for text, context in zip(texts, contexts or [None] * len(texts), strict=True)]
        self._enqueue(sorted(mine, key=lambda item: item.size))
        late = wait([item.done for item in mine], self._limits.deadline).not_done
        self._withdraw([item for item in mine if item.done in late])
        if mine and len(late) == len(mine):
            raise ScoringUnavailable(LATE)
        return [refuse_text(self.info, LATE) if item.done in late else item.done.result() for item in mine]

    def close(self) -> None:
        """Refuse what waits, end the thread and close the model."""
        with self._changed:
            self._closed = True
            left, self._queue, self._size = self._queue, [], 0
            self._changed.notify_all()
        for item in left:
            _fail(item, ScoringUnavailable("the scorer was closed"))
        self._thread.join(timeout=5)
        self._inner.close()

    def _enqueue(self, items: list[_Waiting]) -> None:
        size = sum(item.size for item in items)
        with self._changed:
            if self._closed:
                raise ScoringUnavailable("the scorer was closed")
            if self._queue and self._size + size > self._limits.waiting:
                raise ScoringUnavailable("too many texts wait for a score")
            self._queue += items
            self._size += size
            self._changed.notify()

    def _withdraw(self, items: list[_Waiting]) -> None:
        gone = set(map(id, items))
        with self._changed:
            self._queue = [item for item in self._queue if id(item) not in gone]
            self._size = sum(item.size for item in self._queue)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                batch = self._take()
            self._answer(batch)

    def _take(self) -> list[_Waiting]:
        first = self._queue[0]
        others = sorted(self._queue[1:], key=lambda item: abs(item.size - first.size))
        batch, longest = [first], first.size
        for item in others:
            longest = max(longest, item.size)
            if len(batch) == self._limits.texts or longest * (len(batch) + 1) > self._limits.characters:
                break
            batch.append(item)
        taken = set(map(id, batch))
        self._queue = [item for item in self._queue if id(item) not in taken]
        self._size -= sum(item.size for item in batch)
        return batch

    def _answer(self, batch: list[_Waiting]) -> None:
        try:
            scores = self._inner.score([item.text for item in batch], [item.context for item in batch])
        except ScoringUnavailable as reason:
            for item in batch:
                _fail(item, reason)
        except Exception:  # noqa: BLE001  any fault of a model is a fault of its texts only
            log.warning("scoring.batch_failed", extra={"texts": len(batch)})
            self._answer_singly(batch)
        else:
            for item, score in zip(batch, scores, strict=True):
                _set(item, score)

    def _answer_singly(self, batch: list[_Waiting]) -> None:
        for item in batch:
            try:
                _set(item, self._inner.score([item.text], [item.context])[0])
            except Exception as fault:  # noqa: BLE001
                _set(item, refuse_text(self.info, f"the model failed on this text: {type(fault).__name__}"))


def _set(item: _Waiting, score: Scores) -> None:
    with contextlib.suppress(Exception):  # the caller may have given up in the meantime
        item.done.set_result(score)


def _fail(item: _Waiting, reason: ScoringUnavailable) -> None:
    with contextlib.suppress(Exception):
        item.done.set_exception(reason)
