"""Counters of the last minute: in memory by default, in Redis when several processes share them.

Keys hold keyed tags, never addresses; they vanish with their minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

from limits.storage import RedisStorage

SECONDS: Final = 60


class Counters:
    """Counts per key and minute."""

    def __init__(self, redis_url: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._shared = RedisStorage(redis_url) if redis_url else None
        self._clock = clock
        self._minute = 0
        # Counted here and not by the library's memory store: that starts a timer thread with every count.
        self._counts: dict[str, int] = {}

    def seen(self, key: str) -> int:
        """How often `key` was counted in its minute; 0 for an empty key."""
        if not key:
            return 0
        if self._shared is not None:
            return self._shared.get(key)
        self._turn()
        return self._counts.get(key, 0)

    def count(self, keys: Iterable[str]) -> None:
        """Count each key that is not empty."""
        self._turn()
        for key in keys:
            if key and self._shared is not None:
                self._shared.incr(key, SECONDS)
            elif key:
                self._counts[key] = self._counts.get(key, 0) + 1

    def _turn(self) -> None:
        minute = int(self._clock() // SECONDS)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
