"""The nouns of the trade, frozen and without behaviour.

A site sends a `Comment`; checks and a scorer turn it into `Signal`s and `Scores`; a policy makes a `Decision`; a person
gives a `Verdict`; an author opens an `Appeal`. Offsets are Unicode code points of the field as it was given, end
exclusive. Times are aware UTC. Probabilities are floats from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Field(StrEnum):
    """The public fields of a comment; every one of them is judged."""

    NAME = "name"
    TITLE = "title"
    WEBSITE = "website"
    TEXT = "text"


class Ground(StrEnum):
    """The lines of the disclaimer that a decision can rest on, as they stand on the wire."""

    PERSONAL = "personal"
    ABUSIVE = "abusive"
    DEFAMATORY = "defamatory"
    INFRINGING = "infringing"
    OBSCENE = "obscene"
    INDECENT = "indecent"
    DISCRIMINATORY = "discriminatory"
    UNLAWFUL = "unlawful"
    INSULTING = "insulting"
    INTIMIDATING = "intimidating"
    MISLEADING = "misleading"
    PUBLIC_DISORDER = "public_disorder"
    IDENTITY = "identity"
    LENGTH = "length"
    SPAM = "spam"
    OTHER = "other"


class Label(StrEnum):
    """What a scorer may say of a text: Detoxify's seven labels, then ours."""

    TOXICITY = "toxicity"
    SEVERE_TOXICITY = "severe_toxicity"
    OBSCENE = "obscene"
    THREAT = "threat"
    INSULT = "insult"
    IDENTITY_ATTACK = "identity_attack"
    SEXUAL_EXPLICIT = "sexual_explicit"
    SPAM = "spam"
    DEFAMATION = "defamation"
    CHECKWORTHY = "checkworthy"


class Action(StrEnum):
    """What a policy can decide."""

    PUBLISH = "publish"
    HOLD = "hold"
    REJECT = "reject"


class Status(StrEnum):
    """Where a comment stands, as the site sees it."""

    PUBLISHED = "published"
    HELD = "held"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class CaseState(StrEnum):
    """Where a case in the queue stands."""

    OPEN = "open"
    ESCALATED = "escalated"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Severity(StrEnum):
    """How much harm a rule expects; the queue shows the gravest first when due times are equal."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Lane(StrEnum):
    """Test keys write to a lane of their own: never in the live queue, counts or webhooks."""

    LIVE = "live"
    TEST = "test"


class Door(StrEnum):
    """The way a comment came in; it decides which fields are required."""

    API = "api"
    FORM = "form"
    AKISMET = "akismet"
    CORAL = "coral"
    IMPORT = "import"
    CLI = "cli"


class Role(StrEnum):
    """What a person is at one site."""

    MODERATOR = "moderator"
    EDITOR = "editor"
    ADMIN = "admin"
    AUDITOR = "auditor"
    LEGAL_INTAKE = "legal_intake"
    APPROVER = "approver"
    DPO = "dpo"


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
class Author:
    """Who wrote: the name is published, the e-mail address is sealed."""

    name: str | None = None
    email: str | None = None
    website: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a comment came from; never stored but sealed. `source` says how sure the address is."""

    ip: str | None = None
    port: int | None = None
    user_agent: str | None = None
    referrer: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    submitted_at: datetime | None = None
    source: str = "reported_by_site"
    peer: str | None = None
    peer_port: int | None = None
    key_id: str | None = None


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What the form noticed; absence is neutral."""

    honeypot: str | None = None
    elapsed_ms: int | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """The article that a comment stands under, as the site told it."""

    id: str
    url: str = ""
    title: str = ""
    section: str | None = None
    subjects: tuple[str, ...] | None = None
    closed: bool | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A trustworthy comment: made by intake of what a door sent. Text has LF line ends and is otherwise as written."""

    text: str
    door: Door
    article: Article | None = None
    author: Author = Author()
    sender: Sender = Sender()
    title: str | None = None
    parent_id: str | None = None
    external_id: str | None = None
    disclaimer_version: str | None = None
    disclaimer_accepted: bool | None = None
    form: FormFacts = FormFacts()
    lane: Lane = Lane.LIVE
    forced: Action | None = None
    received_at: datetime | None = None

    def fields(self) -> dict[Field, str]:
        """The public fields that have words in them, in the order in which a reader sees them."""
        given = {
            Field.NAME: self.author.name,
            Field.TITLE: self.title,
            Field.WEBSITE: self.author.website,
            Field.TEXT: self.text,
        }
        return {name: words for name, words in given.items() if words}


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
    """What the site's own settings say that a check needs."""

    name: str = ""
    staff: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    known_domains: frozenset[str] = frozenset()
    region: str = "IN"
    switch: str = ""
    rumours: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()
    registered_texts: tuple[str, ...] = ()
    protected_names: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule whose condition held, with what it rests on."""

    id: str
    ground: Ground | None
    then: Action
    severity: Severity
    due: timedelta
    reason: str = ""
    note: str = ""
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy made of a comment: pure, with the rules that fired and the policy's content hash."""

    action: Action
    grounds: tuple[Ground, ...]
    rules: tuple[FiredRule, ...]
    policy: str
    severity: Severity = Severity.LOW
    due: timedelta = timedelta(hours=24)
    reasons: tuple[str, ...] = ()
    message: str = ""
    unavailable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided about one revision of a comment."""

    action: Action
    revision: int
    by: str
    ground: Ground | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """An author's request that another person looks again."""

    comment_id: str
    words: str
    opened_at: datetime


STATUS_OF: Final[Mapping[Action, Status]] = MappingProxyType(
    {Action.PUBLISH: Status.PUBLISHED, Action.HOLD: Status.HELD, Action.REJECT: Status.REJECTED}
)
