"""Write comments of an archive with what people had decided: history for replays, not new business.

What this file decides
- A comment whose external id is known here is left alone, so that a broken import is simply run again.
- Nothing is told to the site, no case is opened, no sender is kept; the human decision stands as a verdict by `archive`.
- Authors are counted as intake counts them, by what people had decided, in the order of the file: of an e-mail address only
  the keyed tag is kept. What was set here for an author (trust, a ban) holds for their archived comments too.
- Domains that published comments of the archive linked to are known here from then on.
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
from moderation.ports import Arrival, Judged, Tags
from moderation.storage.authors import write_authors
from moderation.storage.counters import Counters
from moderation.storage.database import Database
from moderation.storage.domains import learn_domains, read_domains
from moderation.storage.fact_book import StoredFacts
from moderation.storage.facts import read_authors
from moderation.storage.ids import new_id
from moderation.storage.records import decision_json
from moderation.storage.tables import ArticleRow, CommentRow, RevisionRow, VerdictRow
from moderation.storage.unit_of_work import PendingLeaf, UnitOfWork, unit_of_work
from moderation.storage.upsert import insert_missing
from moderation.vocabulary import STATUS_OF, Action, Field, Ground, Status

BY: Final = "archive"


@dataclass(frozen=True, slots=True)
class Archived:
    """One comment of an archive: as it was written, as it is judged now, and what a person had decided."""

    id: str
    arrival: Arrival
    tags: Tags
    sender_id: str
    judged: Judged
    record: bytes
    at: datetime
    verdict: Action
    ground: Ground | None
    words: str

    @property
    def email_sealed(self) -> None:
        """No address of an archive is kept."""

    @property
    def now(self) -> datetime:
        """When its author was first seen, if this is their first comment."""
        return self.at


def name_archived(at: datetime) -> str:
    """An id for a comment that was written at `at`."""
    return str(ULID.from_datetime(at))


def read_standing(database: Database, arrivals: Sequence[Arrival], tags: Sequence[Tags]) -> StoredFacts:
    """A fact book that knows authors and nothing else: repeats and floods of now say nothing about comments of then."""
    with database.reading() as session:
        authors = read_authors(session, arrivals, tags)
    return StoredFacts(sites={}, articles={}, authors=authors, parents={}, revised={}, seen={}, counters=Counters())


def known_domains(database: Database, site_id: str, arrivals: Sequence[Arrival]) -> set[str]:
    """Which of the domains that these comments link to stood in a published comment of the site."""
    with database.reading() as session:
        return read_domains(session, arrivals).get(site_id, set())


def known_externals(database: Database, site_id: str, names: Sequence[str]) -> set[str]:
    """Which of these external ids are here already."""
    with database.reading() as session:
        rows = select(CommentRow.external_id).where(
            CommentRow.site_id == site_id, col(CommentRow.external_id).in_(names)
        )
        return {name for name in session.exec(rows) if name is not None}


def write_archived(database: Database, site_id: str, archived: Sequence[Archived], now: datetime) -> None:
    """Write comments with their authors, decisions and verdicts."""
    with unit_of_work(database) as work:
        _write_articles(work, site_id, archived, now)
        authors = write_authors(work, archived, [STATUS_OF[one.verdict] for one in archived])
        rows = [_comment_row(site_id, one, author, now) for one, author in zip(archived, authors, strict=True)]
        work.insert(CommentRow, rows)
        learn_domains(work.session, archived, [one.verdict is Action.PUBLISH for one in archived])
        work.insert(RevisionRow, [_revision_row(site_id, one, now) for one in archived])
        work.insert(VerdictRow, [_verdict_row(site_id, one) for one in archived])


def log_import(database: Database, site_id: str, line: Leaf, now: datetime) -> None:
    """Say in the log that an archive was brought in."""
    with unit_of_work(database) as work:
        work.log(PendingLeaf(line.type, line.body, line.hash, now, ref=line.id, site_id=site_id))


def _write_articles(work: UnitOfWork, site_id: str, archived: Sequence[Archived], now: datetime) -> None:
    told = [one.arrival.comment.article for one in archived]
    articles = {article.id: article for article in told if article}
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


def _comment_row(site_id: str, one: Archived, author: str | None, now: datetime) -> dict[str, Any]:
    comment, status = one.arrival.comment, STATUS_OF[one.verdict]
    return {
        "id": one.id,
        "site_id": site_id,
        "lane": comment.lane.value,
        "door": comment.door.value,
        "key_id": None,
        "article_id": comment.article.id if comment.article else None,
        "author_id": author,
        "parent_id": comment.parent_id,
        "external_id": comment.external_id,
        "status": status.value,
        "latest_status": status.value,
        "revision": 1,
        "published_revision": 1 if status is Status.PUBLISHED else None,
        "grounds": [one.ground.value] if one.ground else [],
        "reasons": [],
        "message": "",
        "status_token_hash": hashlib.sha256(new_id().encode() + one.id.encode()).hexdigest(),
        "cluster": None,
        "received_at": one.at,
        "updated_at": now,
    }


def _revision_row(site_id: str, one: Archived, now: datetime) -> dict[str, Any]:
    comment, given, decision = one.arrival.comment, one.judged.given, one.judged.decision
    scores = given.scores.get(Field.TEXT)
    return {
        "comment_id": one.id,
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


def _verdict_row(site_id: str, one: Archived) -> dict[str, Any]:
    return {
        "id": new_id(),
        "site_id": site_id,
        "case_id": None,
        "comment_id": one.id,
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
