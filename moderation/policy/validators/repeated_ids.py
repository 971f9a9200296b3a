"""A rule's id stands once: decisions, logs and replays name rules by it."""

from __future__ import annotations

from moderation.policy.draft import Draft, DraftRule


def validate(draft: Draft) -> None:
    """Refuse two rules with one id in the same list."""
    _judge(draft, draft.rules)
    for section in draft.sections.values():
        _judge(draft, section.rules)


def _judge(draft: Draft, rules: list[DraftRule]) -> None:
    seen: set[str] = set()
    for one in rules:
        if one.rule.id and one.rule.id in seen:
            draft.source.fault(
                one.id, "repeated_id", f"rule `{one.rule.id}` stands twice", "give one of them another id"
            )
        seen.add(one.rule.id)
