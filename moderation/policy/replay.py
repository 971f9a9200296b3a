"""What a policy would have made of comments that were decided before: nothing is scored again, nothing is changed.

What this file decides
- Each stored input is decided again; the outcome is counted beside the old one and beside what people decided.
- The queue's load is counted by hour of the day (UTC): what waits, and what is looked at afterwards.
- The samples are drawn by the comment's id, not by its place: the same ones whatever the order and the number of processes.
- Tallies add up: parts of a replay may be counted apart and merged.

It leaves reading the comments to the storage, running in parallel to `replay_pool.py`, and the report to `replay_report.py`.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from moderation.policy.decide import decide
from moderation.policy.model import Policy
from moderation.policy.record import RecordUnreadable, decode_decisive
from moderation.vocabulary import Action, Decision, DecisionInput

UNKNOWN: Final = "unknown"
KEEP: Final = 20
SHARED: Final = ("language", "section")


class Past(NamedTuple):
    """A comment that was decided before: its record, the policy's decision then, and what a person decided, if any did."""

    id: str
    record: bytes
    old: Action
    verdict: Action | None = None
    looked_at: bool = False


class Changed(NamedTuple):
    """A comment that would be decided otherwise."""

    draw: int
    id: str
    old: Action
    new: Action
    verdict: Action | None
    rules: tuple[str, ...]
    language: str
    section: str


@dataclass(slots=True)
class Slice:
    """Counts of one language or section."""

    total: int = 0
    changed: int = 0
    old: Counter[Action] = field(default_factory=Counter)
    new: Counter[Action] = field(default_factory=Counter)
    verdicts: int = 0
    old_otherwise: int = 0
    new_otherwise: int = 0

    def add(self, other: Slice) -> None:
        """Add the counts of another part of the replay."""
        self.total += other.total
        self.changed += other.changed
        self.old += other.old
        self.new += other.new
        self.verdicts += other.verdicts
        self.old_otherwise += other.old_otherwise
        self.new_otherwise += other.new_otherwise


@dataclass(slots=True)
class Tally:
    """What has been counted so far."""

    total: int = 0
    unreadable: int = 0
    first: datetime | None = None
    last: datetime | None = None
    outcomes: Counter[tuple[Action, Action, Action | None]] = field(default_factory=Counter)
    old_load: Counter[int] = field(default_factory=Counter)
    new_load: Counter[int] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    slices: dict[tuple[str, str], Slice] = field(default_factory=dict)
    samples: dict[tuple[Action, Action], list[Changed]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Add what another part of the replay has counted."""
        self.total += other.total
        self.unreadable += other.unreadable
        self.first = min(filter(None, (self.first, other.first)), default=None)
        self.last = max(filter(None, (self.last, other.last)), default=None)
        self.outcomes.update(other.outcomes)
        self.old_load.update(other.old_load)
        self.new_load.update(other.new_load)
        self.rules.update(other.rules)
        for key, part in other.slices.items():
            self.slices.setdefault(key, Slice()).add(part)
        for kind, drawn in other.samples.items():
            self.samples[kind] = sorted([*self.samples.get(kind, ()), *drawn])[:KEEP]


def replay(policy: Policy, past: Iterable[Past]) -> Tally:
    """Decide stored comments again and count what would have been different."""
    tally = Tally()
    for one in past:
        try:
            given = decode_decisive(one.record)
        except RecordUnreadable:
            tally.unreadable += 1
            continue
        _count(tally, one, given, decide(policy, given))
    return tally


def _count(tally: Tally, one: Past, given: DecisionInput, decision: Decision) -> None:
    new, now = decision.action, given.now
    hour = now.hour
    tally.total += 1
    tally.first = now if tally.first is None or now < tally.first else tally.first
    tally.last = now if tally.last is None or now > tally.last else tally.last
    tally.outcomes[one.old, new, one.verdict] += 1
    if one.old is Action.HOLD or one.looked_at:
        tally.old_load[hour] += 1
    if decision.rules:
        if new is not Action.REJECT:
            tally.new_load[hour] += 1
        tally.rules.update(rule.id for rule in decision.rules)
    language, section = given.comment.language or UNKNOWN, given.article.section or UNKNOWN
    for kind, name in zip(SHARED, (language, section), strict=True):
        part = tally.slices.get((kind, name))
        if part is None:
            part = tally.slices[kind, name] = Slice()
        _count_slice(part, one, new)
    if new is not one.old:
        _draw(tally, one, decision, language, section)


def _count_slice(part: Slice, one: Past, new: Action) -> None:
    part.total += 1
    part.old[one.old] += 1
    part.new[new] += 1
    part.changed += new is not one.old
    if one.verdict is not None:
        part.verdicts += 1
        part.old_otherwise += otherwise(one.old, one.verdict)
        part.new_otherwise += otherwise(new, one.verdict)


def _draw(tally: Tally, one: Past, decision: Decision, language: str, section: str) -> None:
    drawn = tally.samples.setdefault((one.old, decision.action), [])
    draw = zlib.crc32(one.id.encode())
    if len(drawn) == KEEP and draw >= drawn[-1].draw:
        return
    rules = tuple(rule.id for rule in decision.rules)
    drawn.append(Changed(draw, one.id, one.old, decision.action, one.verdict, rules, language, section))
    drawn.sort()
    del drawn[KEEP:]


def otherwise(decided: Action, verdict: Action) -> bool:
    """Tell whether a person decided against the policy; what was held was asked, not decided."""
    return decided is not Action.HOLD and decided is not verdict
