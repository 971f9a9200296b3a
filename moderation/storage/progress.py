"""How far a site's integration has come: what arrived by its keys, what was told, and what a shadow key would have blocked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from moderation.storage.database import Database
from moderation.storage.ids import first_id_at
from moderation.storage.outbox import DEAD, DELIVERED, count_messages
from moderation.storage.tables import ApiKey, CallRow, CommentRow, Membership, RevisionRow
from moderation.vocabulary import Door, Lane, Role, Status

LOOKED_BACK: Final = timedelta(days=7)
A_DAY: Final = timedelta(days=1)
KEYLESS: Final = (Door.FORM.value, Door.CORAL.value)  # readers' browsers hold no key, and Coral signs
SCORING: Final = ("comments:analyze", "/v1/moderations", "/v1/score")


@dataclass(frozen=True, slots=True)
class First:
    """The newest comment that a site sent in a lane; what was imported or came with the demonstration is none."""

    comment_id: str
    status: Status
    door: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shadowed:
    """What the policy said, in a week, of a shadow key's comments."""

    comments: int = 0
    held: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """What the page of integrations must know."""

    test: First | None = None
    live: First | None = None
    scored: datetime | None = None
    tried: frozenset[Status] = frozenset()
    told: int = 0
    dead: int = 0
    failed_today: int = 0
    moderators: int = 0
    shadowed: Mapping[str, Shadowed] = field(default_factory=dict)

    @property
    def newest(self) -> datetime | None:
        """When a door was last used well; nothing while the site waits for its first comment."""
        used = [first.at for first in (self.test, self.live) if first]
        return max([*used, self.scored] if self.scored else used, default=None)


def read_progress(database: Database, site_id: str, now: datetime) -> Progress:
    """How far the site has come at `now`."""
    with database.reading() as session:
        return Progress(
            test=_first(session, site_id, Lane.TEST),
            live=_first(session, site_id, Lane.LIVE),
            scored=_scored(session, site_id),
            tried=_tried(session, site_id),
            told=count_messages(session, site_id, DELIVERED),
            dead=count_messages(session, site_id, DEAD),
            failed_today=_failed(session, site_id, now - A_DAY),
            moderators=_moderators(session, site_id),
            shadowed=_shadowed(session, site_id, now - LOOKED_BACK),
        )


def _first(session: Session, site_id: str, lane: Lane) -> First | None:
    query = (
        select(CommentRow)
        .where(CommentRow.site_id == site_id, CommentRow.lane == lane.value)
        .where(or_(col(CommentRow.key_id).is_not(None), col(CommentRow.door).in_(KEYLESS)))
        .order_by(col(CommentRow.id).desc())
        .limit(1)
    )
    row = session.exec(query).first()
    return First(row.id, Status(row.status), row.door, row.received_at) if row else None


def _scored(session: Session, site_id: str) -> datetime | None:
    """When the newest of the last calls that asked for nothing but scores was answered well."""
    path = col(CallRow.path)
    asked = or_(*(path.endswith(end) | path.contains(f"{end}?") for end in SCORING))
    query = select(CallRow.at).where(CallRow.site_id == site_id, CallRow.problem == "", asked)
    return session.exec(query.order_by(col(CallRow.id).desc()).limit(1)).first()


def _tried(session: Session, site_id: str) -> frozenset[Status]:
    query = (
        select(CommentRow.status).where(CommentRow.site_id == site_id, CommentRow.lane == Lane.TEST.value).distinct()
    )
    return frozenset(Status(word) for word in session.exec(query).all())


def _failed(session: Session, site_id: str, since: datetime) -> int:
    query = (
        select(func.count()).select_from(CallRow).where(CallRow.site_id == site_id, CallRow.id >= first_id_at(since))
    )
    return session.exec(query.where(CallRow.problem != "")).one()


def _moderators(session: Session, site_id: str) -> int:
    roles = (Role.MODERATOR.value, Role.EDITOR.value)
    query = select(func.count(func.distinct(Membership.user_id))).where(
        Membership.site_id == site_id, col(Membership.role).in_(roles)
    )
    return session.exec(query).one()


def _shadowed(session: Session, site_id: str, since: datetime) -> dict[str, Shadowed]:
    keys = session.exec(select(ApiKey.id).where(ApiKey.site_id == site_id, col(ApiKey.shadow))).all()
    if not keys:
        return {}
    query = (
        select(CommentRow.key_id, RevisionRow.action, func.count())
        .join(RevisionRow, (col(RevisionRow.comment_id) == CommentRow.id) & (RevisionRow.number == CommentRow.revision))
        .where(CommentRow.site_id == site_id, CommentRow.lane == Lane.LIVE.value, CommentRow.id >= first_id_at(since))
        .where(col(CommentRow.key_id).in_(keys))
        .group_by(CommentRow.key_id, RevisionRow.action)
    )
    counts: dict[str, dict[str, int]] = {key: {} for key in keys}
    for key, action, count in session.exec(query).all():
        counts[str(key)][action] = count
    return {key: Shadowed(sum(by.values()), by.get("hold", 0), by.get("reject", 0)) for key, by in counts.items()}
