"""Certain, cheap facts about a comment, one file each: what they are called stands in catalogue.py.

What this file decides
- Every check always runs, in this order; none ends the run.
- A check that raises or passes its deadline gives the signal `unavailable`, under its first name in the catalogue.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from moderation.vocabulary import Comment, Facts, Signal

Find = Callable[[Comment, Facts, datetime], Iterable[Signal]]

CHECKS: Sequence[tuple[str, Find]] = ()


def run_checks(
    comment: Comment,
    facts: Facts,
    now: datetime,
    *,
    deadline: float = 0.25,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Signal, ...]:
    """The signals of all checks; `deadline` in seconds bounds each of them."""
    found: list[Signal] = []
    for name, find in CHECKS:
        started = clock()
        try:
            signals = list(find(comment, facts, now))
        except Exception:  # noqa: BLE001 - a broken check is a fact, never the end of the run
            found.append(Signal(name, value=False, unavailable=True))
            continue
        late = clock() - started > deadline
        found += [Signal(name, value=False, unavailable=True)] if late else signals
    return tuple(found)
