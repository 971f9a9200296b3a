"""A rule can fire: it is not false whatever comes, and its bounds do not exclude each other."""

from __future__ import annotations

from moderation.policy.bounds import Bounds
from moderation.policy.draft import Draft
from moderation.policy.grammar import Expr, Type, names_in
from moderation.policy.inference import Inference


def validate(draft: Draft) -> None:
    """Refuse rules that can never fire."""
    for one, thresholds in draft.all_rules():
        tree = one.tree
        if tree is None or not _has_meaning(draft, tree):
            continue
        culprit = Bounds(draft.names, thresholds, draft.limits).excluded(tree)
        if culprit is None:
            continue
        why = f"its bounds on `{culprit}` exclude each other" if culprit else "its condition is always false"
        draft.fault(
            (one, tree), "never_fires", f"rule `{one.rule.id}` can never fire: {why}", "correct it or leave it out"
        )


def _has_meaning(draft: Draft, tree: Expr) -> bool:
    """Whether names and types are right: where they are not, that is the fault."""
    if any(draft.names.type_of(path) is Type.UNKNOWN for path in names_in(tree)):
        return False
    unfit: list[Expr] = []
    Inference(draft.names, lambda part, _message, _hint: unfit.append(part)).type_of(tree)
    return not unfit
