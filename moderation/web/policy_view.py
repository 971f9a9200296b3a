"""What the policy pages show: rules in plain words, faults beside their lines, what changed, what a replay found.

What this file decides
- A fault is shown under its line with two lines around it, the place marked: nobody counts columns.
- A difference is shown by lines, with words for added and removed, not by colour alone.
- The texts of a replay's samples are folded; those that a rule for protected names caught are not shown at all.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from moderation.checks.catalogue import CHECKS
from moderation.errors import NotFound
from moderation.policy.faults import Fault, Weight
from moderation.policy.model import Policy
from moderation.policy.plain import PlainWords
from moderation.storage.database import Database
from moderation.storage.people import find_person
from moderation.storage.replay_jobs import JOB, JobState
from moderation.storage.tables import PolicyVersion
from moderation.vocabulary import PROTECTED_NAME

AROUND: Final = 2


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in plain words."""

    id: str
    then: str
    sentence: str
    reason: str


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault with the line it stands on, cut at the place."""

    line: int
    column: int
    error: bool
    message: str
    hint: str
    before: str
    place: str
    after: str
    above: tuple[str, ...]
    below: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a difference: `added`, `removed`, `same` or `gap`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list."""

    id: str
    number: int
    state: str
    note: str
    by: str
    at: datetime
    approved_by: str
    shadow: bool


@dataclass(frozen=True, slots=True)
class ReplayLine:
    """A replay that was asked for: `waiting`, `running` or `failed`, and how far it is."""

    state: str
    done: int
    total: int

    @property
    def under_way(self) -> bool:
        """Whether the page must be looked at again."""
        return self.state != JobState.FAILED.value


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One comment that would be decided otherwise."""

    id: str
    then: str
    now: str
    verdict: str
    rules: str
    text: str
    hidden: bool


def rule_lines(policy: Policy) -> tuple[RuleLine, ...]:
    """The rules of a policy in plain words."""
    words = PlainWords(policy.rules.thresholds, policy.limits, CHECKS)
    pairs = zip(policy.rules.rules, policy.rules.compiled.programs, strict=True)
    return tuple(
        RuleLine(rule.id, rule.then.value, words.rule(rule, program.tree), rule.reason) for rule, program in pairs
    )


def fault_lines(text: str, faults: tuple[Fault, ...]) -> tuple[FaultLine, ...]:
    """Faults with the lines around them."""
    lines = text.splitlines() or [""]
    return tuple(_fault_line(lines, fault) for fault in faults)


def _fault_line(lines: list[str], fault: Fault) -> FaultLine:
    row = min(fault.at.line, len(lines)) - 1
    line, start = lines[row], fault.at.column - 1
    end = start + fault.at.length
    return FaultLine(
        line=fault.at.line,
        column=fault.at.column,
        error=fault.weight is Weight.ERROR,
        message=fault.message,
        hint=fault.hint,
        before=line[:start],
        place=line[start:end] or " ",
        after=line[end:],
        above=tuple(lines[max(0, row - AROUND) : row]),
        below=tuple(lines[row + 1 : row + 1 + AROUND]),
    )


def diff_lines(old: str, new: str) -> tuple[DiffLine, ...]:
    """What changed between two texts, with three lines around each change."""
    kinds = {"+": "added", "-": "removed", " ": "same", "@": "gap"}
    told = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=3)
    lines = [line for line in told if not line.startswith(("+++", "---"))]
    return tuple(DiffLine(kinds[line[0]], "…" if line[0] == "@" else line[1:]) for line in lines)


def name_of(database: Database, user_id: str | None) -> str:
    """The name of a person, or the id of one who is gone."""
    if not user_id:
        return ""
    try:
        return find_person(database, user_id).name
    except NotFound:
        return user_id


def version_line(database: Database, row: PolicyVersion, shadow: str | None) -> VersionLine:
    """One version for the list."""
    return VersionLine(
        id=row.id,
        number=row.number,
        state=row.state,
        note=row.note,
        by=name_of(database, row.created_by),
        at=row.activated_at or row.created_at,
        approved_by=name_of(database, row.approved_by),
        shadow=shadow == f"version:{row.id}",
    )


def replay_line(kept: Mapping[str, Any] | None) -> ReplayLine | None:
    """The replay that is under way beside what an earlier one found, or that failed."""
    job = (kept or {}).get(JOB)
    return ReplayLine(job["state"], job["done"], job["total"]) if job else None


def sample_lines(found: Mapping[str, Any], texts: Mapping[str, str], policy: Policy | None) -> tuple[SampleLine, ...]:
    """The samples of a kept replay with their texts."""
    guarded = {rule.id for rule in policy.rules.rules if PROTECTED_NAME in rule.when} if policy else set()
    lines = []
    for one in found["samples"]:
        hidden = bool(guarded & set(one["rules"]))
        text = "" if hidden else texts.get(one["id"], "")
        rules = ", ".join(one["rules"])
        lines.append(SampleLine(one["id"], one["then"], one["now"], one["verdict"] or "", rules, text, hidden))
    return tuple(lines)
