"""Which case comes first: the due time decides, the severity breaks ties."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from moderation.vocabulary import Severity

RANK: Final[Mapping[Severity, int]] = MappingProxyType(
    {Severity.LOW: 0, Severity.MEDIUM: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}
)


def rank(severity: Severity) -> int:
    """0 (low) to 3 (critical): what the store sorts by."""
    return RANK[severity]


def severity_of(rank_: int) -> Severity:
    """The severity of a rank."""
    return next(severity for severity, value in RANK.items() if value == rank_)
