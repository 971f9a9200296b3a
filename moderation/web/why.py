"""Why a comment is here: each rule that fired and each finding, in words and number, with a number that the text's marks share.

What this file decides
- Findings that a fired rule rests on come first and have numbers; the others are noticed in passing and have none.
- A score is said with its level in the policy's words, its number, the threshold, the model and its version.
- A finding whose span is known names what it matched; a model's span is said to be the model's, never called a cause.
- Thresholds and conditions are shown only when the policy in force is the one that decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from moderation.checks.catalogue import CHECKS
from moderation.policy.grammar import Level
from moderation.policy.model import Policy
from moderation.text.show import show
from moderation.text.spans import merge_spans
from moderation.vocabulary import Decision, DecisionInput, Field, FiredRule, Label, Scores, Signal, Span
from moderation.web.marks import Mark

QUIET = frozenset({"language", "fill_seconds", "first_comment", "rejected_share"})
MATCH_LIMIT = 60
MATCHES = 4
SHOWN_FROM = 0.2
CARRIED_BY: Mapping[str, tuple[str, ...]] = {
    Label.DEFAMATION: ("about", "imputes"),
    **dict.fromkeys(
        (Label.SEVERE_TOXICITY, Label.OBSCENE, Label.THREAT, Label.INSULT, Label.IDENTITY_ATTACK), (Label.TOXICITY,)
    ),
}
"""The spans that carry a label which the model marks under another name: whom and of what, and the words of abuse."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding. `share` is a probability, `level` the policy's word for it."""

    key: str
    kind: str
    number: int = 0
    value: str = ""
    share: float | None = None
    level: str = ""
    threshold: str = ""
    source: str = ""
    field: str = ""
    help: str = ""
    matched: tuple[str, ...] = ()
    unavailable: str = ""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule that fired, with its condition when it is known."""

    id: str
    then: str
    ground: str
    severity: str
    reason: str
    note: str
    condition: str = ""
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """The whole answer; `marks` are to be drawn into the fields."""

    rules: tuple[RuleLine, ...] = ()
    reasons: tuple[Reason, ...] = ()
    noticed: tuple[Reason, ...] = ()
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    readable: bool = True


def explain(decision: Decision, given: DecisionInput | None, words: Mapping[str, str], policy: Policy | None) -> Why:
    """Put rules, signals and scores into the order in which a person reads them; `words` are the fields' texts."""
    same = policy if policy is not None and policy.hash == decision.policy else None
    if given is None:
        return Why(rules=tuple(_line(rule, same, "", {}) for rule in decision.rules), readable=False)
    thresholds = same.rules_for(given.article.section).thresholds if same else {}
    found = [*_signals(given.signals, words), *_scores(given.scores, words, thresholds)]
    wanted = {name for rule in decision.rules for name in rule.signals}
    reasons: list[Reason] = []
    noticed: list[Reason] = []
    marks: dict[str, tuple[Mark, ...]] = {}
    numbers: dict[str, list[int]] = {}
    for reason, spans in found:
        name = f"{reason.kind}.{reason.key}"
        if name not in wanted and reason.key not in wanted:
            if reason.key not in QUIET and (reason.share is None or reason.share >= SHOWN_FROM):
                noticed.append(reason)
            continue
        number = len(reasons) + 1
        numbers.setdefault(name, []).append(number)
        reasons.append(replace(reason, number=number))
        marks[reason.field] = (*marks.get(reason.field, ()), *(Mark(s.start, s.end, number) for s in _whole(spans)))
    section = given.article.section
    rules = tuple(_line(rule, same, section, numbers) for rule in decision.rules)
    return Why(rules, tuple(reasons), tuple(noticed), marks)


def _whole(spans: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    """What one reason marks, as stretches that do not overlap: each has the reason's number once."""
    return merge_spans(Span(start, end, "") for start, end in spans)


def _line(rule: FiredRule, policy: Policy | None, section: str, numbers: Mapping[str, Sequence[int]]) -> RuleLine:
    written = policy.rules_for(section).rules if policy else ()
    condition = next((one.when.strip() for one in written if one.id == rule.id), "")
    points = sorted({number for name in rule.signals for number in numbers.get(name, ())})
    ground = rule.ground.value if rule.ground else ""
    return RuleLine(
        rule.id, rule.then.value, ground, rule.severity.value, rule.reason, rule.note, condition, tuple(points)
    )


def _signals(signals: Sequence[Signal], words: Mapping[str, str]) -> list[tuple[Reason, list[tuple[int, int]]]]:
    found = []
    for signal in signals:
        if not signal.value and not signal.unavailable:
            continue
        spec = CHECKS.get(signal.check)
        where = signal.field.value if signal.field else ""
        spans = [(span.start, span.end) for span in signal.spans]
        reason = Reason(
            key=signal.check,
            kind="check",
            value=_value(signal),
            field=where,
            help=spec.help if spec else "",
            matched=_matched(words.get(where, ""), spans) or ((show(signal.detail),) if signal.detail else ()),
            unavailable=signal.detail or "no answer" if signal.unavailable else "",
        )
        found.append((reason, spans))
    return found


def _value(signal: Signal) -> str:
    if isinstance(signal.value, bool) or signal.unavailable:
        return ""
    if isinstance(signal.value, float):
        return f"{signal.value:.2f}"
    return show(str(signal.value))


def _scores(
    scores: Mapping[Field, Scores], words: Mapping[str, str], thresholds: Mapping[Any, Mapping[Level, float]]
) -> list[tuple[Reason, list[tuple[int, int]]]]:
    found: list[tuple[Reason, list[tuple[int, int]]]] = []
    for where, one in scores.items():
        source = f"{one.engine} {one.version}".strip()
        if one.unavailable:
            found.append((Reason("scoring", "score", source=source, field=where, unavailable=one.unavailable), []))
            continue
        for label, value in sorted(one.values.items(), key=lambda item: -item[1]):
            level, limit = _level(value, thresholds.get(label, {}))
            carried = (label, *CARRIED_BY.get(label, ()))
            cuts = [(span.start, span.end) for span in one.spans if span.label in carried]
            matched = _matched(words.get(where, ""), cuts)
            reason = Reason(label, "score", 0, f"{value:.2f}", value, level, limit, source, where, "", matched, "")
            found.append((reason, cuts))
    return found


def _level(value: float, limits: Mapping[Level, float]) -> tuple[str, str]:
    reached = [level for level in Level if level in limits and value >= limits[level]]
    if reached:
        return reached[-1].value, f"{limits[reached[-1]]:.2f}"
    return "", f"{limits[Level.POSSIBLE]:.2f}" if Level.POSSIBLE in limits else ""


def _matched(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    cut = dict.fromkeys(text[start:end] for start, end in spans if start < end)
    shown = [show(words if len(words) <= MATCH_LIMIT else words[:MATCH_LIMIT] + "…") for words in cut]
    return tuple(shown[:MATCHES])
