"""The list: many cases or comments at once, filtered by what a moderator asks for, a page at a time.

What this file decides
- Cases that wait are listed as they are due; everything else newest first. A page begins after a key, never at an offset.
- A filter is a column with an index or a check on rows that an index found; free text goes through the full-text index.
- Every query begins with the site and the lane.
- A case on which a colleague asks a second opinion is found neither by ground nor by score: finding it would tell both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, not_, select

from moderation.review.priority import is_severe, severity_of
from moderation.storage.case_leases import CASE
from moderation.storage.database import Database
from moderation.storage.guarded import GUARDED, readable
from moderation.storage.ids import first_id_at
from moderation.storage.queue_counts import COMMENT, REVISION
from moderation.storage.search import matches
from moderation.storage.tables import AddressSeen, ArticleRow
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import Lane

PAGE: Final = 50
ARTICLE: Final = table_of(ArticleRow)
SEEN: Final = table_of(AddressSeen)
WAITING: Final = frozenset({"open", "escalated"})


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What to list; an empty value filters nothing."""

    status: str = "open"
    ground: str = ""
    section: str = ""
    article: str = ""
    author: str = ""
    language: str = ""
    cluster: str = ""
    sender: str = ""
    by: str = ""
    score_from: float = 0.0
    score_to: float = 1.0
    hours: int = 0
    words: str = ""
    after: str = ""
    reader: str = ""
    cases: tuple[str, ...] = ()
    lane: Lane = Lane.LIVE

    @property
    def waiting(self) -> bool:
        """Whether cases are listed rather than comments."""
        return self.status in WAITING and not self.words

    @property
    def tells_findings(self) -> bool:
        """Whether being found says what the policy or the model made of a comment."""
        return bool(self.ground) or self.score_from > 0 or self.score_to < 1


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the list."""

    comment_id: str
    case_id: str
    version: int
    state: str
    status: str
    name: str
    text: str
    article_id: str
    article: str
    section: str
    author_id: str
    language: str
    severity: int
    ground: str
    score: float | None
    score_label: str
    cluster: str
    due_at: datetime | None
    received_at: datetime
    leased_by: str | None
    leased_until: datetime | None
    asked_by: str | None
    key: str

    @property
    def open(self) -> bool:
        """Whether it can be decided."""
        return self.state in WAITING

    @property
    def severe(self) -> bool:
        """Whether some people want its text folded."""
        return is_severe(severity_of(self.severity), [self.ground])

    @property
    def asked(self) -> bool:
        """Whether it waits for a second opinion."""
        return self.asked_by is not None


def list_rows(database: Database, site_id: str, asked: ListFilter, now: datetime, limit: int = PAGE) -> list[ListRow]:
    """A page of the list; `key` of its last row is where the next page begins."""
    query = _cases(site_id, asked) if asked.waiting else _comments(database, site_id, asked)
    for condition in _conditions(asked, now):
        query = query.where(condition)
    with database.reading() as session:
        rows = [_row(row, waiting=asked.waiting) for row in session.execute(query.limit(limit))]
    return list({row.key: row for row in rows}.values())  # a comment that was opened again has two cases and one line


def _columns() -> tuple[Any, ...]:
    return (
        COMMENT.c.id.label("comment_id"),
        CASE.c.id.label("case_id"),
        CASE.c.version,
        CASE.c.state,
        COMMENT.c.status,
        readable(REVISION.c.name),
        readable(REVISION.c.text),
        COMMENT.c.article_id,
        ARTICLE.c.title.label("article"),
        ARTICLE.c.section,
        COMMENT.c.author_id,
        REVISION.c.language,
        CASE.c.severity,
        CASE.c.ground,
        COMMENT.c.grounds,
        CASE.c.score,
        CASE.c.score_label,
        CASE.c.cluster,
        CASE.c.due_at,
        COMMENT.c.received_at,
        CASE.c.leased_by,
        CASE.c.leased_until,
        CASE.c.asked_by,
    )


def _cases(site_id: str, asked: ListFilter) -> Select[Any]:
    joined = (
        CASE.join(COMMENT, COMMENT.c.id == CASE.c.comment_id)
        .join(REVISION, (REVISION.c.comment_id == CASE.c.comment_id) & (REVISION.c.number == CASE.c.revision))
        .outerjoin(ARTICLE, (ARTICLE.c.site_id == COMMENT.c.site_id) & (ARTICLE.c.id == COMMENT.c.article_id))
    )
    query = (
        select(*_columns())
        .select_from(joined)
        .where(CASE.c.site_id == site_id, CASE.c.lane == asked.lane.value, CASE.c.state == asked.status)
        .order_by(CASE.c.due_at, CASE.c.id)
    )
    when, _, last = asked.after.partition("|")
    if last:
        due = datetime.fromisoformat(when)
        query = query.where(CASE.c.due_at >= due, (CASE.c.due_at > due) | (CASE.c.id > last))
    return query


def _comments(database: Database, site_id: str, asked: ListFilter) -> Select[Any]:
    """Comments, newest first; led by the case when the case's ground is asked for, so that few rows are looked at."""
    of_case = (CASE.c.comment_id == COMMENT.c.id) & (CASE.c.revision == COMMENT.c.revision)
    joined = COMMENT.join(CASE, of_case) if asked.ground else COMMENT.outerjoin(CASE, of_case)
    joined = joined.join(
        REVISION, (REVISION.c.comment_id == COMMENT.c.id) & (REVISION.c.number == COMMENT.c.revision)
    ).outerjoin(ARTICLE, (ARTICLE.c.site_id == COMMENT.c.site_id) & (ARTICLE.c.id == COMMENT.c.article_id))
    led = CASE if asked.ground else COMMENT
    place = CASE.c.comment_id if asked.ground else COMMENT.c.id
    query = (
        select(*_columns())
        .select_from(joined)
        .where(led.c.site_id == site_id, led.c.lane == asked.lane.value)
        .order_by(place.desc())
    )
    if asked.words:
        query = query.where(matches(database, site_id, asked.words), not_(GUARDED))
    if asked.status not in WAITING | {"", "all"}:
        query = query.where(COMMENT.c.status == asked.status)
    elif asked.status in WAITING:
        query = query.where(CASE.c.state == asked.status)
    return query.where(place < asked.after) if asked.after else query


