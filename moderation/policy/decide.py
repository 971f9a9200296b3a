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

`decide` is pure and total: it reads nothing but its arguments and never raises.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, TypeVar

import cel

from moderation.policy.compiled import Program, holds
from moderation.policy.model import Policy, Rule, RuleSet
from moderation.vocabulary import Action, Decision, DecisionInput, FiredRule, Severity

_WEIGHT: Final = {Action.PUBLISH: 0, Action.HOLD: 1, Action.REJECT: 2}
_GRAVITY: Final = {severity: number for number, severity in enumerate(Severity)}
_DAY: Final = timedelta(hours=24)
T = TypeVar("T")


def decide(policy: Policy, given: DecisionInput) -> Decision:
    """Decide about one comment."""
    rules = policy.rules_for(given.article.section)
    values, missing = rules.gatherer.gather(given)
    context = rules.compiled.context(values, rules.gatherer.blank)
    fired, broken = ([], {"rules"}) if context is None else _run(rules, context)
    missing |= broken
    if not fired and not missing:
        return _publish(policy)
    named = [_fire(rule, program, context) for rule, program in fired]
    named += [_answer(policy, source) for source in sorted(missing)]
    named.sort(key=lambda one: (-_GRAVITY[one.severity], one.due))
    return _conclude(policy, tuple(named), tuple(sorted(missing)), asks_for_help=any(rule.help for rule, _ in fired))


def _run(rules: RuleSet, context: cel.Context) -> tuple[list[tuple[Rule, Program]], set[str]]:
    outcomes = rules.compiled.run(context)
    if not any(outcomes) and None not in outcomes:
        return [], set()
    told = zip(rules.rules, rules.compiled.programs, outcomes, strict=True)
    fired = [(rule, program) for rule, program, outcome in told if outcome]
    broken = {f"rule.{rule.id}" for rule, outcome in zip(rules.rules, outcomes, strict=True) if outcome is None}
    return fired, broken


def _fire(rule: Rule, program: Program, context: cel.Context | None) -> FiredRule:
    held = {
        name
        for condition in program.conditions
        if condition.positive and context is not None and holds(condition.program, context)
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
