"""Whether what a door sent is a comment at all.

What this file decides
- Every field's fault is told at once, with the field's name.
- Which fields a door must give is its profile; text must hold a visible character and keep the site's limit.
- The name must be a name: not a web address, an e-mail address or symbols only. One word is fine, any script is fine.
- The e-mail address must be well-formed and not disposable; asking the DNS is the site's choice.
- The disclaimer's version in force is good, and for a day the one before it, since pages are cached.
- With a test key three addresses force the outcome before anything else is looked at.

It leaves what the words mean to checks, scoring and policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from moderation.errors import Invalid
from moderation.intake.identity import email_fault, name_fault, website_fault
from moderation.intake.normalise import keep, own_title, unstorable
from moderation.intake.profiles import PROFILES, Profile
from moderation.text.count import count_characters
from moderation.vocabulary import Action, Comment, Lane

NAME_LIMIT: Final = 120
EMAIL_LIMIT: Final = 254
WEBSITE_LIMIT: Final = 2000

FORCED: Final[Mapping[str, Action]] = MappingProxyType(
    {
        "publish@test.invalid": Action.PUBLISH,
        "hold@test.invalid": Action.HOLD,
        "reject@test.invalid": Action.REJECT,
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one field: JSON pointer, stable code, words for people."""

    pointer: str
    code: str
    message: str


class InvalidComment(Invalid):
    """the comment has faults"""

    code = "invalid_comment"
    hint = "mend the fields named in `errors` and send it again"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(f"the comment has faults in {', '.join(f'`{f.pointer}`' for f in faults)}")


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """What one site asks of a comment. `previous_version` is good until `grace_until`."""

    limit: int = 2000
    title_limit: int = 200
    disclaimer_mode: str = "accept"
    disclaimer_version: str = ""
    previous_version: str | None = None
    grace_until: datetime | None = None
    domain_exists: Callable[[str], bool] | None = None


def accept(draft: Comment, rules: IntakeRules, now: datetime, *, profile: Profile | None = None) -> Comment:
    """The draft as a comment with kept words; what it must give is its door's profile unless another one is named.

    Raises:
        InvalidComment: with every fault.
    """
    required = (profile or PROFILES[draft.door]).required
    email = (draft.author.email or "").strip()
    forced = FORCED.get(email.lower()) if draft.lane is Lane.TEST else None
    faults = [*_storable(draft)]
    if not faults:
        faults = _text_faults(draft, rules, required)
        if forced is None:
            faults += _identity_faults(draft, rules, required)
            faults += _disclaimer_faults(draft, rules, now) if "disclaimer" in required else []
    if faults:
        raise InvalidComment(tuple(faults))
    return replace(
        draft,
        text=keep(draft.text),
        title=own_title(keep(draft.title) if draft.title else None, draft.article.title if draft.article else ""),
        author=replace(draft.author, email=email or None),
        forced=forced,
        received_at=draft.received_at or now,
    )


def _storable(draft: Comment) -> list[Fault]:
    sender = draft.sender
    words = {
        "/text": draft.text,
        "/title": draft.title,
        "/author/name": draft.author.name,
        "/author/email": draft.author.email,
        "/author/website": draft.author.website,
        "/author/id": draft.author.id,
        "/external_id": draft.external_id,
        "/parent_id": draft.parent_id,
        "/sender/user_agent": sender.user_agent,
        "/sender/referrer": sender.referrer,
    }
    faults = []
    for pointer, value in words.items():
        why = unstorable(value) if value else None
        if why:
            faults.append(Fault(pointer, "unstorable", f"this field {why}"))
    return faults


def _text_faults(draft: Comment, rules: IntakeRules, required: frozenset[str]) -> list[Fault]:
    faults = []
    if "text" in required and not _visible(draft.text):
        faults.append(Fault("/text", "required", "write a comment"))
    count = count_characters(draft.text)
    if count > rules.limit:
        over = count - rules.limit
        faults.append(Fault("/text", "too_long", f"the comment has {count} characters, {over} more than {rules.limit}"))
    if draft.title and count_characters(draft.title) > rules.title_limit:
        faults.append(Fault("/title", "too_long", f"the title has more than {rules.title_limit} characters"))
    return faults


def _visible(text: str) -> bool:
    return any(not c.isspace() and c.isprintable() for c in text)


def _identity_faults(draft: Comment, rules: IntakeRules, required: frozenset[str]) -> list[Fault]:
    author = draft.author
    judged = "name" in required
    checks = (
        ("/author/name", author.name, NAME_LIMIT, name_fault, "name" in required, "write your name"),
        ("/author/website", author.website, WEBSITE_LIMIT, website_fault, False, ""),
    )
    faults = []
    for pointer, value, limit, fault_of, needed, ask in checks:
        why = _fault(value, limit, fault_of if judged else None, ask if needed else "")
        if why:
            faults.append(Fault(pointer, *why))
    why = _fault(author.email, EMAIL_LIMIT, None, "write your e-mail address" if "email" in required else "")
    if why is None and judged and author.email and author.email.strip():
        why = email_fault(author.email.strip(), rules.domain_exists)
    return [*faults, Fault("/author/email", *why)] if why else faults


def _fault(
    value: str | None, limit: int, fault_of: Callable[[str], tuple[str, str] | None] | None, ask: str
) -> tuple[str, str] | None:
    if not value or not value.strip():
        return ("required", ask) if ask else None
    if count_characters(value) > limit:
        return "too_long", f"this field has more than {limit} characters"
    return fault_of(value) if fault_of else None


def _disclaimer_faults(draft: Comment, rules: IntakeRules, now: datetime) -> list[Fault]:
    if rules.disclaimer_mode == "accept" and draft.disclaimer_accepted is not True:
        return [Fault("/disclaimer/accepted", "required", "the disclaimer must be accepted")]
    version = draft.disclaimer_version
    if rules.disclaimer_mode == "notice" and not version:
        return [Fault("/disclaimer/version", "required", "say which version of the disclaimer was shown")]
    if version and not _good_version(version, rules, now):
        words = f"version `{rules.disclaimer_version}` of the disclaimer is in force; show it and send again"
        return [Fault("/disclaimer/version", "outdated", words)]
    return []


def _good_version(version: str, rules: IntakeRules, now: datetime) -> bool:
    if version == rules.disclaimer_version:
        return True
    in_grace = rules.grace_until is not None and now < rules.grace_until
    return in_grace and version == rules.previous_version
