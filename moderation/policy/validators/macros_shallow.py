"""Macros over lists do not stand in each other: the time of a rule stays a straight line."""

from __future__ import annotations

from moderation.policy.draft import Draft
from moderation.policy.grammar import MAX_MACRO_DEPTH, Every, Expr, children


def validate(draft: Draft) -> None:
    """Refuse macros in macros."""
    for one, _ in draft.all_rules():
        deep = _too_deep(one.tree, 0) if one.tree is not None else None
        if deep is not None:
            draft.fault((one, deep), "macro_depth", f"`{deep.macro}` stands in another macro", "make two rules of it")


def _too_deep(node: Expr, depth: int) -> Every | None:
    if isinstance(node, Every):
        depth += 1
        if depth > MAX_MACRO_DEPTH:
            return node
    found = (_too_deep(part, depth) for part in children(node))
    return next((one for one in found if one is not None), None)
