"""Decide what becomes of a comment: the site's policy over everything that is known of it.

What this file decides
- Every rule is asked; none ends the run. The gravest outcome of the rules that fired wins: reject, then hold,
  then publish.
- No rule fired: the comment is published. A rule that says `publish` publishes and lets a person look afterwards; the
  decision then has rules that fired, and the pipeline opens a case for it.
- A check, a scorer or a rule that could not answer gets the answer that the policy has for it.
- A call for help outranks everything: the comment is held, due at once, rests on no ground, and its author gets help
  and no word of a broken rule. The rules that also fired are there for the moderator.
- Rules are given gravest first: by severity, then by due time, then as in the file. Grounds and reasons are those
  of the rules that carry the outcome.

`decide` is pure and total: it reads nothing but its arguments and never raises. What rules said of a comment that they cannot
tell from this one is not asked again (regions.py); it is the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, TypeVar

import cel

from moderation.policy.compiled import Program, Value, holds
from moderation.policy.model import Answered, Policy, Rule, RuleSet
from moderation.vocabulary import Action, Decision, DecisionInput, FiredRule, Severity

_WEIGHT: Final = {Action.PUBLISH: 0, Action.HOLD: 1, Action.REJECT: 2}
_GRAVITY: Final = {severity: number for number, severity in enumerate(Severity)}
_DAY: Final = timedelta(hours=24)
T = TypeVar("T")


def decide(policy: Policy, given: DecisionInput) -> Decision:
    """Decide about one comment."""
    rules = policy.rules_for(given.article.section)
    values, missing = rules.gatherer.gather(given)
    key = rules.regions.key(values)
    answered = rules.regions.recall(key) if key is not None else None
    if answered is None:
        answered = _ask(rules, values)
        if key is not None:
            rules.regions.keep(key, answered)
    missing |= answered.broken
    if not answered.fired and not missing:
        return _publish(policy)
    named = [*answered.fired, *(_answer(policy, source) for source in sorted(missing))]
    named.sort(key=lambda one: (-_GRAVITY[one.severity], one.due))
    return _conclude(policy, tuple(named), tuple(sorted(missing)), asks_for_help=answered.asks_for_help)


def _ask(rules: RuleSet, values: dict[str, Value]) -> Answered:
    """Ask every rule."""
    context = rules.compiled.context(values, rules.gatherer.blank)
    if context is None:
        return Answered((), frozenset({"rules"}), asks_for_help=False)
    outcomes = rules.compiled.run(context)
    told = zip(rules.rules, rules.compiled.programs, outcomes, strict=True)
    fired = [(rule, _fire(rule, program, context)) for rule, program, outcome in told if outcome]
    broken = frozenset(f"rule.{rule.id}" for rule, one in zip(rules.rules, outcomes, strict=True) if one is None)
    return Answered(tuple(one for _, one in fired), broken, asks_for_help=any(rule.help for rule, _ in fired))


def _fire(rule: Rule, program: Program, context: cel.Context) -> FiredRule:
    held = {
        name
        for condition in program.conditions
        if condition.positive and holds(condition.program, context)
        for name in condition.names
        if "." in name and not name.startswith("limits.")
    }
    return FiredRule(
        id=rule.id,
        ground=rule.ground,
        then=rule.then,
        severity=rule.severity,
        due=rule.due,
        reason=rule.reason,
        note=rule.note,
        signals=tuple(sorted(held)),
    )


def _answer(policy: Policy, source: str) -> FiredRule:
    answer = policy.answer_for(source)
    return FiredRule(
        id=f"unavailable.{source}",
        ground=None,
        then=answer.then,
        severity=answer.severity,
        due=answer.due,
        note=answer.note,
        signals=(source,),
    )


def _publish(policy: Policy) -> Decision:
    message = policy.messages[Action.PUBLISH]
    return Decision(action=Action.PUBLISH, grounds=(), rules=(), policy=policy.hash, message=message)


def _conclude(
    policy: Policy, fired: tuple[FiredRule, ...], missing: tuple[str, ...], *, asks_for_help: bool
) -> Decision:
    action = Action.HOLD if asks_for_help else max((one.then for one in fired), key=_WEIGHT.__getitem__)
    quiet = asks_for_help or action is Action.PUBLISH
    carrying = () if quiet else tuple(one for one in fired if one.then is action)
    return Decision(
        action=action,
        grounds=_once(one.ground for one in carrying if one.ground is not None),
        rules=fired,
        policy=policy.hash,
        severity=max((one.severity for one in fired), key=_GRAVITY.__getitem__, default=Severity.LOW),
        due=min((one.due for one in fired), default=_DAY),
        reasons=_once(one.reason for one in carrying if one.reason),
        message=policy.help.words_for(policy.region) if asks_for_help else policy.messages[action],
        unavailable=missing,
    )


def _once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
