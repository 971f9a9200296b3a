"""How long an author may expect to wait: said only from waits that were measured.

What this file decides
- Counted is the time in which somebody could have read: quiet hours are taken out of past waits, and put back into the promise.
- Without quiet hours, comments that came at about the same hour of the day speak, if there are enough of them.
- "Usually" is four of five. Fewer than twenty waits say nothing, and whoever has waited longer than that is told so.
- A promise is rounded up: to five minutes, over two hours to whole hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil
from typing import Final, Protocol
from zoneinfo import ZoneInfo

FEWEST: Final = 20
SHARE: Final = 0.8
NEAR_HOURS: Final = 2
DAY: Final = timedelta(days=1)
LONGEST_DAYS: Final = 14
Past = Sequence[tuple[datetime, datetime]]


class Quiet(Protocol):
    """From when to when nobody reads, in a zone."""

    @property
    def start(self) -> time: ...

    @property
    def end(self) -> time: ...

    @property
    def zone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Wait:
    """What can be said: usually within so many minutes of reading time; when reading begins again; whether it takes longer."""

    minutes: int | None = None
    reads_again: datetime | None = None
    longer: bool = False


def usual_wait(past: Past, opened: datetime, now: datetime, quiet: Quiet | None = None) -> Wait:
    """What to tell the author of a comment that was held at `opened`. `past` holds when others were held and decided."""
    reads_again = quiet_until(quiet, now) if quiet else None
    waits = sorted(read_time(begin, end, quiet) for begin, end in _alike(past, opened, quiet) if end >= begin)
    if len(waits) < FEWEST:
        return Wait(None, reads_again)
    usual = waits[ceil(SHARE * len(waits)) - 1]
    return Wait(_rounded(usual), reads_again, longer=read_time(opened, now, quiet) > usual)


def _alike(past: Past, opened: datetime, quiet: Quiet | None) -> Past:
    if quiet is not None:
        return past
    near = [
        one for one in past if min((one[0].hour - opened.hour) % 24, (opened.hour - one[0].hour) % 24) <= NEAR_HOURS
    ]
    return near if len(near) >= FEWEST else past


def _rounded(wait: timedelta) -> int:
    minutes = wait.total_seconds() / 60
    step = 5 if minutes <= 120 else 60  # noqa: PLR2004 - two hours
    return max(step, ceil(minutes / step) * step)


def read_time(begin: datetime, end: datetime, quiet: Quiet | None) -> timedelta:
    """How much of a span was not quiet; nothing is looked at that is longer than two weeks ago."""
    begin = max(begin, end - timedelta(days=LONGEST_DAYS))
    whole = max(end - begin, timedelta(0))
    if quiet is None:
        return whole
    lost = timedelta(0)
    for start, stop in _spans(quiet, begin - DAY, end + DAY):
        lost += max(min(stop, end) - max(start, begin), timedelta(0))
    return whole - lost


def quiet_until(quiet: Quiet, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` lies, or None."""
    return next((stop for start, stop in _spans(quiet, now - DAY, now + DAY) if start <= now < stop), None)


def _spans(quiet: Quiet, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    zone = ZoneInfo(quiet.zone)
    day, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    found = []
    while day <= last:
        start = datetime.combine(day, quiet.start, zone)
        after = day if quiet.end > quiet.start else day + DAY
        found.append((start, datetime.combine(after, quiet.end, zone)))
        day += DAY
    return found
