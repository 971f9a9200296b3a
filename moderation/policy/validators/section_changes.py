"""What a section leaves out exists, and something is left."""

from __future__ import annotations

from moderation.policy.draft import Draft
from moderation.policy.faults import did_you_mean, listed


def validate(draft: Draft) -> None:
    """Refuse sections that switch off rules which do not exist, or all of them."""
    known = [one.rule.id for one in draft.rules]
    for name, section in draft.sections.items():
        for rule, node in section.off.items():
            if rule and rule not in known:
                hint = did_you_mean(rule, known, f"there are {listed(known)}")
                draft.source.fault(
                    node, "unknown_rule", f"section `{name}` leaves out `{rule}`, which does not exist", hint
                )
        if known and not section.rules and set(known) <= set(section.off):
            draft.source.fault(section.node, "no_rules", f"section `{name}` leaves out every rule")
