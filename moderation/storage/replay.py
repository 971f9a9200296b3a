"""Read what was decided, for replays and explanations.

What this file decides
- Only live comments count, each wording with the policy's own decision; what a key or an undo did is no decision.
- The verdict of a wording is the last one that was not taken back.
- Time is cut into stretches, which several processes may read at once; in a stretch rows are read in pages by key, so that
  memory stays flat and no transaction stays open for minutes.

It leaves deciding again to `policy/replay.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Text, and_, cast, func, select, tuple_

from moderation.errors import NotFound
from moderation.policy.replay import Past
from moderation.storage.database import Database, open_engine
from moderation.storage.guarded import readable
from moderation.storage.records import decision_from
from moderation.storage.tables import CommentRow, RevisionRow, VerdictRow
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import Action, Decision, Lane

PAGE: Final = 5000
_COMMENT: Final = table_of(CommentRow)
_REVISION: Final = table_of(RevisionRow)
_VERDICT: Final = table_of(VerdictRow)
_ACTIONS: Final = {action.value: action for action in Action}
# Published, and looked at afterwards: told by the database, since reading every decision as JSON took a quarter of the time.
_LOOKED_AT: Final = and_(_REVISION.c.action == Action.PUBLISH.value, cast(_REVISION.c.decision["rules"], Text) != "[]")


@dataclass(frozen=True, slots=True)
class Decided:
    """One decided wording: the record of what was known, the policy's decision, and the text while it is kept."""

    comment_id: str
    revision: int
    record: bytes
    decision: Decision
    policy: str
    text: str | None
    title: str | None
    name: str | None


class Stretch(NamedTuple):
    """A stretch of time, from its start to before its end; without an end, until now."""

    start: datetime
    end: datetime | None


def _decided_since(site_id: str, since: datetime) -> ColumnElement[bool]:
    live = and_(_COMMENT.c.id == _REVISION.c.comment_id, _COMMENT.c.lane == Lane.LIVE.value)
    return and_(live, _REVISION.c.site_id == site_id, _REVISION.c.created_at >= since)


def count_past(database: Database, site_id: str, since: datetime) -> int:
    """How many wordings were decided since."""
    with database.reading() as session:
        counted = select(func.count()).select_from(_REVISION, _COMMENT).where(_decided_since(site_id, since))
        return int(session.execute(counted).scalar_one())


def stretches(database: Database, since: datetime) -> Iterator[Stretch]:
    """Cut the time from `since` on into stretches of about as many wordings each, by an index alone."""
    start, at = since, _REVISION.c.created_at
    while True:
        following = select(at).where(at > start).order_by(at).offset(PAGE).limit(1)
        with database.reading() as session:
            end = session.execute(following).scalar_one_or_none()
        yield Stretch(start, end)
        if end is None:
            return
        start = end


class PastReader:
    """Reads stretches of one site's past; handed to another process it opens the database there once."""

    def __init__(self, database: Database, site_id: str) -> None:
        self._database = database
        self._site_id = site_id

    def __reduce__(self) -> tuple[Callable[[str, str], PastReader], tuple[str, str]]:
        """Where the database is, not its open connections."""
        return _reader, (self._database.engine.url.render_as_string(hide_password=False), self._site_id)

    def __call__(self, stretch: Stretch) -> Iterator[Past]:
        """Every wording that was decided in a stretch of time, oldest first, with what people said of it."""
        after: tuple[datetime, str, int] | None = None
        while rows := _page(self._database, self._site_id, stretch, after):
            for comment_id, number, record, action, looked_at, verdict, _at in rows:
                name = comment_id if number == 1 else f"{comment_id}/{number}"
                yield Past(name, record, _ACTIONS[action], _ACTIONS.get(verdict), bool(looked_at))
            last = rows[-1]
            after = (last[6], last[0], last[1])


def _reader(url: str, site_id: str) -> PastReader:
    return PastReader(_opened(url), site_id)


@lru_cache(maxsize=1)
def _opened(url: str) -> Database:
    return Database(open_engine(url))


def _page(
    database: Database, site_id: str, stretch: Stretch, after: tuple[datetime, str, int] | None
) -> list[tuple[Any, ...]]:
    said = (
        select(_VERDICT.c.action)
        .where(
            _VERDICT.c.comment_id == _REVISION.c.comment_id,
            _VERDICT.c.revision == _REVISION.c.number,
            _VERDICT.c.undone_at.is_(None),
        )
        .order_by(_VERDICT.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    key = (_REVISION.c.created_at, _REVISION.c.comment_id, _REVISION.c.number)
    wanted = select(
        _REVISION.c.comment_id,
        _REVISION.c.number,
        _REVISION.c.record,
        _REVISION.c.action,
        _LOOKED_AT.label("looked_at"),
        said.label("verdict"),
        _REVISION.c.created_at,
    ).where(_decided_since(site_id, stretch.start if after is None else after[0]))
    if stretch.end is not None:
        wanted = wanted.where(_REVISION.c.created_at < stretch.end)
    if after is not None:
        wanted = wanted.where(tuple_(*key) > tuple_(*after))
    with database.reading() as session:
        return [tuple(row) for row in session.execute(wanted.order_by(*key).limit(PAGE)).all()]


def read_decided(database: Database, site_id: str, comment_id: str, revision: int | None = None) -> Decided:
    """One decided wording, the latest unless another is asked for.

    Raises:
        NotFound: this site has no such comment, or no such wording of it.

    """
    wanted = select(_REVISION).where(_REVISION.c.site_id == site_id, _REVISION.c.comment_id == comment_id)
    wanted = wanted if revision is None else wanted.where(_REVISION.c.number == revision)
    with database.reading() as session:
        row = session.execute(wanted.order_by(_REVISION.c.number.desc()).limit(1)).mappings().first()
    if row is None:
        raise NotFound(f"there is no comment `{comment_id}` here")
    decision = decision_from(row["decision"])
    told = (row["policy"], row["text"], row["title"], row["name"])
    return Decided(row["comment_id"], row["number"], row["record"], decision, *told)


def texts_of(database: Database, site_id: str, names: list[str]) -> dict[str, str]:
    """The texts of replayed wordings by their names, as far as they are still kept."""
    wanted = {name: (name.partition("/")[0], int(name.partition("/")[2] or 1)) for name in names}
    ids = {comment_id for comment_id, _ in wanted.values()}
    chosen = (_REVISION.c.comment_id, _REVISION.c.number, readable(_REVISION.c.text))
    with database.reading() as session:
        rows = session.execute(
            select(*chosen)
            .join(_COMMENT, _COMMENT.c.id == _REVISION.c.comment_id)
            .where(_REVISION.c.site_id == site_id, _REVISION.c.comment_id.in_(ids))
        ).all()
    kept = {(row[0], row[1]): row[2] for row in rows if row[2] is not None}
    return {name: kept[place] for name, place in wanted.items() if place in kept}
