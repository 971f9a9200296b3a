"""Authors and their standing.

What this file decides
- A batch reads its authors once, inserts the new ones at once, and adds to counts in one statement for many rows.
- An author found under an older tag of the same address is carried over to the newest tag, since tag keys rotate.
- A protected name that somebody signed with stays in the comment, where it can be guarded: the author's record does not take it.
- Counts are added by the database: what another process counted meanwhile is not lost.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import Row, bindparam, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, or_, select

from moderation.ports import Arrival, Judged, Tags
from moderation.storage.among import among, apart, in_sites
from moderation.storage.fact_book import RECENT, identities
from moderation.storage.tables import AuthorRow, CommentRow
from moderation.storage.unit_of_work import UnitOfWork, table_of
from moderation.storage.upsert import insert_missing
from moderation.vocabulary import PROTECTED_NAME, Field, Lane, Status

NAMES_KEPT = 10
COUNTED = (Status.PUBLISHED, Status.HELD, Status.REJECTED)
AUTHOR: Final = table_of(AuthorRow)
NAMED: Final = columns(AUTHOR).where(in_sites(AUTHOR.c.site_id, AUTHOR.c.identity))
BY_ID: Final = columns(AUTHOR).where(among(AUTHOR.c.id, "ids"))
COUNT: Final = (
    update(AUTHOR)
    .where(AUTHOR.c.id == bindparam("author"))
    .values(
        published=AUTHOR.c.published + bindparam("add_published"),
        held=AUTHOR.c.held + bindparam("add_held"),
        rejected=AUTHOR.c.rejected + bindparam("add_rejected"),
        recent=bindparam("now_recent"),
    )
)
Stored = dict[str, Any]  # an author, as stored and as this batch changes it


class Authored(Protocol):
    """What must be known of a comment to count its author: one that came in, or one of an archive."""

    @property
    def id(self) -> str: ...

    @property
    def arrival(self) -> Arrival: ...

    @property
    def judged(self) -> Judged: ...

    @property
    def tags(self) -> Tags: ...

    @property
    def sender_id(self) -> str: ...

    @property
    def email_sealed(self) -> bytes | None: ...

    @property
    def now(self) -> datetime: ...


@dataclass(slots=True)
class Tally:
    """What a batch adds to one author."""

    published: int = 0
    held: int = 0
    rejected: int = 0
    letters: str = field(default="")


def write_authors(work: UnitOfWork, received: Sequence[Authored], statuses: Sequence[Status]) -> list[str | None]:
    """The id of each comment's author, whose row is made or brought up to date; None for nobody."""
    known = _read(
        work.session, {(one.arrival.site_id, name) for one in received for name in identities(one.arrival, one.tags)}
    )
    new: dict[tuple[str, str], dict[str, object]] = {}
    for one in received:
        names = identities(one.arrival, one.tags)
        if names and not one.arrival.revises and _lookup(known, one, names) is None:
            new.setdefault((one.arrival.site_id, names[0]), _new(one, names[0]))
    if new:
        insert_missing(work.session, AuthorRow, list(new.values()))
        known |= _read(work.session, set(new))
    revised = _authors_of_revised(work.session, received)
    ids: list[str | None] = []
    for one in received:
        if one.arrival.revises:
            ids.append(revised.get(one.id))
            continue
        names = identities(one.arrival, one.tags)
        row = _lookup(known, one, names)
        if row is not None and (changes := _changes(row, one, names)):
            row |= changes
            work.session.connection().execute(update(AUTHOR).where(AUTHOR.c.id == row["id"]).values(changes))
        ids.append(row["id"] if row else None)
    _count(work.session, received, statuses, ids, {row["id"]: row for row in known.values()})
    return ids


def stored_authors(session: Session, names: Collection[tuple[str, str]], ids: Collection[str] = ()) -> list[Row[Any]]:
    """The authors of these sites and identities, and those of these ids."""
    connection = session.connection()
    named = connection.execute(NAMED, apart(names)) if names else ()
    found = [row for row in named if (row.site_id, row.identity) in names]
    return found + (list(connection.execute(BY_ID, {"ids": list(ids)})) if ids else [])


