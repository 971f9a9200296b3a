"""When a message that did not arrive is tried again: growing pauses with jitter over three days, then it is dead."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

PAUSES: Final = (5, 30, 300, 1800, 7200, 18000, 36000, 50400, 64800, 72000)  # seconds after the n-th failure
JITTER: Final = 0.2
GONE: Final = 410
OK: Final = range(200, 300)


def next_attempt(attempts: int, jitter: float, retry_after: float | None = None) -> timedelta | None:
    """The pause after `attempts` failures; None when the message is given up.

    `jitter` is a random number from 0 to 1; `retry_after` is what the receiver asked for, in seconds.
    """
    if attempts > len(PAUSES):
        return None
    pause = PAUSES[attempts - 1] * (1 + JITTER * (2 * jitter - 1))
    return timedelta(seconds=max(pause, min(retry_after or 0, PAUSES[-1])))


def arrived(status: int) -> bool:
    """Only 2xx counts; a redirect is a failure."""
    return status in OK
