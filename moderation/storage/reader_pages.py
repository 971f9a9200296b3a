"""What a reader's page shows: the article, and what was published below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from moderation.storage.database import Database
from moderation.storage.tables import ArticleRow, CommentRow, RevisionRow
from moderation.vocabulary import Article, Lane, Status


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A published comment as readers see it."""

    name: str
    title: str
    text: str
    at: datetime


def first_article(database: Database, site_id: str) -> Article | None:
    """The newest article of a site that takes comments."""
    query = (
        select(ArticleRow)
        .where(ArticleRow.site_id == site_id, col(ArticleRow.closed).is_(False))
        .order_by(col(ArticleRow.created_at).desc(), col(ArticleRow.id))
        .limit(1)
    )
    with database.reading() as session:
        row = session.exec(query).first()
    if row is None:
        return None
    subjects = tuple(row.subjects) if row.subjects is not None else None
    return Article(row.id, row.url, row.title, row.section, subjects)


def published_below(database: Database, site_id: str, article_id: str, limit: int = 5) -> list[PublishedLine]:
    """The newest published comments of an article, in the wording that is published."""
    query = (
        select(CommentRow, RevisionRow)
        .join(
            RevisionRow,
            (col(RevisionRow.comment_id) == CommentRow.id) & (col(RevisionRow.number) == CommentRow.published_revision),
        )
        .where(
            CommentRow.site_id == site_id,
            CommentRow.article_id == article_id,
            CommentRow.status == Status.PUBLISHED.value,
            CommentRow.lane == Lane.LIVE.value,
        )
        .order_by(col(CommentRow.id).desc())
        .limit(limit)
    )
    with database.reading() as session:
        rows = session.exec(query).all()
    return [
        PublishedLine(words.name or "", words.title or "", words.text or "", row.received_at) for row, words in rows
    ]
