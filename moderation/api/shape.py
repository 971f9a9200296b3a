"""From the wire to a draft that intake can judge: the comments API's own names for things."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from fastapi import Request

from moderation.api.bodies import CommentIn, RevisionIn, SenderIn
from moderation.bootstrap import Service
from moderation.intake.accept import IntakeRules
from moderation.storage.comments import CommentView, Signed
from moderation.storage.keys import KeyHolder
from moderation.vocabulary import Article, Author, Comment, Door, FormFacts, Sender

GRACE: Final = timedelta(hours=24)


def draft_of(body: CommentIn, asking: KeyHolder, request: Request, now: datetime) -> Comment:
    """The comment as it was sent."""
    told = body.article
    subjects = tuple(told.subjects) if told.subjects is not None else None
    return Comment(
        text=body.text,
        door=Door.API,
        article=Article(told.id, told.url, told.title, told.section, subjects, told.closed),
        author=Author(body.author.name, body.author.email, body.author.website, body.author.id),
        sender=sender_of(body.sender, asking, request),
        title=body.title,
        parent_id=body.parent_id,
        external_id=body.external_id,
        disclaimer_version=body.disclaimer.version,
        disclaimer_accepted=body.disclaimer.accepted,
        form=FormFacts(body.form.honeypot, body.form.elapsed_ms, body.form.token),
        lane=asking.lane,
        received_at=now,
    )


def revision_draft(
    body: RevisionIn, was: CommentView, signed: Signed, asking: KeyHolder, request: Request, now: datetime
) -> Comment:
    """A new wording of a stored comment. The author is not asked again who they are."""
    return Comment(
        text=body.text,
        door=Door.API,
        article=Article(was.article_id) if was.article_id else None,
        author=Author(name=signed.name, website=signed.website),
        sender=sender_of(body.sender, asking, request),
        title=body.title if body.title is not None else signed.title,
        parent_id=was.parent_id,
        external_id=was.external_id,
        lane=asking.lane,
        received_at=now,
    )


def sender_of(told: SenderIn, asking: KeyHolder, request: Request) -> Sender:
    """The sender as the site reports it, and beside it the peer that reported."""
    peer = request.client
    return Sender(
        ip=told.ip,
        port=told.port or None,
        user_agent=told.user_agent,
        referrer=told.referrer,
        headers=dict(told.headers),
        submitted_at=told.submitted_at if told.submitted_at and told.submitted_at.tzinfo else None,
        source="reported_by_site",
        peer=peer.host if peer else None,
        peer_port=peer.port if peer else None,
        key_id=asking.key_id,
    )


def intake_rules(service: Service, site_id: str) -> IntakeRules:
    """What intake asks of a comment at this site now."""
    rules = service.shelf.rules(site_id)
    policy = service.shelf.policy_for(site_id)
    previous = service.shelf.policy(rules.previous_policy).disclaimer.version if rules.previous_policy else None
    return IntakeRules(
        limit=rules.limit,
        title_limit=policy.limits["title_characters"],
        disclaimer_mode=rules.disclaimer_mode,
        disclaimer_version=policy.disclaimer.version,
        previous_version=previous,
        grace_until=rules.policy_since + GRACE if rules.policy_since else None,
    )
