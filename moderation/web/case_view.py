"""One case as its page shows it: fields with marks, why it is here, which grounds the keys stand for.

What this file decides
- The ground of the reject key is the one that the policy named first; a case without one has no such key.
- The keys 1 to 9 stand for the grounds that most rules of the policy rest on, so that they change only when the policy does.
- Comment text is shown as text: marked, with invisible characters named, and links that cannot be pressed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

from moderation.bootstrap import Service
from moderation.errors import ModerationError
from moderation.policy.model import Policy
from moderation.review.priority import is_severe, severity_of
from moderation.storage.case_file import CaseFile, Wording
from moderation.storage.opinions import OpinionLine
from moderation.text.show import show
from moderation.vocabulary import Field, Ground, Severity
from moderation.web.links import Link, find_links
from moderation.web.marks import Piece, cut_pieces
from moderation.web.why import Why, explain

NUMBERED: Final = 9


@dataclass(frozen=True, slots=True)
class GroundKey:
    """A ground that a digit stands for."""

    ground: str
    key: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Grounds:
    """The grounds of a policy: nine with digits, all of them in the disclaimer's order."""

    numbered: tuple[GroundKey, ...]
    every: tuple[GroundKey, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """What a template needs to show one case."""

    file: CaseFile
    fields: Mapping[str, Sequence[Piece]]
    why: Why
    grounds: Grounds
    named: str
    needs_words: bool
    limit: int
    severity: str
    overdue: bool
    folded: str
    earlier: str = ""
    holder: str = ""
    opinion: OpinionLine | None = None
    blind: bool = False
    decidable: bool = False
    editor_publishes: bool = False
    colleagues: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    facts: Mapping[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.file.id

    @property
    def open(self) -> bool:
        """Whether it waits for somebody."""
        return self.file.state in {"open", "escalated"}


def view_case(service: Service, file: CaseFile, now: datetime, *, fold: bool = False, blind: bool = False) -> CaseView:
    """The case as a page shows it; a blind one without what was found, so that a second view is a view of its own."""
    policy = policy_or_none(service, file.site_id)
    words = texts_of(file.wording)
    why = Why() if blind else explain(file.wording.decision, file.wording.given, words, policy)
    severity = severity_of(file.severity)
    sender = file.wording.given.sender if file.wording.given else None
    return CaseView(
        file=file,
        fields={name: cut_pieces(text, why.marks.get(name, ())) for name, text in words.items()},
        why=why,
        grounds=grounds_of(policy) if policy else _all_grounds(),
        named=file.grounds[0] if file.grounds and not blind else "",
        needs_words=Ground.DEFAMATORY.value in file.grounds,
        limit=service.shelf.rules(file.site_id).limit,
        severity=severity.value,
        overdue=file.due_at < now,
        folded=folded_as(severity, file.grounds, blind=blind) if fold else "",
        earlier=show(file.earlier.text) if file.earlier else "",
        blind=blind,
        links=find_links(words.values()),
        facts={
            "same_text": sender.same_text + sender.same_text_others if sender else 0,
            "others": sender.others_on_address if sender else 0,
        },
    )


def folded_as(severity: Severity, grounds: Sequence[str], *, blind: bool) -> str:
    """The kind under which severe text is folded, empty for all other text; a blind view is not told which kind it is."""
    if not is_severe(severity, grounds):
        return ""
    return str(grounds[0]) if grounds and not blind else Ground.OTHER.value


def texts_of(wording: Wording) -> dict[str, str]:
    """The public fields that have words in them."""
    given = {
        Field.TITLE.value: wording.title,
        Field.TEXT.value: wording.text,
        Field.NAME.value: wording.name,
        Field.WEBSITE.value: wording.website,
    }
    return {name: text for name, text in given.items() if text}


def policy_or_none(service: Service, site_id: str) -> Policy | None:
    """The policy in force; a page must also open when its file has just been broken."""
    try:
        return service.shelf.policy_for(site_id)
    except ModerationError:
        return None


@lru_cache(maxsize=64)
def _grounds(_hash: str, order: tuple[tuple[str, str], ...], used: tuple[str, ...]) -> Grounds:
    counts = Counter(used)
    place = {ground: n for n, (ground, _) in enumerate(order)}
    often = sorted((g for g in place if g != Ground.OTHER.value), key=lambda g: (-counts[g], place[g]))
    digits = {ground: str(n + 1) for n, ground in enumerate(often[:NUMBERED])}
    numbered = tuple(GroundKey(g, digits[g], dict(order)[g]) for g in often[:NUMBERED])
    return Grounds(numbered, tuple(GroundKey(g, digits.get(g, ""), clause) for g, clause in order))


def grounds_of(policy: Policy) -> Grounds:
    """The grounds of a policy with their keys."""
    clauses = {ground.value: clause.text for ground, clause in policy.disclaimer.grounds.items()}
    clauses.setdefault(Ground.OTHER.value, "")
    used = tuple(rule.ground.value for rule in policy.rules.rules if rule.ground)
    return _grounds(policy.hash, tuple(clauses.items()), used)


def _all_grounds() -> Grounds:
    return _grounds("", tuple((ground.value, "") for ground in Ground), ())
