"""A pattern of `matches` is written out and can be read; the engine behind it takes linear time."""

from __future__ import annotations

import json

import cel

from moderation.policy.draft import Draft, DraftRule
from moderation.policy.grammar import Call, Literal, Type, walk


def validate(draft: Draft) -> None:
    """Refuse patterns that are computed or cannot be read."""
    for one, _ in draft.all_rules():
        for node in walk(one.tree) if one.tree is not None else ():
            if isinstance(node, Call) and node.function == "matches" and node.target is not None:
                _judge(draft, one, node)


def _judge(draft: Draft, one: DraftRule, node: Call) -> None:
    pattern = node.args[0] if node.args else None
    if not isinstance(pattern, Literal) or pattern.type is not Type.STRING:
        draft.fault(
            (one, node), "pattern", "`matches` takes a pattern that is written out", 'write `.matches("^ab+$")`'
        )
        return
    try:
        cel.evaluate(f'"".matches({json.dumps(pattern.value, ensure_ascii=False)})')
    except (ValueError, RuntimeError):
        draft.fault(
            (one, pattern), "pattern", "this pattern cannot be read", "look-around and back references do not exist"
        )
