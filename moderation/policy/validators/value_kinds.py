"""The parts of an expression fit together, and the whole of it is true or false."""

from __future__ import annotations

from moderation.policy.draft import Draft, DraftRule
from moderation.policy.grammar import Expr, Type
from moderation.policy.inference import Inference


def validate(draft: Draft) -> None:
    """Refuse expressions whose types do not fit."""
    for one, _ in draft.all_rules():
        if one.tree is not None:
            _judge(draft, one, one.tree)


def _judge(draft: Draft, one: DraftRule, tree: Expr) -> None:
    def report(part: Expr, message: str, hint: str) -> None:
        draft.fault((one, part), "type", message, hint)

    kind = Inference(draft.names, report).type_of(tree)
    if kind not in (Type.BOOL, Type.UNKNOWN):
        report(
            tree, f"`when` must be true or false, here is {kind.value}", "compare it, as in `score.insult >= likely`"
        )
