"""Times as people say them: how long ago, how long, and the exact moment for a title."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400


def lasting(seconds: float | timedelta) -> str:
    """A duration in its two largest units: `48 min`, `1 h 12 min`, `3 d 4 h`."""
    total = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    total = max(0, total)
    if total < MINUTE:
        return f"{total} s"
    if total < HOUR:
        return f"{total // MINUTE} min"
    if total < DAY:
        rest = total % HOUR // MINUTE
        return f"{total // HOUR} h {rest} min" if rest else f"{total // HOUR} h"
    rest = total % DAY // HOUR
    return f"{total // DAY} d {rest} h" if rest else f"{total // DAY} d"


def ago(at: datetime, now: datetime) -> str:
    """How long since, or until, as a bare duration."""
    return lasting(abs(now - at))


def moment(at: datetime) -> str:
    """The exact moment, in UTC and said to be."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
