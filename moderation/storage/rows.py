"""A received comment as rows: what each table keeps of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, Final

from moderation.callbacks.message import Told
from moderation.intake.normalise import nfc_copy
from moderation.ports import Outcome, Received
from moderation.storage.records import decision_json
from moderation.vocabulary import STATUS_OF, Field, Lane, Status

KEEP_MARK: Final = timedelta(hours=24)


def outcome_of(one: Received, limit: int) -> Outcome:
    """What the door will tell of this comment."""
    decision = one.judged.decision
    grounds, reasons, message = what_is_told(one)
    return Outcome(
        id=one.id,
        status=status_of(one),
        revision=one.revision,
        grounds=grounds,
        reasons=reasons,
        message=message,
        characters=one.judged.given.comment.characters,
        limit=limit,
        status_token="" if one.arrival.revises else one.status_token,
        decision=decision,
    )


def status_of(one: Received) -> Status:
    """The status that the decision leads to; a key in shadow mode records the decision and lets everything through."""
    return Status.PUBLISHED if one.arrival.shadow_only else STATUS_OF[one.judged.decision.action]


def what_is_told(one: Received) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Grounds, reasons and words for the reader; a key in shadow mode hears nothing of what would have been.

    The revision keeps the decision as it was made, and the log does.
    """
    decision = one.judged.decision
    if one.arrival.shadow_only:
        return (), (), ""
    return tuple(ground.value for ground in decision.grounds), decision.reasons, decision.message


def comment_row(one: Received, author_id: str | None) -> dict[str, Any]:
    arrival, comment = one.arrival, one.arrival.comment
    status = status_of(one)
    grounds, reasons, message = what_is_told(one)
    return {
        "id": one.id,
        "site_id": arrival.site_id,
        "lane": comment.lane.value,
        "door": comment.door.value,
        "key_id": arrival.key_id,
        "article_id": comment.article.id if comment.article else None,
        "author_id": author_id,
        "parent_id": comment.parent_id,
        "external_id": comment.external_id,
        "status": status.value,
        "latest_status": status.value,
        "pending_status": None,
        "pending": None,
        "settles_at": None,
        "revision": one.revision,
        "published_revision": one.revision if status is Status.PUBLISHED else None,
        "grounds": list(grounds),
        "reasons": list(reasons),
        "message": message,
        "status_token_hash": one.status_token_hash,
        "cluster": one.judged.facts.sender.cluster or one.texture.exact or None,
        "disclaimer_version": comment.disclaimer_version,
        "received_at": comment.received_at or one.now,
        "updated_at": one.now,
        "withdrawn_at": None,
        "status_before": None,
    }


def revision_row(one: Received) -> dict[str, Any]:
    comment, given = one.arrival.comment, one.judged.given
    scores = given.scores.get(Field.TEXT)
    return {
        "comment_id": one.id,
        "number": one.revision,
        "site_id": one.arrival.site_id,
        "text": comment.text,
        "text_salt": one.text_salt,
        "text_nfc": nfc_copy(comment.text),
        "title": comment.title,
        "name": comment.author.name,
        "website": comment.author.website,
        "characters": given.comment.characters,
        "language": given.comment.language,
        "record": one.record,
        "decision": decision_json(one.judged.decision),
        "action": one.judged.decision.action.value,
        "policy": one.judged.decision.policy,
        "engine": scores.engine if scores else "",
        "engine_version": scores.version if scores else "",
        "shadow": decision_json(one.judged.shadow) if one.judged.shadow else None,
        "created_at": one.now,
        "judged_at": one.now,
    }


def seen_rows(one: Received, author_id: str | None) -> list[dict[str, Any]]:
    comment = one.arrival.comment
    if comment.lane is not Lane.LIVE:
        return []
    common = {
        "comment_id": one.id,
        "site_id": one.arrival.site_id,
        "sender_tag": one.tags.sender,
        "author_id": author_id,
        "article_id": comment.article.id if comment.article else None,
        "cluster": one.judged.facts.sender.cluster or one.texture.exact,
        "seen_at": one.now,
    }
    return [{**common, "band": band} for band in dict.fromkeys((one.texture.exact, *one.texture.bands)) if band]


def told_of(one: Received) -> Told:
    decision = one.judged.decision
    return Told(
        id=one.id,
        external_id=one.arrival.comment.external_id,
        revision=one.revision,
        status=STATUS_OF[decision.action],
        grounds=[ground.value for ground in decision.grounds],
        reasons=decision.reasons,
    )


def mark_row(one: Received, outcome: Outcome) -> dict[str, Any]:
    mark = one.arrival.mark
    assert mark is not None
    stored = asdict(replace(outcome, decision=None, scores={}))
    return {
        "site_id": one.arrival.site_id,
        "key": mark.key,
        "fingerprint": mark.fingerprint,
        "response": stored,
        "expires_at": one.now + KEEP_MARK,
    }


def sender_row(one: Received, idx: int) -> dict[str, Any]:
    """The sealed record, which names its leaf."""
    return {
        "id": one.sender_id,
        "site_id": one.arrival.site_id,
        "comment_id": one.id,
        "revision": one.revision,
        "action": "edit" if one.arrival.revises else "submit",
        "epoch_net": one.sealed.epoch_net,
        "epoch_ident": one.sealed.epoch_ident,
        "ct_net": one.sealed.ct_net,
        "ct_ident": one.sealed.ct_ident,
        "leaf_idx": idx,
        "created_at": one.now,
        "retain_until": one.retain_until,
        "retain_rule": one.retain_rule,
        "purged_at": None,
    }
