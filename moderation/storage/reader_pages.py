"""What a reader's page shows: the article, and what was published below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam
from sqlmodel import col, select

from moderation.storage.database import Database
from moderation.storage.tables import ArticleRow, CommentRow, RevisionRow
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import Article, Lane, Status

ARTICLE: Final = table_of(ArticleRow)
# Built once: every comment of a form asks.
OF_SITE: Final = ARTICLE.select().where(ARTICLE.c.site_id == bindparam("site"))
KNOWN: Final = OF_SITE.where(ARTICLE.c.id == bindparam("article"))
NEWEST: Final = OF_SITE.where(ARTICLE.c.closed.is_(False)).order_by(ARTICLE.c.created_at.desc(), ARTICLE.c.id).limit(1)


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A published comment as readers see it."""

    name: str
    title: str
    text: str
    at: datetime


def find_article(database: Database, site_id: str, article_id: str) -> Article | None:
    """An article that the site, or a reader's form before, made known."""
    return _read_article(database, KNOWN, {"site": site_id, "article": article_id})


def newest_article(database: Database, site_id: str) -> Article | None:
    """The newest article of a site that takes comments."""
    return _read_article(database, NEWEST, {"site": site_id})


def _read_article(database: Database, query: Select[Any], asked: dict[str, str]) -> Article | None:
    with database.reading() as session:
        row = session.connection().execute(query, asked).first()
    if row is None:
        return None
    subjects = tuple(row.subjects) if row.subjects is not None else None
    return Article(row.id, row.url, row.title, row.section or None, subjects)


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
