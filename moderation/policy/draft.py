"""A policy file that has been read but not yet judged: values with their places, faults noted on the way.

What this file decides
- A draft keeps for each rule the node of its expression, so that a validator can point into it.
- A draft is complete as far as it could be read: what was faulty has a harmless value, so that one run finds all
  faults.

It leaves filling drafts to `read_head.py` and `read_rules.py`, and judging them to `validators/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ruamel.yaml.nodes import Node

from moderation.policy.faults import Spot, Weight
from moderation.policy.grammar import Expr, Level
from moderation.policy.model import (
    DEFAULT_LIMITS,
    DEFAULT_MESSAGES,
    Answer,
    Disclaimer,
    Help,
    Mode,
    Rule,
    Thresholds,
    UnfitScores,
)
from moderation.policy.names import Names
from moderation.policy.source import Source
from moderation.vocabulary import Action, Ground, Label


@dataclass(frozen=True, slots=True)
class DraftRule:
    """A rule as read: its values, the tree of its expression if that could be read, and where its parts stand."""

    rule: Rule
    tree: Expr | None
    node: Node
    when: Node
    id: Node
    ground: Node | None = None


@dataclass(slots=True)
class DraftSection:
    """What a section of the site asks for: its own thresholds, rules left out, rules of its own."""

    node: Node
    thresholds: dict[Label, Mapping[Level, float]] = field(default_factory=dict)
    off: dict[str, Node] = field(default_factory=dict)
    rules: list[DraftRule] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """A whole policy file as read."""

    source: Source
    node: Node
    names: Names
    checks: frozenset[str]
    name: str = ""
    disclaimer: Disclaimer = field(default_factory=lambda: Disclaimer("", "", Mode.NOTICE, {}))
    clauses: dict[Ground, Node] = field(default_factory=dict)
    parts: dict[tuple[Ground, str], Node] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=lambda: dict(DEFAULT_LIMITS))
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    thresholds: dict[Label, Mapping[Level, float]] = field(default_factory=dict)
    threshold_nodes: list[tuple[Node, str, Mapping[Level, float]]] = field(default_factory=list)
    rules: list[DraftRule] = field(default_factory=list)
    rules_node: Node | None = None
    sections: dict[str, DraftSection] = field(default_factory=dict)
    unavailable: dict[str, Answer] = field(default_factory=dict)
    unavailable_nodes: dict[str, Node] = field(default_factory=dict)
    help: Help = field(default_factory=lambda: Help("", {}))
    messages: dict[Action, str] = field(default_factory=lambda: dict(DEFAULT_MESSAGES))
    region: str = "IN"
    language: str = "en"
    unfit_scores: UnfitScores = UnfitScores.IGNORE
    unsafe_reject_on_score: bool = False

    def all_rules(self) -> Iterator[tuple[DraftRule, Thresholds]]:
        """Give every rule with the thresholds that hold for it."""
        for one in self.rules:
            yield one, self.thresholds
        for section in self.sections.values():
            for one in section.rules:
                yield one, self.thresholds | section.thresholds

    def fault(self, part: tuple[DraftRule, Expr], code: str, message: str, hint: str = "") -> None:
        """Note an error at a part of a rule's expression."""
        self.source.fault(self.spot(*part), code, message, hint)

    def warn(self, part: tuple[DraftRule, Expr], code: str, message: str, hint: str = "") -> None:
        """Note a warning at a part of a rule's expression."""
        self.source.fault(self.spot(*part), code, message, hint, weight=Weight.WARNING)

    def spot(self, one: DraftRule, part: Expr) -> Spot:
        """Find where a part of a rule's expression stands in the file."""
        return self.source.spot(one.when, part.start, part.end)
