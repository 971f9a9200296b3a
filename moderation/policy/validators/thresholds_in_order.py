"""The words rise: possible below likely below very likely, for each label."""

from __future__ import annotations

from itertools import pairwise

from moderation.policy.draft import Draft
from moderation.policy.grammar import Level


def validate(draft: Draft) -> None:
    """Refuse thresholds that are out of order."""
    for node, label, numbers in draft.threshold_nodes:
        given = [(level, numbers[level]) for level in Level if level in numbers]
        for (lower, low), (higher, high) in pairwise(given):
            if low >= high:
                message = (
                    f"the thresholds of `{label}` are out of order: `{lower}` {low} is not below `{higher}` {high}"
                )
                draft.source.fault(node, "threshold_order", message, f"raise `{higher}` or lower `{lower}`")
