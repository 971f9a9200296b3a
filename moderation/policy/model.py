"""What a policy is once it has been read and found good: frozen, and named by the hash of its file.

What this file decides
- The site's disclaimer is the policy: every rule rests on a ground of it, or is a call for help and rests on none.
- Rules are of one kind: when this holds, then publish, hold or reject. `publish` means that a person looks afterwards.
- A policy has one set of rules for the site and one for each section that asks for its own.
- What follows when a check or the scorer could not answer is part of the policy.

It leaves reading to `parse.py` and deciding to `decide.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from moderation.policy.grammar import Level
from moderation.vocabulary import Action, FiredRule, Ground, Label, Severity

if TYPE_CHECKING:
    from moderation.policy.compiled import Compiled
    from moderation.policy.regions import Regions
    from moderation.policy.values import Gatherer

Thresholds = Mapping[Label, Mapping[Level, float]]

SCORING: Final = "scoring"
DEFAULT_LIMITS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "characters": 2000,
        "title_characters": 200,
        "links": 2,
        "sender_per_minute": 5,
        "network_per_minute": 30,
        "article_per_minute": 120,
        "same_text": 2,
        "close_after_days": 0,
    }
)
LISTS: Final = ("block", "suspect", "allow", "rumours", "own_domains", "known_domains")
DEFAULT_MESSAGES: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.PUBLISH: "Your comment is published.",
        Action.HOLD: "Thank you. A moderator reads your comment before it appears.",
        Action.REJECT: "Your comment was not published.",
    }
)


class Mode(StrEnum):
    """How a reader meets the disclaimer: a box to tick, or a notice beside the button."""

    ACCEPT = "accept"
    NOTICE = "notice"


class UnfitScores(StrEnum):
    """What a policy does with scores of a text in a language that the model was not made for."""

    IGNORE = "ignore"
    USE = "use"


@dataclass(frozen=True, slots=True)
class Clause:
    """One ground of the disclaimer in the site's own words, with its named parts."""

    text: str
    parts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    by_people: bool = False


@dataclass(frozen=True, slots=True)
class Disclaimer:
    """What a reader agrees to or is told before sending a comment."""

    version: str
    text: str
    mode: Mode
    grounds: Mapping[Ground, Clause]


@dataclass(frozen=True, slots=True)
class Answer:
    """What follows when a check or the scorer could not answer."""

    then: Action
    severity: Severity = Severity.MEDIUM
    due: timedelta = timedelta(hours=4)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """What a writer in distress is told: words and helplines, by country, `*` for everywhere else."""

    text: str
    helplines: Mapping[str, tuple[str, ...]]

    def words_for(self, region: str) -> str:
        """Write the help text with the helplines of a country, and those for everywhere."""
        lines = (*self.helplines.get(region, ()), *self.helplines.get("*", ()))
        return "\n".join([self.text.strip(), *(f"- {line}" for line in lines)])


@dataclass(frozen=True, slots=True)
class Rule:
    """When this holds, then that follows, for this ground of the disclaimer and in these public words."""

    id: str
    when: str
    then: Action
    ground: Ground | None = None
    part: str = ""
    severity: Severity = Severity.LOW
    due: timedelta = timedelta(hours=24)
    reason: str = ""
    note: str = ""
    help: bool = False


class Answered(NamedTuple):
    """What a set of rules said of a comment: the rules that fired, what could not be worked out, whether it asks for help."""

    fired: tuple[FiredRule, ...]
    broken: frozenset[str]
    asks_for_help: bool


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules that hold for one section, or for the whole site, with their thresholds, ready to run."""

    rules: tuple[Rule, ...]
    thresholds: Thresholds
    compiled: Compiled = field(repr=False, compare=False)
    gatherer: Gatherer = field(repr=False, compare=False)
    regions: Regions[Answered] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's whole policy."""

    name: str
    hash: str
    disclaimer: Disclaimer
    limits: Mapping[str, int]
    lists: Mapping[str, tuple[str, ...]]
    rules: RuleSet
    sections: Mapping[str, RuleSet]
    unavailable: Mapping[str, Answer]
    help: Help
    messages: Mapping[Action, str]
    region: str = "IN"
    language: str = "en"
    unfit_scores: UnfitScores = UnfitScores.IGNORE
    text: str = field(default="", repr=False, compare=False)

    def rules_for(self, section: str) -> RuleSet:
        """Give the rules that hold for a section of the site."""
        return self.sections.get(section, self.rules)

    def answer_for(self, source: str) -> Answer:
        """Give what follows when this check, or `scoring`, could not answer."""
        return self.unavailable.get(source, self.unavailable["default"])
