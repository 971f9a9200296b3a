"""Texts with a protected name that were rejected: whose words the people of the queue read no more.

What this file decides
- A wording is guarded when a rule fired because of a protected name and its comment stands rejected, or it is an edit that
  was rejected while an earlier wording stays published. Taking a rejected comment back opens nothing.
- Words are all of its public fields, whichever of them holds the name: text, title, the author's name and website.
- Every list, page, search and file for moderators, the site's API, the author's status page and a reader's copy get it
  without its words, and the author's record never takes a protected name over (authors.py); legal intake and approvers read
  it on a page of its own, and each reading is a line of the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, case, cast, null, or_, select

from moderation.errors import NotFound
from moderation.evidence.record import LeafType
from moderation.storage.database import Database
from moderation.storage.desk_log import log_change
from moderation.storage.tables import CommentRow, RevisionRow
from moderation.storage.unit_of_work import table_of, unit_of_work
from moderation.vocabulary import PROTECTED_NAME, Status

SIGNAL: Final = f"check.{PROTECTED_NAME}"
SHOWN: Final = 200
_COMMENT: Final = table_of(CommentRow)
_REVISION: Final = table_of(RevisionRow)
_REJECTED: Final = or_(
    _COMMENT.c.status == Status.REJECTED.value,
    and_(_COMMENT.c.latest_status == Status.REJECTED.value, _REVISION.c.number == _COMMENT.c.revision),
    and_(_COMMENT.c.status == Status.WITHDRAWN.value, _COMMENT.c.status_before == Status.REJECTED.value),
)
GUARDED: Final[ColumnElement[bool]] = and_(_REJECTED, cast(_REVISION.c.decision, Text).contains(f'"{SIGNAL}"'))


@dataclass(frozen=True, slots=True)
class GuardedLine:
    """A guarded comment without its words."""

    comment_id: str
    article: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class GuardedText:
    """The words of a guarded comment."""

    comment_id: str
    number: int
    name: str
    website: str
    title: str
    text: str


def readable(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Words of a revision as the people of the queue may read them: nothing of a guarded one."""
    return case((GUARDED, null()), else_=column).label(column.name)


def is_guarded(comment: CommentRow, wording: RevisionRow) -> bool:
    """Whether this wording of a comment is guarded as the comment stands."""
    latest = comment.latest_status if wording.number == comment.revision else ""
    return names_protected(wording) and Status.REJECTED.value in (comment.status, latest, _taken_back(comment))


def _taken_back(comment: CommentRow) -> str | None:
    return comment.status_before if comment.status == Status.WITHDRAWN.value else ""


def names_protected(wording: RevisionRow) -> bool:
    """Whether a rule fired on this wording because of a protected name."""
    return any(SIGNAL in rule.get("signals", ()) for rule in wording.decision.get("rules", ()))


def guarded_lines(database: Database, site_id: str) -> list[GuardedLine]:
    """The guarded comments of a site, newest first."""
    query = (
        select(_COMMENT.c.id, _COMMENT.c.article_id, _COMMENT.c.received_at)
        .join(_REVISION, (_REVISION.c.comment_id == _COMMENT.c.id) & (_REVISION.c.number == _COMMENT.c.revision))
        .where(_COMMENT.c.site_id == site_id, GUARDED)
        .order_by(_COMMENT.c.id.desc())
        .limit(SHOWN)
    )
    with database.reading() as session:
        return [GuardedLine(row[0], row[1] or "", row[2]) for row in session.execute(query)]


def read_guarded(database: Database, site_id: str, comment_id: str, by: str, now: datetime) -> GuardedText:
    """The words of one guarded comment; who read it when is a line of the log, written before anybody sees them.

    Raises:
        NotFound: this site has no such guarded comment.
    """
    query = (
        select(*(_REVISION.c[name] for name in ("number", "name", "website", "title", "text")))
        .join(_COMMENT, (_REVISION.c.comment_id == _COMMENT.c.id) & (_REVISION.c.number == _COMMENT.c.revision))
        .where(_COMMENT.c.site_id == site_id, _COMMENT.c.id == comment_id, GUARDED)
    )
    with unit_of_work(database) as work:
        row = work.session.execute(query).first()
        if row is None:
            raise NotFound("there is no such comment here")
        log_change(work, LeafType.TEXT_READ, site_id, now, {"cid": comment_id, "by": by}, about=comment_id)
    return GuardedText(comment_id, row[0], *(words or "" for words in row[1:]))