def _conditions(asked: ListFilter, now: datetime) -> list[ColumnElement[bool]]:
    """A case knows its comment's article, author and section: a list of cases asks the case, which has the index."""
    found: list[ColumnElement[bool]] = []
    of = CASE if asked.waiting else COMMENT
    pairs = (
        (asked.ground, CASE.c.ground),
        (asked.section, CASE.c.section if asked.waiting else ARTICLE.c.section),
        (asked.article, of.c.article_id),
        (asked.author, of.c.author_id),
        (asked.language, CASE.c.language if asked.waiting else REVISION.c.language),
        (asked.cluster, of.c.cluster),
        (asked.by, CASE.c.leased_by if asked.waiting else CASE.c.decided_by),
    )
    found += [column == value for value, column in pairs if value]
    if asked.sender:
        found.append(of.c.author_id.in_(_same_address(asked.sender)))
    if asked.cases:
        found.append(CASE.c.id.in_(asked.cases))
    if asked.score_from > 0:
        found.append(CASE.c.score >= asked.score_from)
    if asked.score_to < 1:
        found.append(CASE.c.score <= asked.score_to)
    if asked.reader and asked.tells_findings:
        found.append(CASE.c.asked_by.is_(None) | (CASE.c.asked_by == asked.reader) | CASE.c.state.not_in(WAITING))
    if asked.hours:
        since = now - timedelta(hours=asked.hours)
        found.append((CASE if asked.waiting else COMMENT).c.id >= first_id_at(since))
    return found


def _same_address(author_id: str) -> Select[Any]:
    """Everybody who wrote from an address that this author wrote from, by keyed tags: no address is known here."""
    theirs = select(SEEN.c.tag).where(SEEN.c.author_id == author_id, SEEN.c.wide.is_(False))
    return select(SEEN.c.author_id).where(SEEN.c.tag.in_(theirs))


def _row(row: Any, *, waiting: bool) -> ListRow:
    grounds = row.grounds or []
    return ListRow(
        comment_id=row.comment_id,
        case_id=row.case_id or "",
        version=row.version or 0,
        state=row.state or "",
        status=row.status,
        name=row.name or "",
        text=row.text or "",
        article_id=row.article_id or "",
        article=row.article or "",
        section=row.section or "",
        author_id=row.author_id or "",
        language=row.language,
        severity=row.severity or 0,
        ground=(row.ground if waiting else (grounds[0] if grounds else "")) or "",
        score=row.score or 0.0,
        score_label=row.score_label or "",
        cluster=row.cluster or "",
        due_at=row.due_at,
        received_at=row.received_at,
        leased_by=row.leased_by,
        leased_until=row.leased_until,
        asked_by=row.asked_by,
        key=f"{row.due_at.isoformat()}|{row.case_id}" if waiting else row.comment_id,
    )
