"""A policy says what follows when a check or the scorer cannot answer; publishing then is allowed, and warned of."""

from __future__ import annotations

from moderation.policy.draft import Draft
from moderation.policy.faults import Weight
from moderation.vocabulary import Action


def validate(draft: Draft) -> None:
    """Refuse a policy that is silent on missing answers."""
    if "default" not in draft.unavailable:
        hint = "add `unavailable: default:` with `then: hold`"
        message = "the policy does not say what follows when a check or the scorer is unavailable"
        draft.source.fault(draft.node, "no_unavailable", message, hint)
    for name, answer in draft.unavailable.items():
        node = draft.unavailable_nodes[name]
        if answer.then is Action.PUBLISH:
            message = f"when `{name}` is unavailable, comments are published unjudged"
            draft.source.fault(node, "fails_open", message, "`hold` lets a person look first", weight=Weight.WARNING)
        elif answer.then is Action.REJECT:
            message = f"when `{name}` is unavailable, comments would be rejected for our own failure"
            draft.source.fault(node, "fails_shut", message, "write `then: hold`")
