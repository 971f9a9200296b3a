"""Every name, function and method of an expression exists."""

from __future__ import annotations

from moderation.policy.draft import Draft, DraftRule
from moderation.policy.faults import did_you_mean, listed
from moderation.policy.grammar import FUNCTIONS, MACROS, METHODS, Call, Every, Expr, Name, Type, children
from moderation.policy.names import SOURCES


def validate(draft: Draft) -> None:
    """Refuse unknown names, with the nearest known one."""
    for one, _ in draft.all_rules():
        if one.tree is not None:
            _look(draft, one, one.tree, frozenset())


def _look(draft: Draft, one: DraftRule, node: Expr, bound: frozenset[str]) -> None:
    if isinstance(node, Name) and node.path not in bound and draft.names.type_of(node.path) is Type.UNKNOWN:
        draft.fault((one, node), "unknown_name", f"there is no name `{node.path}`", _hint(draft, node.path))
    if isinstance(node, Call):
        known = FUNCTIONS if node.target is None else (*METHODS, *MACROS)
        if node.function not in known:
            hint = did_you_mean(node.function, known, f"there are {listed(known)}")
            draft.fault((one, node), "unknown_function", f"there is no function `{node.function}`", hint)
    if isinstance(node, Every):
        bound |= {node.name}
    for part in children(node):
        _look(draft, one, part, bound)


def _hint(draft: Draft, path: str) -> str:
    source = path.partition(".")[0]
    near = did_you_mean(path, (*draft.names.types, "possible", "likely", "very_likely"))
    siblings = [name for name in draft.names.types if name.startswith(f"{source}.")]
    if near or not siblings:
        return near or f"names begin with {listed(SOURCES)}"
    return f"`{source}` has {listed(name.partition('.')[2] for name in siblings)}"