def _read(session: Session, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], Stored]:
    return {(row.site_id, row.identity): row._asdict() for row in stored_authors(session, names)}


def _authors_of_revised(session: Session, received: Sequence[Authored]) -> dict[str, str | None]:
    ids = [one.id for one in received if one.arrival.revises]
    if not ids:
        return {}
    return dict(session.exec(select(CommentRow.id, CommentRow.author_id).where(or_(col(CommentRow.id).in_(ids)))).all())


def _lookup(known: dict[tuple[str, str], Stored], one: Authored, names: list[str]) -> Stored | None:
    found = (known.get((one.arrival.site_id, name)) for name in names)
    return next((row for row in found if row is not None), None)


def _new(one: Authored, identity: str) -> dict[str, object]:
    author, name = one.arrival.comment.author, _recorded_name(one)
    return {
        "id": one.sender_id,
        "site_id": one.arrival.site_id,
        "identity": identity,
        "external_id": author.id,
        "name": name,
        "email_tag": one.tags.email[0] if one.tags.email else None,
        "email_sealed": one.email_sealed,
        "names": [name] if name else [],
        "published": 0,
        "rejected": 0,
        "held": 0,
        "recent": "",
        "trusted": False,
        "premoderated": False,
        "confirmed": False,
        "standing_until": None,
        "created_at": one.now,
    }


def _changes(row: Stored, one: Authored, names: list[str]) -> Stored:
    name, changes = _recorded_name(one), Stored()
    if name and name not in row["names"]:
        changes["names"] = [*row["names"], name][-NAMES_KEPT:]
    if name and row["name"] != name:
        changes["name"] = name
    fresh = bool(one.tags.email) and (row["email_tag"] != one.tags.email[0] or row["email_sealed"] is None)
    if fresh and one.email_sealed:  # an archive has a tag and no address to keep: it never takes one away
        changes |= {"email_tag": one.tags.email[0], "email_sealed": one.email_sealed}
        if row["identity"].startswith("tag:"):
            changes["identity"] = names[0]
    return changes


def _recorded_name(one: Authored) -> str | None:
    signals = one.judged.given.signals
    protected = any(found.check == PROTECTED_NAME and found.field is Field.NAME for found in signals)
    return None if protected else one.arrival.comment.author.name


def _count(
    session: Session,
    received: Sequence[Authored],
    statuses: Sequence[Status],
    ids: Sequence[str | None],
    rows: dict[str, Stored],
) -> None:
    tallies: dict[str, Tally] = {}
    for one, status, author_id in zip(received, statuses, ids, strict=True):
        if author_id is None or one.arrival.revises or one.arrival.comment.lane is not Lane.LIVE:
            continue
        tally = tallies.setdefault(author_id, Tally())
        setattr(tally, status.value, getattr(tally, status.value) + 1)
        tally.letters += status.value[0]
    if not tallies:
        return
    values = [
        {
            "author": author_id,
            "add_published": tally.published,
            "add_held": tally.held,
            "add_rejected": tally.rejected,
            "now_recent": (rows[author_id]["recent"] + tally.letters)[-RECENT:],
        }
        for author_id, tally in tallies.items()
    ]
    session.connection().execute(COUNT, values)


def count_author(session: Session, author_id: str | None, before: Status | None, after: Status | None) -> None:
    """Move one comment of an author from one count to another."""
    if author_id is None or before == after:
        return
    changes: dict[str, object] = {}
    if before in COUNTED:
        changes[before.value] = AUTHOR.c[before.value] - 1
    if after in COUNTED:
        changes[after.value] = AUTHOR.c[after.value] + 1
        recent = session.exec(select(AuthorRow.recent).where(AuthorRow.id == author_id)).one()
        changes["recent"] = _with_outcome(recent, before, after)
    if changes:
        session.connection().execute(update(AUTHOR).where(AUTHOR.c.id == author_id).values(changes))


def _with_outcome(recent: str, before: Status | None, after: Status) -> str:
    """The last outcomes when one of them changes: a comment that was held and then rejected is one outcome, not two."""
    head, found, tail = recent.rpartition(before.value[0]) if before in COUNTED else ("", "", "")
    return head + after.value[0] + tail if found else (recent + after.value[0])[-RECENT:]
