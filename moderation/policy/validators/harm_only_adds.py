"""More harm never means a milder outcome; a rule that asks for less harm or for none is marked.

The outcome is the gravest of all rules, so it can only fall when a rule stops firing. That happens when it negates a
score or a check, asks for less of it, or asks for an exact value.
"""

from __future__ import annotations

from collections.abc import Iterator

from moderation.policy.draft import Draft
from moderation.policy.grammar import Binary, Choice, Every, Expr, Literal, Name, Unary, names_in
from moderation.policy.names import is_harm


def validate(draft: Draft) -> None:
    """Mark rules that stop firing when harm grows."""
    for one, _ in draft.all_rules():
        for part in milder_with_harm(one.tree) if one.tree is not None else ():
            name = next(path for path in names_in(part) if is_harm(path))
            message = f"more of `{name}` can mean a milder outcome here"
            hint = "harm belongs on the side of `>=`; keep this only if it is meant"
            draft.warn((one, part), "harm_negated", message, hint)


def milder_with_harm(node: Expr, *, rising: bool = True) -> Iterator[Expr]:
    """Give the parts of an expression that turn false when a score or a check grows."""
    harmful = any(is_harm(path) for path in names_in(node))
    if not harmful:
        return
    match node:
        case Binary(op="&&" | "||", left=left, right=right):
            yield from milder_with_harm(left, rising=rising)
            yield from milder_with_harm(right, rising=rising)
        case Unary(op="!", of=of):
            yield from milder_with_harm(of, rising=not rising)
        case Name():
            if not rising:
                yield node
        case Binary():
            if not _rises(node, rising=rising):
                yield node
        case Choice() | Every() | _:
            yield node


def _rises(node: Binary, *, rising: bool) -> bool:
    left, right = isinstance(node.left, Name), isinstance(node.right, Name)
    harm_left = any(is_harm(path) for path in names_in(node.left))
    harm_right = any(is_harm(path) for path in names_in(node.right))
    if harm_left and harm_right:
        return False
    side = node.left if harm_left else node.right
    if not (left if harm_left else right):
        return False
    ops = (">", ">=") if harm_left else ("<", "<=")
    if node.op in ops:
        return rising
    if node.op in ("<", "<=", ">", ">="):
        return not rising
    other = node.right if harm_left else node.left
    return _is_text_choice(side, other) or (
        _says_yes(node.op, other) is rising and isinstance(getattr(other, "value", None), bool)
    )


def _says_yes(op: str, node: Expr) -> bool:
    return isinstance(node, Literal) and node.value is (op == "==")


def _is_text_choice(side: Expr, other: Expr) -> bool:
    """A text has no more or less: which text it is may mean anything."""
    return isinstance(side, Name) and isinstance(other, Literal) and isinstance(other.value, str)
