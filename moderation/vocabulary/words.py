"""The closed lists of the trade, as they stand on the wire."""

from __future__ import annotations

from collections.abc import Mapping
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


PROTECTED_NAME: Final = "protected_name"  # what the check says whose finding closes a comment's words

STATUS_OF: Final[Mapping[Action, Status]] = MappingProxyType(
    {Action.PUBLISH: Status.PUBLISHED, Action.HOLD: Status.HELD, Action.REJECT: Status.REJECTED}
)
