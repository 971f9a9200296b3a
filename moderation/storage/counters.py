"""Counters of the last minute: in memory by default, in Redis when several processes share them.

Keys hold keyed tags, never addresses; they vanish with their minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from limits.storage import MemoryStorage, RedisStorage

SECONDS: Final = 60


class Counters:
    """Counts per key and minute."""

    def __init__(self, redis_url: str = "") -> None:
        self._storage: MemoryStorage | RedisStorage = RedisStorage(redis_url) if redis_url else MemoryStorage()

    def seen(self, key: str) -> int:
        """How often `key` was counted in its minute; 0 for an empty key."""
        return self._storage.get(key) if key else 0

    def count(self, keys: Iterable[str]) -> None:
        """Count each key that is not empty."""
        for key in keys:
            if key:
                self._storage.incr(key, SECONDS)
