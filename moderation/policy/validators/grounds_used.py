"""What the disclaimer forbids, some rule looks for, or it says that people alone judge it."""

from __future__ import annotations

from moderation.policy.draft import Draft
from moderation.vocabulary import Ground


def validate(draft: Draft) -> None:
    """Refuse grounds, and parts of them, that no rule uses."""
    used = {one.rule.ground for one, _ in draft.all_rules()}
    for ground, node in draft.clauses.items():
        by_people = draft.disclaimer.grounds[ground].by_people
        if ground in used or ground is Ground.OTHER or by_people:
            continue
        hint = "add a rule, or write `judged_by: people` beside its text"
        draft.source.fault(node, "unused_ground", f"no rule rests on the ground `{ground}`", hint)
    parts = {(one.rule.ground, one.rule.part) for one, _ in draft.all_rules()}
    for (ground, part), node in draft.parts.items():
        # One fault per cause: a ground without any rule has been told of already.
        if (ground, part) in parts or ground not in used or draft.disclaimer.grounds[ground].by_people:
            continue
        hint = "add a rule, or take the part out"
        draft.source.fault(node, "unused_ground", f"no rule rests on `{part}`, a part of the ground `{ground}`", hint)
