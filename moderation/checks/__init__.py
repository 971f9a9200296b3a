"""Certain, cheap facts about a comment: every check runs, whatever another one found.

- The order below is the order of the signals; it decides nothing.
- A check that raises, or is slower than its deadline, is a Signal `unavailable`: the policy must say what follows.
- Nothing of a comment is logged; a fact that a door does not give yields no signal.
- Checks are pure: what they know of the past stands in the Facts, which the store read before.

What a signal means is the policy's. What each is called stands in catalogue.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, Protocol

from moderation.checks import words
from moderation.checks.catalogue import first_name
from moderation.vocabulary import Comment, Facts, Signal

DEADLINE: Final = 0.25


class Check(Protocol):
    """A file of this room: its name, and what it finds."""

    NAME: str

    def find(self, comment: Comment, facts: Facts, now: datetime, /) -> Iterable[Signal]: ...


ORDER: Final[tuple[Check, ...]] = (
    words,  # what the editor has forbidden outright
)


def run_checks(
    comment: Comment,
    facts: Facts,
    now: datetime,
    *,
    deadline: float = DEADLINE,
    clock: Callable[[], float] = time.monotonic,
    order: tuple[Check, ...] = ORDER,
) -> tuple[Signal, ...]:
    """All signals of all checks; `deadline` is in seconds for each check, `clock` runs forward only."""
    found: list[Signal] = []
    for check in order:
        started = clock()
        try:
            signals = tuple(check.find(comment, facts, now))
        except Exception:  # noqa: BLE001 - whatever is wrong with one check, the others must still run
            signals = (_unavailable(check, "failed"),)
        if clock() - started > deadline:
            signals = (_unavailable(check, "too slow"),)
        found += signals
    return tuple(found)


def _unavailable(check: Check, why: str) -> Signal:
    return Signal(first_name(check.NAME), value=False, detail=why, unavailable=True)
