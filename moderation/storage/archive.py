"""Write comments of an archive with what people had decided: history for replays, not new business.

What this file decides
- A comment whose external id is known here is left alone, so that a broken import is simply run again.
- Nothing is told to the site, no case is opened, no sender is kept; the human decision stands as a verdict by `archive`.
- A comment's id sorts by the time at which it was written, so that lists stay in order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import col, select
from ulid import ULID

from moderation.evidence.record import Leaf
from moderation.intake.normalise import nfc_copy
from moderation.ports import Judged
from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.records import decision_json
from moderation.storage.tables import ArticleRow, CommentRow, RevisionRow, VerdictRow
from moderation.storage.unit_of_work import PendingLeaf, UnitOfWork, unit_of_work
from moderation.storage.upsert import insert_missing
from moderation.vocabulary import STATUS_OF, Action, Comment, Field, Ground, Status

BY: Final = "archive"


@dataclass(frozen=True, slots=True)
class Archived:
    """One comment of an archive: as it was written, as it is judged now, and what a person had decided."""

    comment: Comment
    judged: Judged
    record: bytes
    at: datetime
    verdict: Action
    ground: Ground | None
    words: str


def known_externals(database: Database, site_id: str, names: Sequence[str]) -> set[str]:
    """Which of these external ids are here already."""
    with database.reading() as session:
        rows = select(CommentRow.external_id).where(
            CommentRow.site_id == site_id, col(CommentRow.external_id).in_(names)
        )
        return {name for name in session.exec(rows) if name is not None}


def write_archived(database: Database, site_id: str, archived: Sequence[Archived], now: datetime) -> None:
    """Write comments with their decisions and verdicts."""
    named = [(str(ULID.from_datetime(one.at)), one) for one in archived]
    with unit_of_work(database) as work:
        _write_articles(work, site_id, archived, now)
        work.insert(CommentRow, [_comment_row(site_id, name, one, now) for name, one in named])
        work.insert(RevisionRow, [_revision_row(site_id, name, one, now) for name, one in named])
        work.insert(VerdictRow, [_verdict_row(site_id, name, one) for name, one in named])


def log_import(database: Database, site_id: str, line: Leaf, now: datetime) -> None:
    """Say in the log that an archive was brought in."""
    with unit_of_work(database) as work:
        work.log(PendingLeaf(line.type, line.body, line.hash, now, ref=line.id, site_id=site_id))


def _write_articles(work: UnitOfWork, site_id: str, archived: Sequence[Archived], now: datetime) -> None:
    articles = {one.comment.article.id: one.comment.article for one in archived if one.comment.article}
    rows = [
        {
            "site_id": site_id,
            "id": article.id,
            "url": article.url,
            "title": article.title,
            "section": article.section or "",
            "subjects": list(article.subjects) if article.subjects is not None else None,
            "closed": False,
            "hold_all": False,
            "sensitive": "",
            "created_at": now,
            "updated_at": now,
        }
        for article in articles.values()
    ]
    insert_missing(work.session, ArticleRow, rows)


def _comment_row(site_id: str, name: str, one: Archived, now: datetime) -> dict[str, Any]:
    comment, status = one.comment, STATUS_OF[one.verdict]
    return {
        "id": name,
        "site_id": site_id,
        "lane": comment.lane.value,
        "door": comment.door.value,
        "key_id": None,
        "article_id": comment.article.id if comment.article else None,
        "author_id": None,
        "parent_id": comment.parent_id,
        "external_id": comment.external_id,
        "status": status.value,
        "latest_status": status.value,
        "revision": 1,
        "published_revision": 1 if status is Status.PUBLISHED else None,
        "grounds": [one.ground.value] if one.ground else [],
        "reasons": [],
        "message": "",
        "status_token_hash": hashlib.sha256(new_id().encode() + name.encode()).hexdigest(),
        "cluster": None,
        "received_at": one.at,
        "updated_at": now,
    }


def _revision_row(site_id: str, name: str, one: Archived, now: datetime) -> dict[str, Any]:
    comment, given, decision = one.comment, one.judged.given, one.judged.decision
    scores = given.scores.get(Field.TEXT)
    return {
        "comment_id": name,
        "number": 1,
        "site_id": site_id,
        "text": comment.text,
        "text_nfc": nfc_copy(comment.text),
        "title": comment.title,
        "name": comment.author.name,
        "website": comment.author.website,
        "characters": given.comment.characters,
        "language": given.comment.language,
        "record": one.record,
        "decision": decision_json(decision),
        "action": decision.action.value,
        "policy": decision.policy,
        "engine": scores.engine if scores else "",
        "engine_version": scores.version if scores else "",
        "created_at": one.at,
        "judged_at": now,
    }


def _verdict_row(site_id: str, name: str, one: Archived) -> dict[str, Any]:
    return {
        "id": new_id(),
        "site_id": site_id,
        "case_id": None,
        "comment_id": name,
        "revision": 1,
        "action": one.verdict.value,
        "ground": one.ground.value if one.ground else None,
        "words": one.words or None,
        "before": {},
        "by_user": BY,
        "at": one.at,
        "settles_at": one.at,
        "batch_id": None,
    }
