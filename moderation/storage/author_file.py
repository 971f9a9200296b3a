"""An author of one site: what they wrote, how it was decided, how far a ban would reach, and their standing.

What this file decides
- How many others an address ban would hit is counted by keyed tags; no address is known here.
- Every standing may have an end and has its reason; a ban of an e-mail address, an address or a network always ends.
- A ban of an address lasts at most 90 days: the key that recognises it is deleted some time after.
- Every change is a line of the log.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlmodel import Session, col
from sqlmodel import select as rows

from moderation.errors import Invalid, NotFound
from moderation.evidence.record import LeafType
from moderation.storage.database import Database
from moderation.storage.desk_log import log_change, told
from moderation.storage.ids import new_id
from moderation.storage.neighbours import Neighbour, NoteLine, neighbours, read_notes
from moderation.storage.tables import AddressCount, AddressSeen, AuthorRow, CommentRow, TagBan
from moderation.storage.unit_of_work import table_of, unit_of_work

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
PAGE: Final = 50
REACH: Final = 6  # of how many last addresses a page tells
LATELY: Final = timedelta(days=60)
LONGEST: Final = {"email": timedelta(days=360), "address": timedelta(days=90), "network": timedelta(days=90)}
SEEN: Final = table_of(AddressSeen)
COUNT: Final = table_of(AddressCount)
BAN: Final = table_of(TagBan)


@dataclass(frozen=True, slots=True)
class Reach:
    """A tag of this author that can be banned, and how many other people it would hit."""

    kind: str
    tag: str
    others: int
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuthorFile:
    """An author of one site with comments, notes, bans that hold, and what a ban would reach."""

    row: AuthorRow
    counts: dict[str, int]
    comments: tuple[Neighbour, ...]
    older: str
    notes: tuple[NoteLine, ...]
    bans: tuple[TagBan, ...]
    reach: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What an author's standing is to be: a word, an end, a reason, and tags to ban with it."""

    word: str
    reason: str = ""
    until: datetime | None = None
    tags: frozenset[str] = field(default_factory=frozenset)
    lift_bans: bool = False


def read_author(
    database: Database, site_id: str, author_id: str, status: str, before: str, now: datetime
) -> AuthorFile:
    """An author of this site.

    Raises:
        NotFound: this site has no such author.
    """
    with database.reading() as session:
        row = find_author(session, site_id, author_id)
        query = rows(CommentRow).where(CommentRow.author_id == author_id, CommentRow.site_id == site_id)
        if status:
            query = query.where(CommentRow.status == status)
        if before:
            query = query.where(col(CommentRow.id) < before)
        found = session.exec(query.order_by(col(CommentRow.id).desc()).limit(PAGE + 1)).all()
        return AuthorFile(
            row,
            _counts(session, author_id),
            tuple(neighbours(session, found[:PAGE])),
            found[PAGE - 1].id if len(found) > PAGE else "",
            read_notes(session, site_id, author_id=author_id),
            tuple(_bans(session, author_id, now)),
            tuple(_reach(session, row, now)),
        )


def find_author(session: Session, site_id: str, author_id: str) -> AuthorRow:
    """The row of an author of this site.

    Raises:
        NotFound: this site has no such author.
    """
    row = session.exec(rows(AuthorRow).where(AuthorRow.site_id == site_id, AuthorRow.id == author_id)).first()
    if row is None:
        raise NotFound("there is no such author here")
    return row


def set_standing(database: Database, site_id: str, author_id: str, wanted: Standing, by: str, now: datetime) -> None:
    """Set an author's standing and the bans that go with it, in one step with its line in the log.

    Raises:
        NotFound: this site has no such author.
        Invalid: a tag is not this author's, or its ban has no end.
    """
    with unit_of_work(database) as work:
        row = find_author(work.session, site_id, author_id)
        for name, value in _columns(wanted).items():
            setattr(row, name, value)
        work.session.add(row)
        if wanted.lift_bans:
            held = (BAN.c.author_id == author_id) & BAN.c.lifted_at.is_(None)
            work.session.execute(update(BAN).where(held).values(lifted_at=now, lifted_by=by))
        kinds = _ban_tags(work.session, row, wanted, by, now)
        data = {"what": "author.standing", "author": author_id, "standing": wanted.word, "until": told(wanted.until)}
        log_change(work, LeafType.CONFIG_CHANGED, site_id, now, {**data, "tags": kinds, "by": by}, about=author_id)


def _columns(wanted: Standing) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "trusted": wanted.word == "trust",
        "premoderated": wanted.word == "hold",
        "ban_reason": wanted.reason or None,
        "standing_until": wanted.until,
    }
    if wanted.word in {"suspend", "ban"}:
        return {**plain, "banned_until": wanted.until or NEVER}
    return {**plain, "banned_until": None} if wanted.lift_bans else plain


def _ban_tags(session: Session, row: AuthorRow, wanted: Standing, by: str, now: datetime) -> list[Any]:
    if not wanted.tags:
        return []
    known = {one.tag: one.kind for one in _reach(session, row, now)}
    if not wanted.tags <= set(known):
        raise Invalid("this address is not one of this author's", hint="look at the page again")
    for tag in sorted(wanted.tags):
        kind = known[tag]
        if wanted.until is None or wanted.until > now + LONGEST[kind] + timedelta(minutes=1):
            days = LONGEST[kind].days
            raise Invalid(f"a ban of this kind ends after {days} days at most", hint=f"choose 1 to {days} days")
        about: dict[str, Any] = {"site_id": row.site_id, "author_id": row.id, "by_user": by, "reason": wanted.reason}
        session.add(TagBan(id=new_id(), kind=kind, tag=tag, until=wanted.until, created_at=now, **about))
    return sorted(known[tag] for tag in wanted.tags)


def _counts(session: Session, author_id: str) -> dict[str, int]:
    query = select(col(CommentRow.status), func.count()).where(col(CommentRow.author_id) == author_id)
    return {str(status): int(n) for status, n in session.execute(query.group_by(col(CommentRow.status)))}


def _bans(session: Session, author_id: str, now: datetime) -> Collection[TagBan]:
    query = rows(TagBan).where(TagBan.author_id == author_id, col(TagBan.lifted_at).is_(None), col(TagBan.until) > now)
    return session.exec(query.order_by(col(TagBan.created_at).desc())).all()


def _reach(session: Session, row: AuthorRow, now: datetime) -> list[Reach]:
    """The author's e-mail address, last addresses and their networks, each with the other people that it would hit."""
    found = []
    if row.email_tag:
        alike = select(func.count()).where(
            col(AuthorRow.site_id) == row.site_id,
            col(AuthorRow.email_tag) == row.email_tag,
            col(AuthorRow.id) != row.id,
        )
        found.append(Reach("email", row.email_tag.hex(), int(session.execute(alike).scalar_one())))
    query = (
        select(SEEN.c.tag, SEEN.c.wide, SEEN.c.seen_at, COUNT.c.authors)
        .join_from(SEEN, COUNT, COUNT.c.tag == SEEN.c.tag)
        .where(SEEN.c.author_id == row.id, SEEN.c.seen_at > now - LATELY)
        .order_by(SEEN.c.seen_at.desc(), SEEN.c.wide)
        .limit(REACH)
    )
    for tag, wide, seen_at, authors in session.execute(query):
        found.append(Reach("network" if wide else "address", tag, max(0, authors - 1), seen_at))
    return found
