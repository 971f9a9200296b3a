"""Which case comes first, and how grave it is: the due time decides, the severity breaks ties, one score stands for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from moderation.vocabulary import Field, Ground, Label, Scores, Severity

RANK: Final[Mapping[Severity, int]] = MappingProxyType(
    {Severity.LOW: 0, Severity.MEDIUM: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}
)
HARMS: Final = frozenset(Label) - {Label.CHECKWORTHY, Label.SEXUAL_EXPLICIT}
"""Labels that say harm: a claim worth checking is none, and the model's word on sexual talk is too weak to lead a list."""


FOLDED: Final = frozenset({Ground.OBSCENE, Ground.INDECENT, Ground.INTIMIDATING})
"""Grounds whose text is folded for whoever wants severe text folded, however grave the case is."""


def is_severe(severity: Severity, grounds: Iterable[str]) -> bool:
    """Whether the text is one of those that some people want folded until they ask for it."""
    return severity is Severity.CRITICAL or not FOLDED.isdisjoint(grounds)


def rank(severity: Severity) -> int:
    """0 (low) to 3 (critical): what the store sorts by."""
    return RANK[severity]


def severity_of(rank_: int) -> Severity:
    """The severity of a rank."""
    return next(severity for severity, value in RANK.items() if value == rank_)


def highest_harm(scores: Mapping[Field, Scores]) -> tuple[float, str]:
    """The highest probability of harm in any field, with its label: what a case is listed and filtered by.

    No score gives 0.0 and an empty label.
    """
    found = [(value, label) for one in scores.values() for label, value in one.values.items() if label in HARMS]
    value, label = max(found, default=(0.0, ""))
    return float(value), str(label)
