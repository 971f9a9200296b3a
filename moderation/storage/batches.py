"""Verdicts that were given together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from moderation.errors import NotFound
from moderation.storage.database import Database
from moderation.storage.guarded import readable
from moderation.storage.queue_counts import COMMENT, REVISION, VERDICT


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One verdict of a batch."""

    verdict_id: str
    comment_id: str
    action: str
    ground: str
    name: str
    text: str
    by_user: str
    at: datetime
    undone_at: datetime | None


def read_batch(database: Database, site_id: str, batch_id: str) -> list[BatchLine]:
    """All verdicts of a batch of this site.

    Raises:
        NotFound: this site has no such batch.
    """
    both = (REVISION.c.comment_id == VERDICT.c.comment_id) & (REVISION.c.number == VERDICT.c.revision)
    query = (
        select(VERDICT, readable(REVISION.c.name), readable(REVISION.c.text))
        .join(REVISION, both)
        .join(COMMENT, COMMENT.c.id == VERDICT.c.comment_id)
        .where(VERDICT.c.batch_id == batch_id, VERDICT.c.site_id == site_id)
        .order_by(VERDICT.c.id)
    )
    with database.reading() as session:
        rows = session.execute(query).all()
    if not rows:
        raise NotFound("there is no such batch here")
    return [_line(row) for row in rows]


def decisions_of(database: Database, site_id: str, user_id: str, since: datetime, limit: int) -> list[BatchLine]:
    """What one person decided at a site since then, the newest first."""
    both = (REVISION.c.comment_id == VERDICT.c.comment_id) & (REVISION.c.number == VERDICT.c.revision)
    query = (
        select(VERDICT, readable(REVISION.c.name), readable(REVISION.c.text))
        .join(REVISION, both)
        .join(COMMENT, COMMENT.c.id == VERDICT.c.comment_id)
        .where(VERDICT.c.by_user == user_id, VERDICT.c.at >= since, VERDICT.c.site_id == site_id)
        .order_by(VERDICT.c.at.desc())
        .limit(limit)
    )
    with database.reading() as session:
        return [_line(row) for row in session.execute(query)]


def _line(r: Any) -> BatchLine:
    return BatchLine(
        r.id, r.comment_id, r.action, r.ground or "", r.name or "", r.text or "", r.by_user, r.at, r.undone_at
    )
