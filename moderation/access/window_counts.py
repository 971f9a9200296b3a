"""Counts within windows of time, in this process: the limiter's store where no Redis is shared.

What this file decides
- No thread: the library's own memory store starts a timer with every count, which costs a request more than all its look-ups.
- What has ended is swept out once a minute, so that addresses of a day do not fill the memory.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Final

from limits import RateLimitItem
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

SWEEP_SECONDS: Final = 60.0


def open_limiter(redis_url: str = "") -> FixedWindowRateLimiter:
    """Bounds how often something may happen: counted in Redis where its address is given, else in this process."""
    return FixedWindowRateLimiter(storage_from_string(redis_url) if redis_url else WindowCounts())


def seconds_left(limiter: FixedWindowRateLimiter, item: RateLimitItem, *names: str) -> int:
    """How long until the window that is full ends: what a caller is told to wait."""
    return max(1, math.ceil(limiter.get_window_stats(item, *names).reset_time - time.time()))


class WindowCounts(Storage):
    """A store for the limiter's fixed windows: each key with its count and the time when that ends."""

    STORAGE_SCHEME = None  # made here and never named by an address

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._clock = clock
        self._windows: dict[str, tuple[int, float]] = {}
        self._sweep_at = 0.0
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong in a store; in this one nothing does."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count in the window that runs, or begin one."""
        with self._lock:
            now = self._clock()
            self._sweep(now)
            count, end = self._windows.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + expiry
            self._windows[key] = (count + amount, end)
            return count + amount

    def get(self, key: str) -> int:
        """What was counted in the window that runs."""
        count, end = self._windows.get(key, (0, 0.0))
        return count if end > self._clock() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends."""
        return max(self._windows.get(key, (0, 0.0))[1], self._clock())

    def clear(self, key: str) -> None:
        """Forget a key."""
        with self._lock:
            self._windows.pop(key, None)

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget all; how many there were."""
        with self._lock:
            forgotten = len(self._windows)
            self._windows.clear()
        return forgotten

    def _sweep(self, now: float) -> None:
        if now < self._sweep_at:
            return
        self._windows = {key: kept for key, kept in self._windows.items() if kept[1] > now}
        self._sweep_at = now + SWEEP_SECONDS
