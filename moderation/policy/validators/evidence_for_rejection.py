"""No comment is rejected on a model's score alone: a rule that rejects rests on a certain fact as well.

A score says what is likely, and its errors fall on names and dialects; a person decides what only a score says. A site
that wants otherwise writes `unsafe_reject_on_score: true` and is warned.
"""

from __future__ import annotations

from typing import Final

from moderation.policy.draft import Draft
from moderation.policy.grammar import Binary, Expr, Literal, Unary, names_in
from moderation.vocabulary import Action

_FACTS: Final = ("author.banned", "sender.banned", "article.closed", "comment.characters", "comment.door")


def validate(draft: Draft) -> None:
    """Refuse rules that reject on a score alone."""
    for one, _ in draft.all_rules():
        if one.tree is None or one.rule.then is not Action.REJECT or _rests_on(one.tree) != "score":
            continue
        message = f"rule `{one.rule.id}` rejects on a model's score alone"
        if draft.unsafe_reject_on_score:
            draft.warn((one, one.tree), "reject_on_score", message, "`hold` lets a person decide")
        else:
            hint = "write `then: hold`, or join it with a check by `&&`"
            draft.fault((one, one.tree), "reject_on_score", message, hint)


def _rests_on(node: Expr) -> str:
    """Say what the weakest way to make a condition true rests on: `fact`, `score` or nothing."""
    if isinstance(node, Binary) and node.op in ("&&", "||"):
        sides = {_rests_on(node.left), _rests_on(node.right)}
        order = ("fact", "score", "") if node.op == "&&" else ("score", "", "fact")
        return next(one for one in order if one in sides)
    names = names_in(node)
    if any(name.startswith("score.") for name in names):
        return "score"
    negated = (isinstance(node, Unary) and node.op == "!") or (isinstance(node, Binary) and _is_absence(node))
    certain = any(name.startswith("check.") or name in _FACTS for name in names)
    return "fact" if certain and not negated else ""


def _is_absence(node: Binary) -> bool:
    right = node.right
    return node.op in ("<", "<=") or (
        node.op in ("==", ">=") and isinstance(right, Literal) and right.value in (0, 0.0, "", False)
    )
