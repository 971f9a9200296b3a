"""Decisions as JSON and back: the shape in which revisions keep them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from moderation.vocabulary import Action, Decision, FiredRule, Ground, Severity


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision as a JSON object."""
    return {
        "action": decision.action.value,
        "grounds": [ground.value for ground in decision.grounds],
        "rules": [_rule_json(rule) for rule in decision.rules],
        "policy": decision.policy,
        "severity": decision.severity.value,
        "due": decision.due.total_seconds(),
        "reasons": list(decision.reasons),
        "message": decision.message,
        "unavailable": list(decision.unavailable),
    }


def _rule_json(rule: FiredRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "ground": rule.ground.value if rule.ground else None,
        "then": rule.then.value,
        "severity": rule.severity.value,
        "due": rule.due.total_seconds(),
        "reason": rule.reason,
        "note": rule.note,
        "signals": list(rule.signals),
    }


def decision_from(stored: dict[str, Any]) -> Decision:
    """The decision that `decision_json` wrote."""
    return Decision(
        action=Action(stored["action"]),
        grounds=tuple(Ground(ground) for ground in stored["grounds"]),
        rules=tuple(_rule_from(rule) for rule in stored["rules"]),
        policy=stored["policy"],
        severity=Severity(stored["severity"]),
        due=timedelta(seconds=stored["due"]),
        reasons=tuple(stored["reasons"]),
        message=stored["message"],
        unavailable=tuple(stored["unavailable"]),
    )


def _rule_from(stored: dict[str, Any]) -> FiredRule:
    return FiredRule(
        id=stored["id"],
        ground=Ground(stored["ground"]) if stored["ground"] else None,
        then=Action(stored["then"]),
        severity=Severity(stored["severity"]),
        due=timedelta(seconds=stored["due"]),
        reason=stored["reason"],
        note=stored["note"],
        signals=tuple(stored["signals"]),
    )
