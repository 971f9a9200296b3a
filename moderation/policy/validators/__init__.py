"""The judges of a policy file, in the order in which they look, with the reason of the order.

What this file decides
- Each validator is one file with one function `validate`; it notes faults and never stops.
- Names and types come first: what they find, later ones do not repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from moderation.policy.draft import Draft
from moderation.policy.validators import (
    evidence_for_rejection,
    grounds_used,
    harm_only_adds,
    help_told,
    known_names,
    macros_shallow,
    patterns_readable,
    repeated_ids,
    rules_can_fire,
    rules_present,
    section_changes,
    thresholds_in_order,
    unavailable_answered,
    value_kinds,
)

VALIDATORS: Final[tuple[Callable[[Draft], None], ...]] = (
    rules_present.validate,  # without rules nothing else matters
    unavailable_answered.validate,  # a silent failure is the worst fault of all
    thresholds_in_order.validate,  # the words must mean something before rules use them
    known_names.validate,
    value_kinds.validate,
    macros_shallow.validate,
    patterns_readable.validate,
    repeated_ids.validate,
    section_changes.validate,
    rules_can_fire.validate,  # needs names, types and thresholds
    evidence_for_rejection.validate,
    harm_only_adds.validate,
    grounds_used.validate,
    help_told.validate,
)
