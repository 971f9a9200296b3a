"""What is known before a decision: what the store says, and what checks and scorers found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from moderation.vocabulary.words import Field


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one field: code points `start` to `end` (exclusive) and what it is."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A certain, cheap fact about a comment, found by one check."""

    check: str
    value: bool | int | float | str
    field: Field | None = None
    spans: tuple[Span, ...] = ()
    detail: str = ""
    unavailable: bool = False


@dataclass(frozen=True, slots=True)
class Scores:
    """What one model says of one text. `values` are calibrated probabilities by label, `raw` what the model gave."""

    values: Mapping[str, float]
    engine: str
    version: str
    checksum: str = ""
    calibration: str = ""
    raw: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    spans: tuple[Span, ...] = ()
    language: str = ""
    fit: bool = True
    cut: bool = False
    unavailable: str = ""
    factors: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ScoreContext:
    """What a scorer may know beside the text; it reaches the defamation head only."""

    subjects: tuple[str, ...] = ()
    parent: str = ""
    headline: str = ""


@dataclass(frozen=True, slots=True)
class AuthorFacts:
    """What the store knows of an author at one moment; counts are of this site's live comments."""

    known: bool = False
    published: int = 0
    rejected: int = 0
    held: int = 0
    recent: int = 0
    recent_rejected: int = 0
    names: int = 0
    trusted: bool = False
    premoderated: bool = False
    banned: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What the store knows of an article; `body` is there for overlap and never leaves the checks."""

    id: str = ""
    title: str = ""
    section: str = ""
    subjects: tuple[str, ...] = ()
    closed: bool = False
    hold_all: bool = False
    sensitive: str = ""
    age_days: float = 0.0
    body: str = ""
    comments: int = 0


@dataclass(frozen=True, slots=True)
class SenderFacts:
    """What can be known of a sender without its address: counts under keyed tags, and how sure the address is."""

    source: str = ""
    banned: bool = False
    same_text: int = 0
    same_text_others: int = 0
    cluster: str = ""
    cluster_size: int = 0
    last_minute: int = 0
    network_last_minute: int = 0
    article_last_minute: int = 0
    others_on_address: int = 0


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the site's own settings say that a check needs; no protected names (None) are those that do not open.

    `switch` is empty, `hold` or `close`, `switches` those of sections and articles by (scope, target);
    `silence` are the windows in which the law forbids exit polls, `crowded` the counts of a minute from which comments of a
    sender, a network and an article are told.
    """

    name: str = ""
    staff: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    known_domains: frozenset[str] = frozenset()
    region: str = "IN"
    switch: str = ""
    switches: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    close_after_days: int = 0
    fit_languages: frozenset[str] = frozenset({"en"})
    silence: tuple[tuple[datetime, datetime], ...] = ()
    rumours: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    registered_texts: tuple[str, ...] = ()
    protected_names: tuple[str, ...] | None = ()
    crowded: tuple[int, int, int] = (6, 20, 30)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that was read from the store before any check ran."""

    author: AuthorFacts = AuthorFacts()
    article: ArticleFacts = ArticleFacts()
    sender: SenderFacts = SenderFacts()
    site: SiteFacts = SiteFacts()


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """The measurable facts of a comment that a rule may name."""

    characters: int = 0
    words: int = 0
    lines: int = 0
    has_title: bool = False
    is_reply: bool = False
    door: str = ""
    language: str = ""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """The whole input of `decide`; one compact record of it per revision makes a replay possible without joins."""

    now: datetime
    signals: tuple[Signal, ...] = ()
    scores: Mapping[Field, Scores] = field(default_factory=lambda: MappingProxyType({}))
    comment: CommentFacts = CommentFacts()
    author: AuthorFacts = AuthorFacts()
    article: ArticleFacts = ArticleFacts()
    sender: SenderFacts = SenderFacts()
