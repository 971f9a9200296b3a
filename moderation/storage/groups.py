"""Open cases by what they have in common: an article, an author, or nearly the same words.

What this file decides
- The largest group comes first; one of one is a group only where articles and authors are counted, never among copies.
- Groups are counted from an index alone; the words of each are those of its case that is due first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Column, func, select

from moderation.storage.case_leases import CASE
from moderation.storage.database import Database
from moderation.storage.guarded import readable
from moderation.storage.listing import ARTICLE
from moderation.storage.queue_counts import COMMENT, REVISION
from moderation.storage.tables import AuthorRow
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import CaseState, Lane

MOST: Final = 100
AUTHOR: Final = table_of(AuthorRow)
COLUMNS: Final[Mapping[str, Column[Any]]] = MappingProxyType(
    {"article": CASE.c.article_id, "author": CASE.c.author_id, "cluster": CASE.c.cluster}
)


@dataclass(frozen=True, slots=True)
class Group:
    """So many open cases with the same `key`; `label` is a title or a name, `words` those of the case that is due first."""

    key: str
    count: int
    due_at: datetime
    label: str
    words: str


def read_groups(database: Database, site_id: str, by: str, lane: Lane = Lane.LIVE) -> list[Group]:
    """The largest groups of open cases."""
    column = COLUMNS[by]
    size = func.count().label("size")
    query = (
        select(column.label("key"), size, func.min(CASE.c.due_at).label("due_at"))
        .where(CASE.c.site_id == site_id, CASE.c.lane == lane.value, CASE.c.state == CaseState.OPEN.value)
        .where(column.is_not(None))
        .group_by(column)
        .having(size > (1 if by == "cluster" else 0))
        .order_by(size.desc(), func.min(CASE.c.due_at))
        .limit(MOST)
    )
    with database.reading() as session:
        rows = session.execute(query).all()
        labels = _labels(session, site_id, by, [row.key for row in rows])
        words = {row.key: _words(session, site_id, column, row.key) for row in rows} if by == "cluster" else {}
    return [Group(row.key, row.size, row.due_at, labels.get(row.key, ""), words.get(row.key, "")) for row in rows]


def count_copies(database: Database, site_id: str, clusters: Collection[str], lane: Lane = Lane.LIVE) -> dict[str, int]:
    """How many open cases each of these clusters has."""
    query = (
        select(CASE.c.cluster, func.count().label("size"))
        .where(CASE.c.site_id == site_id, CASE.c.lane == lane.value, CASE.c.state == CaseState.OPEN.value)
        .where(CASE.c.cluster.in_(list(clusters)))
        .group_by(CASE.c.cluster)
    )
    with database.reading() as session:
        return {row.cluster: row.size for row in session.execute(query)} if clusters else {}


def _labels(session: Any, site_id: str, by: str, keys: list[str]) -> dict[str, str]:
    if by == "cluster" or not keys:
        return {}
    table, name = (ARTICLE, ARTICLE.c.title) if by == "article" else (AUTHOR, AUTHOR.c.name)
    query = select(table.c.id, name.label("label")).where(table.c.site_id == site_id, table.c.id.in_(keys))
    return {row.id: row.label or "" for row in session.execute(query)}


def _words(session: Any, site_id: str, column: Column[Any], key: str) -> str:
    first = (
        select(CASE.c.comment_id, CASE.c.revision)
        .where(CASE.c.site_id == site_id, CASE.c.lane == Lane.LIVE.value, CASE.c.state == CaseState.OPEN.value)
        .where(column == key)
        .order_by(CASE.c.due_at, CASE.c.id)
        .limit(1)
        .subquery()
    )
    same = (REVISION.c.comment_id == first.c.comment_id) & (REVISION.c.number == first.c.revision)
    query = select(readable(REVISION.c.text)).join(first, same).join(COMMENT, COMMENT.c.id == REVISION.c.comment_id)
    return str(session.execute(query).scalar() or "")
