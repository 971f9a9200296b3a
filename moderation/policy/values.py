"""Collect the values that the names of a policy have for one comment.

What this file decides
- `score.x` is the worst over all fields. Scores of a text that the model was not made for count as 0 when the policy
  ignores them; a score that is no number counts as a missing answer, never as harmless.
- `check.x` is the worst of the signals of that check: true, the largest number, or the first text in alphabetical
  order, so that the order in which checks ran has no meaning. A signal of a wrong type counts as a missing answer.
- A check or scorer that could not answer is named in `missing`. A policy that asks for scores and got none at all has a
  missing answer too: no model never means no harm.

It leaves what follows from a missing answer to the policy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Final

from moderation.policy.compiled import Value, flat
from moderation.policy.grammar import Type
from moderation.policy.model import SCORING, UnfitScores
from moderation.vocabulary import DecisionInput, Field, Scores, Signal

_DEFAULTS: Final[Mapping[Type, Value]] = {Type.BOOL: False, Type.INT: 0, Type.DOUBLE: 0.0, Type.STRING: ""}
_MAX_INT: Final = 2**62
_MASK: Final = 2**64 - 1


class Gatherer:
    """Knows which values a set of rules needs, and collects just those."""

    def __init__(self, names: tuple[str, ...], types: Mapping[str, Type], unfit: UnfitScores) -> None:
        self._ignore_unfit = unfit is UnfitScores.IGNORE
        self._labels = tuple((path[6:], flat(path)) for path in names if path.startswith("score."))
        self._checks = {path[6:]: (flat(path), types[path]) for path in names if path.startswith("check.")}
        self.blank: dict[str, Value] = {name: 0.0 for _, name in self._labels}
        self.blank |= {name: _DEFAULTS[kind] for name, kind in self._checks.values()}
        computed = {"sample": _sample, "comment.fit": _fit}
        self._facts: tuple[tuple[str, Callable[[DecisionInput], Value]], ...] = tuple(
            (flat(path), computed.get(path) or _fact(path, types[path]))
            for path in names
            if not path.startswith(("score.", "check."))
        )

    def gather(self, given: DecisionInput) -> tuple[dict[str, Value], set[str]]:
        """Give the values by flat name, those that are blank left out, and what could not answer."""
        values: dict[str, Value] = {}
        missing: set[str] = set()
        for signal in given.signals:
            self._add_signal(signal, values, missing)
        for scores in given.scores.values():
            self._add_scores(scores, values, missing)
        if self._labels and not given.scores:
            missing.add(SCORING)
        for name, read in self._facts:
            values[name] = read(given)
        return values, missing

    def whole(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Give the values with the blank ones filled in."""
        return {**self.blank, **values}

    def _add_signal(self, signal: Signal, values: dict[str, Value], missing: set[str]) -> None:
        if signal.unavailable:
            missing.add(signal.check)
            return
        known = self._checks.get(signal.check)
        if known is None:
            return
        name, kind = known
        worse = _worse(kind, values.get(name, self.blank[name]), signal.value)
        if worse is None:
            missing.add(signal.check)
        else:
            values[name] = worse

    def _add_scores(self, scores: Scores, values: dict[str, Value], missing: set[str]) -> None:
        if scores.unavailable:
            missing.add(SCORING)
            return
        if not scores.fit and self._ignore_unfit:
            return
        given = scores.values
        for label, name in self._labels:
            value = given.get(label, 0.0)
            if not 0.0 <= value <= 1.0:
                missing.add(SCORING)
            elif value > values.get(name, 0.0):  # type: ignore[operator]
                values[name] = value + 0.0


def _worse(kind: Type, known: Value, new: object) -> Value | None:
    """Give the worse of two values of one check, None when the new one is not of its type."""
    if kind is Type.BOOL:
        return known or new if isinstance(new, bool) else None
    if kind is Type.STRING:
        if not isinstance(new, str):
            return None
        return min(filter(None, (known, new)), default="")  # type: ignore[type-var]
    if isinstance(new, bool) or not isinstance(new, (int, float)):
        return None
    if kind is Type.INT:
        return max(known, new) if isinstance(new, int) and abs(new) < _MAX_INT else None  # type: ignore[type-var]
    return max(known, new + 0.0) if math.isfinite(new) else None  # type: ignore[type-var]


def _fact(path: str, kind: Type) -> Callable[[DecisionInput], Value]:
    read = attrgetter(path)
    match kind:  # a store may give 1 for true and 3 for 3.0, and CEL would not know them
        case Type.TEXTS:
            return lambda given: list(read(given))
        case Type.BOOL:
            return lambda given: bool(read(given))
        case Type.DOUBLE:
            return lambda given: float(read(given))
    return read


def _fit(given: DecisionInput) -> bool:
    scores = given.scores.get(Field.TEXT)
    return scores is None or scores.fit


def _sample(given: DecisionInput) -> float:
    now, facts = given.now, given.comment
    drawn = now.microsecond * 1_000_003 + (now.minute * 60 + now.second) * 7_919
    drawn += facts.characters * 6_700_417 + facts.words * 179_424_673 + given.article.comments * 104_729
    drawn = (drawn * 0x9E3779B97F4A7C15) & _MASK
    return (drawn ^ (drawn >> 29)) * 0xBF58476D1CE4E5B9 % 2**64 / 2**64
