"""Articles as the sites tell them: written when something new is told, left alone otherwise."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Row, Select, select, update
from sqlmodel import Session

from moderation.ports import Received
from moderation.storage.among import apart, in_sites
from moderation.storage.tables import ArticleRow
from moderation.storage.unit_of_work import UnitOfWork, table_of
from moderation.storage.upsert import insert_missing
from moderation.vocabulary import Article

ARTICLE: Final = table_of(ArticleRow)
ARTICLES: Final = select(ARTICLE).where(in_sites(ARTICLE.c.site_id, ARTICLE.c.id))
TOLD: Final = ARTICLES.with_only_columns(
    *(ARTICLE.c[name] for name in ("site_id", "id", "url", "title", "section", "subjects", "closed"))
)
"""What a site may tell with a comment. A body has up to 256 KiB, and here others wait to write."""


def write_articles(work: UnitOfWork, received: Sequence[Received]) -> None:
    """Make the articles of a batch known, and change those of which something else is told now."""
    told = {
        (one.arrival.site_id, one.arrival.comment.article.id): one
        for one in received
        if one.arrival.comment.article is not None and not one.arrival.revises
    }
    if not told:
        return
    known = _read(work.session, TOLD, set(told))
    new = [_row(one) for key, one in told.items() if key not in known]
    insert_missing(work.session, ArticleRow, new)
    for key, row in known.items():
        article = told[key].arrival.comment.article
        assert article is not None
        changes = {name: value for name, value in told_values(article).items() if getattr(row, name) != value}
        if changes:
            changed = update(ARTICLE).where(ARTICLE.c.site_id == key[0], ARTICLE.c.id == key[1])
            work.session.connection().execute(changed.values(**changes, updated_at=told[key].now))


def told_values(article: Article) -> dict[str, Any]:
    """What a site said of an article, without what it left out."""
    values = {
        "url": article.url or None,
        "title": article.title or None,
        "section": article.section,
        "subjects": list(article.subjects) if article.subjects is not None else None,
        "closed": article.closed,
    }
    return {name: value for name, value in values.items() if value is not None}


def stored_articles(session: Session, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Row[Any]]:
    """The articles that are known, whole, by site and id."""
    return _read(session, ARTICLES, keys) if keys else {}


def _read(session: Session, asked: Select[Any], keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Row[Any]]:
    found = {(row.site_id, row.id): row for row in session.connection().execute(asked, apart(keys))}
    return {key: row for key, row in found.items() if key in keys}


def _row(one: Received) -> dict[str, Any]:
    article = one.arrival.comment.article
    assert article is not None
    empty = {"url": "", "title": "", "section": "", "subjects": None, "closed": False}
    return {
        "site_id": one.arrival.site_id,
        "id": article.id,
        **empty,
        **told_values(article),
        "hold_all": False,
        "sensitive": "",
        "created_at": one.now,
        "updated_at": one.now,
    }
