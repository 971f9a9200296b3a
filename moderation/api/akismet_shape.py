"""From an Akismet call to a comment on its way in."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Final

from moderation.api.akismet_call import AkismetCall
from moderation.api.client_address import reported_address
from moderation.api.shape import intake_rules
from moderation.bootstrap import Service
from moderation.intake.accept import accept
from moderation.ports import Arrival
from moderation.storage.keys import KeyHolder
from moderation.storage.outside import callback_endpoint, has_endpoint
from moderation.vocabulary import Action, Article, Author, Comment, Door, FormFacts, Lane, Sender

LONGEST: Final = 64 * 1024  # the site's own form holds its limit; the policy still measures
ID_LIMIT: Final = 200
SPAM_NAMES: Final = frozenset({"viagra-test-123", "akismet-guaranteed-spam"})
SPAM_EMAIL: Final = "akismet-guaranteed-spam@example.com"


def arrival_of(
    service: Service, holder: KeyHolder, call: AkismetCall, peer: tuple[str, int] | None, now: datetime, *, key: str
) -> Arrival:
    """The comment that a call describes. `key` is the key as the caller gave it: its webhook compares it.

    Raises:
        InvalidComment: with every field that cannot be kept.
    """
    surely_spam = call.get("comment_author") in SPAM_NAMES or call.get("comment_author_email") == SPAM_EMAIL
    test = call.is_test or surely_spam or holder.lane is Lane.TEST
    rules = replace(intake_rules(service, holder.site_id), limit=LONGEST)
    comment = accept(_draft(holder, call, peer, now, Lane.TEST if test else Lane.LIVE), rules, now)
    if surely_spam:
        comment = replace(comment, forced=Action.REJECT)
    trusted = call.get("user_role") == "administrator"
    callback = None if test else _callback(service, holder, call, now, key)
    return Arrival(
        holder.site_id,
        comment,
        holder.key_id,
        shadow_only=trusted or (holder.shadow and not surely_spam),
        for_people=callback is not None or has_endpoint(service.database, holder.site_id),
        callback=callback,
    )


def _callback(service: Service, holder: KeyHolder, call: AkismetCall, now: datetime, key: str) -> str | None:
    url = call.get("callback")
    if not url:
        return None
    return callback_endpoint(service.database, holder.site_id, url, key, service.custody.seal_secrets, now)


def _draft(holder: KeyHolder, call: AkismetCall, peer: tuple[str, int] | None, now: datetime, lane: Lane) -> Comment:
    link = call.get("permalink").partition("#")[0]
    return Comment(
        text=call.get("comment_content"),
        door=Door.AKISMET,
        article=Article(_article_id(link), url=link) if link else None,
        author=Author(
            name=call.get("comment_author") or None,
            email=call.get("comment_author_email") or None,
            website=call.get("comment_author_url") or None,
        ),
        sender=Sender(
            ip=reported_address(call.get("user_ip")),
            user_agent=call.get("user_agent") or None,
            referrer=call.get("referrer") or None,
            submitted_at=_moment(call.get("comment_date_gmt")),
            source="reported_by_site",
            peer=peer[0] if peer else None,
            peer_port=peer[1] if peer else None,
            key_id=holder.key_id,
        ),
        parent_id=call.get("comment_parent")[:ID_LIMIT] or None,
        external_id=call.get("comment_ID")[:ID_LIMIT] or None,
        form=FormFacts(honeypot=call.honeypot),
        lane=lane,
        received_at=now,
    )


def _article_id(link: str) -> str:
    return link if len(link) <= ID_LIMIT else "sha256:" + hashlib.sha256(link.encode()).hexdigest()


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
