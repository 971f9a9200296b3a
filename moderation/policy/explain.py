"""Say why a comment was decided as it was: every rule that fired, what held, and by how much.

What this file decides
- The explanation is made by deciding again from the record; if the policy has changed since, it says which one is used.
- For a fired rule each condition that held is told in plain words beside the value that it had.
- What could not answer is told first: it is the part of a decision that most needs a person.
- It holds no comment text; spans are numbers into a text that the caller may or may not show.

It leaves printing to the doors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.policy.compiled import Condition, Value, flat, holds
from moderation.policy.decide import decide
from moderation.policy.model import Policy, Rule
from moderation.policy.plain import Help, PlainWords, in_words
from moderation.vocabulary import Action, Decision, DecisionInput, Field, FiredRule, Severity


@dataclass(frozen=True, slots=True)
class Found:
    """One condition that held, in plain words, with the values that its names had."""

    words: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a field a signal was found: code points, end exclusive."""

    field: Field
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Why:
    """One rule that fired, in plain words, with what held and where."""

    rule: str
    then: Action
    severity: Severity
    ground: str
    sentence: str
    found: tuple[Found, ...] = ()
    places: tuple[Place, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a comment was decided as it was."""

    decision: Decision
    policy: str
    why: tuple[Why, ...]

    def lines(self) -> list[str]:
        """Write the explanation for a terminal."""
        decision = self.decision
        due = f", due in {in_words(decision.due)}" if decision.action is Action.HOLD else ""
        lines = [
            f"{decision.action} by policy `{self.policy}` ({decision.policy[:12]}), severity {decision.severity}{due}"
        ]
        lines += [f"  could not answer: {source}" for source in decision.unavailable]
        if not self.why:
            lines.append("  no rule fired")
        for one in self.why:
            lines.append(f"  {one.rule} -> {one.then}" + (f", ground {one.ground}" if one.ground else ""))
            lines.append(f"    {one.sentence}")
            lines += [f"    held: {found.words} ({_shown(found.values)})" for found in one.found]
            lines += [f"    at {place.field} {place.start}-{place.end}: {place.label}" for place in one.places]
            lines += [f"    note: {one.note}"] if one.note else []
        return lines


def explain(policy: Policy, given: DecisionInput, checks: Mapping[str, Help]) -> Explanation:
    """Decide again from what was given, and say why."""
    decision = decide(policy, given)
    rules = policy.rules_for(given.article.section)
    sparse, _ = rules.gatherer.gather(given)
    values = rules.gatherer.whole(sparse)
    words = PlainWords(rules.thresholds, policy.limits, checks)
    known = {rule.id: (rule, program) for rule, program in zip(rules.rules, rules.compiled.programs, strict=True)}
    context = rules.compiled.context(sparse, rules.gatherer.blank)
    why = []
    for fired in decision.rules:
        if fired.id not in known or context is None:
            why.append(_missing(fired))
            continue
        rule, program = known[fired.id]
        held = [one for one in program.conditions if one.positive == bool(holds(one.program, context))]
        why.append(
            _why(rule, words.rule(rule, program.tree), [_found(one, words, values) for one in held], given, fired)
        )
    return Explanation(decision, policy.name, tuple(why))


def _why(rule: Rule, sentence: str, found: list[Found], given: DecisionInput, fired: FiredRule) -> Why:
    checks = {name.removeprefix("check.") for name in fired.signals}
    labels = {name.removeprefix("score.") for name in fired.signals if name.startswith("score.")}
    places = [
        Place(signal.field or Field.TEXT, span.start, span.end, span.label)
        for signal in given.signals
        if signal.check in checks
        for span in signal.spans
    ]
    places += [
        Place(field, span.start, span.end, span.label)
        for field, scores in given.scores.items()
        for span in scores.spans
        if span.label in labels
    ]
    ground = rule.part or (rule.ground or "")
    return Why(rule.id, rule.then, rule.severity, ground, sentence, tuple(found), tuple(places), rule.note)


def _missing(fired: FiredRule) -> Why:
    source = fired.signals[0] if fired.signals else fired.id
    return Why(fired.id, fired.then, fired.severity, "", f"`{source}` could not answer in time.", note=fired.note)


def _found(condition: Condition, words: PlainWords, values: Mapping[str, Value]) -> Found:
    told = words.condition(condition.part)
    return Found(
        told if condition.positive else f"not ({told})",
        {name: values[flat(name)] for name in condition.names if flat(name) in values},
    )


def _shown(values: Mapping[str, Value]) -> str:
    return ", ".join(
        f"{name} = {value:.2f}" if isinstance(value, float) else f"{name} = {value}" for name, value in values.items()
    )
