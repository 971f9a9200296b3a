"""The switches: hold everything, or close, for a site, a section or an article.

What this file decides
- A switch has an end or none; what has ended has no effect, whoever forgets to take it away.
- One place has one switch: the newer replaces the older. Turning one is a line of the log.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, delete, or_, select
from sqlmodel import Session

from moderation.errors import Invalid
from moderation.evidence.canonical import Json
from moderation.evidence.record import LeafType
from moderation.storage.among import few
from moderation.storage.database import Database
from moderation.storage.desk_log import log_change, told
from moderation.storage.tables import SwitchRow, User
from moderation.storage.unit_of_work import table_of, unit_of_work
from moderation.storage.upsert import upsert

SWITCH = table_of(SwitchRow)
USER = table_of(User)
TURNED = select(SWITCH.c.site_id, SWITCH.c.scope, SWITCH.c.target, SWITCH.c.word).where(
    few(SWITCH.c.site_id, "sites"), or_(SWITCH.c.until.is_(None), SWITCH.c.until > bindparam("now"))
)


class Scope(StrEnum):
    """What a switch is for."""

    SITE = "site"
    SECTION = "section"
    ARTICLE = "article"


class SwitchWord(StrEnum):
    """What a switch does."""

    HOLD = "hold"
    CLOSE = "close"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a switch stands."""

    scope: Scope
    target: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody turns: where, to what, until when; `by` is a person's id or `key:` and a key's."""

    place: Place
    word: SwitchWord
    until: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class SwitchLine:
    """A switch that is on, and who turned it."""

    place: Place
    word: SwitchWord
    until: datetime | None
    by: str
    since: datetime


def turn_switch(database: Database, site_id: str, turn: Turn, now: datetime) -> None:
    """Turn a switch on, or off with `OPEN`.

    Raises:
        Invalid: the place has no name, or the end is past.
    """
    scope, target = turn.place.scope.value, turn.place.target
    if (turn.place.scope is Scope.SITE) == bool(target.strip()):
        raise Invalid("say which section or article", hint="a switch of the site has no target, any other has one")
    if turn.until is not None and turn.until <= now:
        raise Invalid("this switch would end before it begins", hint="choose a later time")
    values = {"word": turn.word.value, "until": turn.until, "by_user": turn.by, "created_at": now}
    key = {"site_id": site_id, "scope": scope, "target": target}
    with unit_of_work(database) as work:
        if turn.word is SwitchWord.OPEN:
            here = (SWITCH.c.site_id == site_id) & (SWITCH.c.scope == scope) & (SWITCH.c.target == target)
            work.session.execute(delete(SWITCH).where(here))
        else:
            upsert(work.session, SwitchRow, {**key, **values}, keys=tuple(key), update=tuple(values))
        data: dict[str, Json] = {"what": "switch", "scope": scope, "target": target, "word": turn.word.value}
        data |= {"until": told(turn.until), "by": turn.by}
        log_change(work, LeafType.CONFIG_CHANGED, site_id, now, data, about="switch")


def read_switches(database: Database, site_id: str, now: datetime) -> list[SwitchLine]:
    """The switches of a site that are on, the site's first."""
    query = (
        select(SWITCH, USER.c.name)
        .join(USER, USER.c.id == SWITCH.c.by_user, isouter=True)
        .where(SWITCH.c.site_id == site_id, or_(SWITCH.c.until.is_(None), SWITCH.c.until > now))
        .order_by(SWITCH.c.created_at.desc())
    )
    with database.reading() as session:
        found = [
            SwitchLine(Place(Scope(r.scope), r.target), SwitchWord(r.word), r.until, r.name or r.by_user, r.created_at)
            for r in session.execute(query)
        ]
    return sorted(found, key=lambda line: list(Scope).index(line.place.scope))


def switches_of(session: Session, site_ids: Collection[str], now: datetime) -> dict[str, dict[tuple[str, str], str]]:
    """What the checks must know: per site the words of its switches by scope and target."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for row in session.connection().execute(TURNED, {"sites": list(site_ids), "now": now}):
        found.setdefault(row.site_id, {})[(row.scope, row.target)] = row.word
    return found
