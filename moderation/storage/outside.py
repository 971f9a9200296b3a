"""What doors of other protocols need of the store: whom to tell, what a resent comment became, and how much was asked.

What this file decides
- A callback named in a call becomes an endpoint of its own, at most twenty for a site; it may be private only where the site's
  own endpoint at the same host may.
- A comment about which somebody says that it was judged wrongly gets a case again, unless it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func
from sqlmodel import Session, col, select

from moderation.callbacks.akismet_form import AKISMET
from moderation.storage.cases import KIND_REVIEW
from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.outbox import STANDARD, endpoints_of
from moderation.storage.tables import ArticleRow, CaseRow, CommentRow, Endpoint, LabelRow, RevisionRow
from moderation.vocabulary import Action, CaseState, Door, Lane

MOST_CALLBACKS: Final = 20
OPEN: Final = (CaseState.OPEN.value, CaseState.ESCALATED.value)
Seal = Callable[[str, Sequence[str]], bytes]


@dataclass(frozen=True, slots=True)
class Asked:
    """How many comments a door checked in a span of time, and how many of them were not published at once."""

    calls: int = 0
    spam: int = 0
    missed: int = 0
    wrong: int = 0


def has_endpoint(database: Database, site_id: str) -> bool:
    """Whether a site can be told of a verdict."""
    with database.reading() as session:
        return bool(endpoints_of(session, site_id))


def callback_endpoint(database: Database, site_id: str, url: str, key: str, seal: Seal, now: datetime) -> str | None:
    """The endpoint that stands for a callback named in a call; None when the site has too many, or it is no web address."""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        return None
    with database.reading() as session:
        known = session.exec(select(Endpoint).where(Endpoint.site_id == site_id)).all()
    own = [one for one in known if one.style == AKISMET]
    found = next((one.id for one in own if one.url == url), None)
    if found or len(own) >= MOST_CALLBACKS:
        return found
    host = urlsplit(url).hostname
    private = any(one.allow_private and urlsplit(one.url).hostname == host for one in known if one.style == STANDARD)
    endpoint_id = new_id()
    row = Endpoint(
        id=endpoint_id,
        site_id=site_id,
        url=url,
        style=AKISMET,
        secrets_sealed=seal(endpoint_id, [key]),
        allow_private=private,
        created_at=now,
    )
    with database.writing() as session:
        session.add(row)
    return endpoint_id


def reopen_case(database: Database, site_id: str, comment_id: str, now: datetime) -> bool:
    """Let a person look at a comment again; whether a case was opened."""
    with database.writing() as session:
        row = session.exec(
            select(CommentRow).where(CommentRow.site_id == site_id, col(CommentRow.id) == comment_id).with_for_update()
        ).first()
        if row is None or row.lane != Lane.LIVE.value or row.withdrawn_at is not None:
            return False
        query = select(CaseRow.id).where(CaseRow.comment_id == comment_id, col(CaseRow.state).in_(OPEN))
        if session.exec(query).first() is not None:
            return False
        session.add(_case(session, row, now))
        return True


def _case(session: Session, row: CommentRow, now: datetime) -> CaseRow:
    revision = session.get(RevisionRow, (row.id, row.revision))
    article = session.get(ArticleRow, (row.site_id, row.article_id)) if row.article_id else None
    return CaseRow(
        id=new_id(),
        site_id=row.site_id,
        lane=row.lane,
        comment_id=row.id,
        revision=row.revision,
        kind=KIND_REVIEW,
        state=CaseState.OPEN.value,
        due_at=now,
        grounds=list(row.grounds),
        ground=row.grounds[0] if row.grounds else None,
        section=article.section if article else "",
        article_id=row.article_id,
        author_id=row.author_id,
        language=revision.language if revision else "",
        cluster=row.cluster,
        opened_at=now,
    )


def count_asked(database: Database, site_id: str, lane: Lane, since: datetime, until: datetime) -> Asked:
    """What the Akismet door was asked from `since` until `until`."""
    window = (
        CommentRow.site_id == site_id,
        CommentRow.lane == lane.value,
        CommentRow.door == Door.AKISMET.value,
        col(CommentRow.received_at) >= since,
        col(CommentRow.received_at) < until,
    )
    said = (
        LabelRow.site_id == site_id,
        LabelRow.lane == lane.value,
        col(LabelRow.at) >= since,
        col(LabelRow.at) < until,
    )
    with database.reading() as session:
        calls = session.exec(select(func.count()).select_from(CommentRow).where(*window)).one()
        held = (
            select(func.count())
            .select_from(CommentRow)
            .join(RevisionRow, (col(RevisionRow.comment_id) == CommentRow.id) & (RevisionRow.number == 1))
            .where(*window, RevisionRow.action != Action.PUBLISH.value)
        )
        spam = session.exec(held).one()
        by_source = dict(
            session.exec(select(LabelRow.source, func.count()).where(*said).group_by(LabelRow.source)).all()
        )
    return Asked(calls, spam, by_source.get("akismet:submit-spam", 0), by_source.get("akismet:submit-ham", 0))
