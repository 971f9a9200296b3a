"""Work on several cores at once, in whole pieces that know nothing of each other.

Many comments are done sooner when each core has its own. A single one is done sooner by two threads that share each step of the
network: so the encoder's session has a second thread, which helps whichever lane asks for it, and there is one lane fewer than
there are cores.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class Lanes:
    """As many lanes as given; none given, one for each core that this process may use."""

    def __init__(self, count: int = 0) -> None:
        self.count = count or usable_cores()
        self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="lane") if self.count > 1 else None

    def map(self, work: Callable[[Piece], Result], pieces: Sequence[Piece]) -> list[Result]:
        """What the work makes of each piece, in order; a single piece stays on the thread that asks."""
        if self._pool is None or len(pieces) <= 1:
            return [work(piece) for piece in pieces]
        return list(self._pool.map(work, pieces))

    def close(self) -> None:
        """End the threads, after what they do now."""
        if self._pool is not None:
            self._pool.shutdown()


def usable_cores() -> int:
    """Cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
