"""The report of a replay: what was counted, as it is shown.

What this file decides
- An hour's load is what the queue has in it on average, over the days on which this hour of the day (UTC) lies between the
  first comment and the last.
- Slices by language and by section carry their counts, so that a small one is seen to be small.
- The samples are 20, spread over the kinds of change.

Counting is in `replay.py`, words in `replay_words.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final, NamedTuple

from moderation.policy.replay import SHARED, Changed, Slice, Tally, otherwise
from moderation.vocabulary import Action

SAMPLES: Final = 20
FEW: Final = 100


class Hour(NamedTuple):
    """What the queue has in one hour of the day (UTC): counts over `days` such hours, by the policy then and by this one."""

    hour: int
    days: int
    old: int
    new: int

    @property
    def old_load(self) -> float:
        """The average by the policy then."""
        return self.old / max(self.days, 1)

    @property
    def new_load(self) -> float:
        """The average by this policy."""
        return self.new / max(self.days, 1)


@dataclass(frozen=True, slots=True)
class Report:
    """What a replay found, ready to be shown."""

    total: int
    unreadable: int
    first: datetime | None
    last: datetime | None
    table: Mapping[Action, Mapping[Action, int]]
    hours: float
    old_per_hour: float
    new_per_hour: float
    by_hour: tuple[Hour, ...]
    verdicts: int
    old_otherwise: int
    new_otherwise: int
    newly: Mapping[Action, tuple[int, int]]
    rules: tuple[tuple[str, int], ...]
    slices: Mapping[str, tuple[tuple[str, Slice], ...]]
    samples: tuple[Changed, ...]

    @property
    def changed(self) -> int:
        """How many comments would be decided otherwise."""
        return sum(count for old, row in self.table.items() for new, count in row.items() if old is not new)

    @property
    def busiest(self) -> tuple[Hour, Hour]:
        """The busiest hour of the day by the policy then, and by this one."""
        return max(self.by_hour, key=lambda one: one.old_load), max(self.by_hour, key=lambda one: one.new_load)


def report(tally: Tally, *, samples: int = SAMPLES) -> Report:
    """Make the report of a tally; loads are by the hours between the first comment and the last."""
    outcomes = tally.outcomes
    judged = [(old, new, verdict, n) for (old, new, verdict), n in outcomes.items() if verdict is not None]
    table = {old: {new: _sum(outcomes, old, new) for new in Action} for old in Action}
    span = max((tally.last - tally.first).total_seconds() / 3600, 1.0) if tally.first and tally.last else 1.0
    return Report(
        total=tally.total,
        unreadable=tally.unreadable,
        first=tally.first,
        last=tally.last,
        table=table,
        hours=span,
        old_per_hour=tally.old_load.total() / span,
        new_per_hour=tally.new_load.total() / span,
        by_hour=tuple(Hour(h, _days_of(tally, h), tally.old_load[h], tally.new_load[h]) for h in range(24)),
        verdicts=sum(n for *_, n in judged),
        old_otherwise=sum(n for old, _, verdict, n in judged if otherwise(old, verdict)),
        new_otherwise=sum(n for _, new, verdict, n in judged if otherwise(new, verdict)),
        newly={new: _newly(outcomes, new) for new in Action},
        rules=tuple(tally.rules.most_common()),
        slices={kind: _slices(tally, kind) for kind in SHARED},
        samples=_spread(tally.samples, samples),
    )


def _days_of(tally: Tally, hour: int) -> int:
    """On how many days this hour lies between the first comment and the last."""
    if not tally.first or not tally.last:
        return 0
    hours = int(tally.last.timestamp() // 3600 - tally.first.timestamp() // 3600) + 1
    return (hours - (hour - tally.first.hour) % 24 + 23) // 24


def _sum(outcomes: Counter[tuple[Action, Action, Action | None]], old: Action, new: Action) -> int:
    return sum(n for (was, now, _), n in outcomes.items() if (was, now) == (old, new))


def _newly(outcomes: Counter[tuple[Action, Action, Action | None]], new: Action) -> tuple[int, int]:
    """Count what newly gets an outcome, and how often people had decided against that very outcome."""
    moved = [(verdict, n) for (old, now, verdict), n in outcomes.items() if now is new and old is not new]
    return sum(n for _, n in moved), sum(n for verdict, n in moved if verdict is not None and otherwise(new, verdict))


def _slices(tally: Tally, kind: str) -> tuple[tuple[str, Slice], ...]:
    found = [(name, part) for (of, name), part in tally.slices.items() if of == kind]
    return tuple(sorted(found, key=lambda one: (-one[1].total, one[0])))


def _spread(samples: Mapping[tuple[Action, Action], list[Changed]], count: int) -> tuple[Changed, ...]:
    """Take samples from every kind of change in turn."""
    kinds = [samples[kind] for kind in sorted(samples)]
    return tuple([one for row in zip_longest(*kinds) for one in row if one is not None][:count])
