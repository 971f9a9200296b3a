"""An empty rule list is a fault: it would publish everything without a word."""

from __future__ import annotations

from moderation.policy.draft import Draft


def validate(draft: Draft) -> None:
    """Refuse a policy without rules."""
    if draft.rules_node is not None and draft.rules:
        return
    node = draft.node if draft.rules_node is None else draft.rules_node
    if draft.rules_node is None or not draft.rules_node.value:
        hint = "begin with the rules of `policies/default.yaml`"
        draft.source.fault(node, "no_rules", "the policy has no rules and would publish everything", hint)
