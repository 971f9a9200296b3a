"""What the pipeline needs of the world, as Protocols, and what it hands over, as frozen dataclasses.

Storage, models, keys and counters implement the Protocols; `bootstrap.py` builds them; tests hand in others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from moderation.appeals.eligibility import Decided
from moderation.errors import ModerationError
from moderation.evidence.batch import SealingBatch
from moderation.evidence.record import Leaf
from moderation.evidence.sender import SealedSender
from moderation.intake.reader_form import CLOSED_FORM, FormRules
from moderation.policy.model import Policy
from moderation.review.opinion import Answer, Question
from moderation.review.verdict import OpenCase, Ruling, VerdictPlan
from moderation.scoring.scorer import Scorer
from moderation.vocabulary import (
    Appeal,
    Author,
    Comment,
    Decision,
    DecisionInput,
    Facts,
    Field,
    Ground,
    ScoreContext,
    Sender,
    Status,
)


@dataclass(frozen=True, slots=True)
class Tags:
    """Keyed tags of one sender: they let the store count without holding an address."""

    email: tuple[bytes, ...] = ()  # newest key first; an author is found under any of them
    sender: str = ""
    network: str = ""
    addresses: tuple[str, ...] = ()  # of the address under the keys of bans, newest first
    networks: tuple[str, ...] = ()  # of its network


@dataclass(frozen=True, slots=True)
class Mark:
    """An idempotency key and the keyed fingerprint of its request's body."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """An accepted comment on its way in. `revises` names the comment of which it is a new wording.

    Without `for_people` a held comment is recorded and no case is opened: nobody could be told of its verdict. `callback` names
    an endpoint that is told of this comment only.
    """

    site_id: str
    comment: Comment
    key_id: str | None = None
    mark: Mark | None = None
    revises: str | None = None
    shadow_only: bool = False
    for_people: bool = True
    callback: str | None = None


@dataclass(frozen=True, slots=True)
class Texture:
    """What makes two texts alike: a keyed tag of the folded text and the bands of its MinHash."""

    exact: str = ""
    bands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A comment, what was found, and what the policy made of it; `shadow` is a second policy's decision."""

    facts: Facts
    given: DecisionInput
    decision: Decision
    shadow: Decision | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Everything that one transaction writes for one comment."""

    id: str
    arrival: Arrival
    revision: int
    judged: Judged
    record: bytes
    text_salt: bytes
    tags: Tags
    texture: Texture
    sender_id: str
    sealed: SealedSender
    email_sealed: bytes | None
    leaves: tuple[Leaf, ...]
    sender_leaf: Leaf
    status_token: str
    status_token_hash: str
    retain_until: datetime
    retain_rule: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A held comment that waits for a score, with the facts that its first decision had."""

    comment_id: str
    case_id: str
    revision: int
    arrival: Arrival
    facts: Facts
    context: ScoreContext


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one arrival, as the door tells it."""

    id: str
    status: Status
    revision: int
    grounds: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    message: str = ""
    characters: int = 0
    limit: int = 0
    status_token: str = ""
    replayed: bool = False
    decision: Decision | None = None
    scores: Mapping[Field, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What intake must know of a site: its limit, its disclaimer, and the name of its policy."""

    site_id: str
    name: str
    region: str
    limit: int
    disclaimer_mode: str
    policy: str
    previous_policy: str | None
    policy_since: datetime | None
    engine: str | None
    shadow: str | None = None
    form: FormRules = CLOSED_FORM


class FactBook(Protocol):
    """What was known before a batch, kept true while the batch is judged one after another."""

    def facts_of(self, arrival: Arrival, tags: Tags, texture: Texture, now: datetime) -> Facts: ...

    def context_of(self, arrival: Arrival) -> ScoreContext: ...

    def revision_of(self, arrival: Arrival) -> int: ...

    def note(self, arrival: Arrival, tags: Tags, texture: Texture, decision: Decision) -> None: ...


class Step(Protocol):
    """One transaction of the people's side: what is read in it cannot change before it ends."""

    def case(self, site_id: str, case_id: str) -> OpenCase: ...

    def verdict(self, site_id: str, verdict_id: str) -> VerdictPlan: ...

    def write_verdict(self, plan: VerdictPlan, leaf: Leaf, *, case: OpenCase) -> None: ...

    def decided(self, site_id: str, appeal: Appeal) -> Decided: ...

    def open_appeal(self, site_id: str, appeal: Appeal, barred: str | None, leaf: Leaf) -> None: ...

    def undo_verdict(self, plan: VerdictPlan, leaf: Leaf, now: datetime) -> None: ...

    def question(self, case_id: str) -> Question: ...

    def write_question(self, question: Question, leaf: Leaf) -> None: ...

    def write_answer(self, answer: Answer, leaf: Leaf) -> None: ...


class Store(Protocol):
    """The database as the pipeline sees it."""

    def read_facts(
        self, arrivals: Sequence[Arrival], tags: Sequence[Tags], textures: Sequence[Texture]
    ) -> FactBook: ...

    def write_received(self, received: Sequence[Received]) -> list[Outcome | ModerationError]: ...

    def step(self) -> AbstractContextManager[Step]: ...

    def withdraw(self, site_id: str, comment_id: str, leaf: Leaf, now: datetime) -> Outcome: ...

    def restore(self, site_id: str, comment_id: str, leaf: Leaf, now: datetime) -> Outcome: ...

    def waiting_for_scores(self, limit: int) -> list[Waiting]: ...

    def write_rejudged(self, was: Waiting, judged: Judged, record: bytes, leaf: Leaf, now: datetime) -> bool: ...


class Sealer(Protocol):
    """Seals sender details to the day's public keys and makes keyed tags; it can open nothing."""

    def seal(
        self,
        sender: Sender,
        author: Author,
        *,
        site_id: str,
        record_id: str,
        comment_id: str,
        at: datetime,
        batch: SealingBatch,
    ) -> SealedSender: ...

    def seal_email(self, site_id: str, email: str | None) -> bytes | None: ...

    def tags(self, site_id: str, sender: Sender, author: Author, now: datetime) -> Tags: ...

    def texture(self, site_id: str, text: str) -> Texture: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingPorts:
    """What judging alone is built of: policies and models, no database and no keys."""

    policy_for: Callable[[str, str], Policy]
    shadow_for: Callable[[str, str], Policy | None]
    scorer_for: Callable[[str, Field], Scorer]
    check_seconds: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports(JudgingPorts):
    """Everything that the pipeline is built of."""

    store: Store
    sealer: Sealer
    reason_for: Callable[[str, Ground], str]
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    new_id: Callable[[], str]
    nonce: Callable[[], bytes]
    retention: Callable[[str, datetime], tuple[datetime, str]]
    token: Callable[[], str]
    score_seconds: float = 1.0
    undo_seconds: int = 10


__all__ = [
    "Arrival",
    "FactBook",
    "Judged",
    "JudgingPorts",
    "Leaf",
    "Mark",
    "OpenCase",
    "Outcome",
    "Ports",
    "Received",
    "Ruling",
    "Sealer",
    "SiteRules",
    "Step",
    "Store",
    "Tags",
    "Texture",
    "VerdictPlan",
]
