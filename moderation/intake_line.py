"""Judge requests that wait together in one batch; a single request never waits for company.

What this file decides
- One thread takes whatever is waiting (up to a limit), runs the pipeline once, and answers each caller when the commit is on
  the disk. While it works, new arrivals gather: the busier the site, the larger the batches.
- After a batch of many its callers ask again all at once. The first of them would be judged alone, and the others after it:
  so the line is looked at again for as long as it grows. After a batch of one nobody waits.
- The waiting line is bounded: beyond it a caller is told `unavailable` at once instead of waiting without end.
- Two requests with the same idempotency key are never judged at the same time: the second is told so.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final

from moderation.errors import Conflict, ModerationError, Unavailable
from moderation.ports import Arrival, Outcome

LINE: Final = 2000
LOOK: Final = 0.0005  # seconds between two looks at a line that grows
Receive = Callable[[Sequence[Arrival]], list[Outcome | ModerationError]]


class InFlight(Conflict):
    """a request with this idempotency key is being judged"""

    code = "idempotency_in_flight"
    hint = "wait a second and send it again"


class LineFull(Unavailable):
    """too many comments are waiting to be judged"""

    code = "line_full"
    hint = "send it again in a few seconds"


class Intake:
    """The line in front of the pipeline."""

    def __init__(self, receive: Receive, *, limit: int = 64) -> None:
        self._receive = receive
        self._limit = limit
        self._line: queue.Queue[tuple[Arrival, Future[Outcome]] | None] = queue.Queue(LINE)
        self._last = 1
        self._marks: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)
        self._thread.start()

    def submit(self, arrival: Arrival) -> Future[Outcome]:
        """Put a comment into the line; the future holds its outcome or raises what went wrong.

        Raises:
            InFlight, LineFull.
        """
        future: Future[Outcome] = Future()
        future.set_running_or_notify_cancel()  # a caller that stops waiting must not end this comment, nor the line
        self._claim(arrival)
        try:
            self._line.put_nowait((arrival, future))
        except queue.Full:
            self._release(arrival)
            raise LineFull from None
        return future

    def close(self) -> None:
        """Finish what is waiting and stop."""
        self._line.put(None)
        self._thread.join(timeout=30)

    def _claim(self, arrival: Arrival) -> None:
        if arrival.mark is None:
            return
        name = (arrival.site_id, arrival.mark.key)
        with self._lock:
            if name in self._marks:
                raise InFlight
            self._marks.add(name)

    def _release(self, arrival: Arrival) -> None:
        if arrival.mark is not None:
            with self._lock:
                self._marks.discard((arrival.site_id, arrival.mark.key))

    def _work(self) -> None:
        while True:
            batch, closing = self._take()
            self._last = len(batch)
            if batch:
                self._judge(batch)
            if closing:
                return

    def _take(self) -> tuple[list[tuple[Arrival, Future[Outcome]]], bool]:
        first = self._line.get()
        if first is None:
            return [], True
        batch = [first]
        if self._last > 1:
            self._let_it_grow()
        while len(batch) < self._limit:
            try:
                more = self._line.get_nowait()
            except queue.Empty:
                break
            if more is None:
                return batch, True
            batch.append(more)
        return batch, False

    def _let_it_grow(self) -> None:
        size = -1
        while size < self._limit and size != (size := self._line.qsize()):
            time.sleep(LOOK)

    def _judge(self, batch: list[tuple[Arrival, Future[Outcome]]]) -> None:
        try:
            outcomes = self._receive([arrival for arrival, _ in batch])
        except ModerationError as problem:
            outcomes = [problem] * len(batch)
        except Exception as problem:  # noqa: BLE001 - a caller must never wait for an answer that will not come
            for arrival, future in batch:
                self._release(arrival)
                future.set_exception(problem)
            return
        for (arrival, future), outcome in zip(batch, outcomes, strict=True):
            self._release(arrival)
            if isinstance(outcome, ModerationError):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
