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
from datetime import UTC, datetime
from functools import cache
from typing import Final, Protocol

from moderation.checks import (
    betting,
    chain,
    contact,
    doxxing,
    exit_polls,
    flood,
    form,
    gathering,
    incitement,
    languages,
    links,
    names,
    numbers,
    oddities,
    official,
    overlap,
    pitches,
    postal,
    remarks,
    repeats,
    rumours,
    self_harm,
    sensitive,
    shouting,
    standing,
    sub_judice,
    switches,
    threats,
    victims,
    words,
)
from moderation.checks.catalogue import first_name
from moderation.vocabulary import Author, Comment, Door, Facts, Signal

DEADLINE: Final = 0.5  # 20,000 hostile characters take the slowest check 0.4 s (tests/checks/test_hostile.py)


class Check(Protocol):
    """A file of this room: its name, and what it finds."""

    NAME: str

    def find(self, comment: Comment, facts: Facts, now: datetime, /) -> Iterable[Signal]: ...


ORDER: Final[tuple[Check, ...]] = (
    words,  # what the editor has forbidden outright
    links,  # where a comment wants to lead
    contact,  # private data of somebody
    postal,  # where somebody lives
    numbers,  # cards, identity numbers, accounts
    repeats,  # said before
    flood,  # said too often
    form,  # what the form noticed
    standing,  # who the author has been here
    names,  # somebody else's name
    official,  # an office that nobody verified
    oddities,  # signs that are not writing
    shouting,  # capitals
    switches,  # what the editor switched
    sensitive,  # articles and names that need care
    victims,  # whom the law protects
    sub_judice,  # matters before a court
    languages,  # whether the model can judge it
    overlap,  # taken from elsewhere
    chain,  # pass this on
    gathering,  # come there then
    rumours,  # claims on the editor's list
    self_harm,  # a call for help
    remarks,  # getting personal
    incitement,  # calls against a community
    threats,  # threats in plain words
    exit_polls,  # forbidden for now
    betting,  # invitations to bet
    doxxing,  # calls to expose somebody
    pitches,  # the salesman's words
)


def run_checks(
    comment: Comment,
    facts: Facts,
    now: datetime,
    *,
    deadline: float = DEADLINE,
    clock: Callable[[], float] = time.thread_time,
    order: tuple[Check, ...] = ORDER,
) -> tuple[Signal, ...]:
    """All signals of all checks; `deadline` is in seconds for each check, `clock` runs forward only.

    The clock is this thread's own time on the processor: that a busy machine lets a check wait says nothing about the comment.
    """
    found: list[Signal] = []
    ended = clock()
    for check in order:
        started = ended
        try:
            signals = tuple(check.find(comment, facts, now))
        except Exception:  # noqa: BLE001 - whatever is wrong with one check, the others must still run
            signals = (_unavailable(check, "failed"),)
        ended = clock()
        if ended - started > deadline:
            signals = (_unavailable(check, "too slow"),)
        found += signals
    return tuple(found)


@cache
def warm_up() -> None:
    """Let every check load what it needs (lists, tables of numbers and domains), so that no comment pays for it."""
    text = (
        "A first look: call 080 2222 2222, write to somebody@example.org or see https://www.example.org/page for more."
    )
    sample = Comment(text, Door.API, author=Author("Warm Up", "warm.up@example.org"), title="A title", parent_id="1")
    for check in ORDER:
        tuple(check.find(sample, Facts(), datetime(2026, 1, 1, tzinfo=UTC)))


def _unavailable(check: Check, why: str) -> Signal:
    return Signal(first_name(check.NAME), value=False, detail=why, unavailable=True)
