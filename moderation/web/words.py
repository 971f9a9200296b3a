"""The words of closed lists as a page shows them, ready for the catalogue of translations.

`N_` marks a word for extraction; templates translate it where they print it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from moderation.policy.grammar import Level
from moderation.vocabulary import Action, CaseState, Field, Ground, Label, Role, Severity, Status


def N_(words: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark words for the catalogue."""
    return words


GROUNDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Ground.PERSONAL: N_("Personal remark"),
        Ground.ABUSIVE: N_("Abuse"),
        Ground.DEFAMATORY: N_("Defamation"),
        Ground.INFRINGING: N_("Copyright"),
        Ground.OBSCENE: N_("Obscene"),
        Ground.INDECENT: N_("Indecent"),
        Ground.DISCRIMINATORY: N_("Discrimination"),
        Ground.UNLAWFUL: N_("Unlawful"),
        Ground.INSULTING: N_("Insult"),
        Ground.INTIMIDATING: N_("Threat"),
        Ground.MISLEADING: N_("Misleading"),
        Ground.PUBLIC_DISORDER: N_("Public disorder"),
        Ground.IDENTITY: N_("False identity"),
        Ground.LENGTH: N_("Length"),
        Ground.SPAM: N_("Spam"),
        Ground.OTHER: N_("Other"),
    }
)
LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Label.TOXICITY: N_("toxicity"),
        Label.SEVERE_TOXICITY: N_("severe toxicity"),
        Label.OBSCENE: N_("profanity"),
        Label.THREAT: N_("threat"),
        Label.INSULT: N_("insult"),
        Label.IDENTITY_ATTACK: N_("attack on a group"),
        Label.SEXUAL_EXPLICIT: N_("sexual content"),
        Label.SPAM: N_("spam"),
        Label.DEFAMATION: N_("defamation"),
        Label.CHECKWORTHY: N_("claim worth checking"),
    }
)
LEVELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": N_("unlikely"),
        Level.POSSIBLE: N_("possible"),
        Level.LIKELY: N_("likely"),
        Level.VERY_LIKELY: N_("very likely"),
    }
)
STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Status.PUBLISHED: N_("Published"),
        Status.HELD: N_("Held"),
        Status.REJECTED: N_("Rejected"),
        Status.WITHDRAWN: N_("Withdrawn"),
    }
)
STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        CaseState.OPEN: N_("Open"),
        CaseState.ESCALATED: N_("With the editor"),
        CaseState.DECIDED: N_("Decided"),
        CaseState.WITHDRAWN: N_("Withdrawn"),
    }
)
DONE: Final[Mapping[str, str]] = MappingProxyType({Action.PUBLISH: N_("Published"), Action.REJECT: N_("Rejected")})
DECIDED: Final[Mapping[str, str]] = MappingProxyType(
    {Action.PUBLISH: N_("published"), Action.HOLD: N_("held"), Action.REJECT: N_("rejected")}
)
TOLD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "waiting": N_("on its way"),
        "delivered": N_("arrived"),
        "dead": N_("given up"),
        "cancelled": N_("not sent, the decision was taken back"),
    }
)
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {Field.NAME: N_("name"), Field.TITLE: N_("title"), Field.WEBSITE: N_("website"), Field.TEXT: N_("text")}
)
SEVERITIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Severity.LOW: N_("low"),
        Severity.MEDIUM: N_("medium"),
        Severity.HIGH: N_("grave"),
        Severity.CRITICAL: N_("very grave"),
    }
)
ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Role.MODERATOR: N_("Moderator"),
        Role.EDITOR: N_("Editor"),
        Role.ADMIN: N_("Admin"),
        Role.AUDITOR: N_("Auditor"),
        Role.LEGAL_INTAKE: N_("Legal intake"),
        Role.APPROVER: N_("Approver"),
        Role.DPO: N_("Data protection officer"),
    }
)
KEYS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "publish": ("f", N_("Publish")),
        "reject": ("d", N_("Reject with the ground that the policy named")),
        "next": ("j", N_("Next case, this one goes back to the queue")),
        "previous": ("k", N_("Previous case")),
        "opinion": ("e", N_("Ask for a second opinion")),
        "skip": ("s", N_("Skip: put aside for half an hour")),
        "note": ("n", N_("Write a note")),
        "author": ("u", N_("Open the author's page")),
        "thread": ("t", N_("Show the thread")),
        "reveal": ("r", N_("Show folded text")),
        "undo": ("z", N_("Undo my last decision")),
        "search": ("/", N_("Search")),
        "help": ("?", N_("Show the keys")),
        "grounds": ("0", N_("All grounds")),
    }
)
# Why an article needs care, and what its moderators are told when the editor wrote nothing of their own.
SENSITIVE: Final = MappingProxyType(
    {
        "": N_("no care needed"),
        "sexual_offence": N_("a sexual offence"),
        "minor": N_("a child"),
        "suicide": N_("a suicide"),
        "sub_judice": N_("a matter before a court"),
        "riot": N_("a riot"),
    }
)
GUIDANCE: Final = MappingProxyType(
    {
        "sexual_offence": N_("Nothing that could tell who the victim is: no name, family, school, street or picture."),
        "minor": N_("Nothing that could tell who the child is: no name, family, school, street or picture."),
        "suicide": N_("No method, no blame of the dead, no praise of the deed. A reader in distress comes first."),
        "sub_judice": N_("No verdict before the court's: guilt and innocence are for the judges."),
        "riot": N_("No rumours, no calls to gather, nothing against a community."),
    }
)
STANDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "none": N_("as everybody"),
        "trust": N_("trusted"),
        "hold": N_("always held"),
        "suspend": N_("suspended"),
        "ban": N_("banned"),
    }
)
