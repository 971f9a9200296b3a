"""What comes of a comment: a policy's decision, a person's verdict, an author's appeal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.vocabulary.words import Action, Ground, Severity


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule whose condition held, with what it rests on."""

    id: str
    ground: Ground | None
    then: Action
    severity: Severity
    due: timedelta
    reason: str = ""
    note: str = ""
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy made of a comment: pure, with the rules that fired and the policy's content hash."""

    action: Action
    grounds: tuple[Ground, ...]
    rules: tuple[FiredRule, ...]
    policy: str
    severity: Severity = Severity.LOW
    due: timedelta = timedelta(hours=24)
    reasons: tuple[str, ...] = ()
    message: str = ""
    unavailable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided about one revision of a comment."""

    action: Action
    revision: int
    by: str
    ground: Ground | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """An author's request that another person looks again."""

    comment_id: str
    words: str
    opened_at: datetime
