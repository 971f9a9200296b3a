"""What the disclaimer forbids, some rule looks for, or it says that people alone judge it."""

from __future__ import annotations

from moderation.policy.draft import Draft
from moderation.vocabulary import Ground


def validate(draft: Draft) -> None:
    """Refuse grounds that no rule uses."""
    used = {one.rule.ground for one, _ in draft.all_rules()}
    for ground, node in draft.clauses.items():
        by_people = draft.disclaimer.grounds[ground].by_people
        if ground in used or ground is Ground.OTHER or by_people:
            continue
        hint = "add a rule, or write `judged_by: people` beside its text"
        draft.source.fault(node, "unused_ground", f"no rule rests on the ground `{ground}`", hint)
