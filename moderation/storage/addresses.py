"""Who else wrote from an address: counted by keyed tags, without an address anywhere.

What this file decides
- A batch is answered by one statement: counts of its addresses, which of its authors were counted there, and bans.
- An author counts once per address and tag key. What is counted within a batch is known to the rest of the batch.
- A ban of a tag ends; the tag's key is deleted in the end, and with it what the ban could recognise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Insert, bindparam, func, literal, select, union_all
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session

from moderation.ports import Arrival, Received, Tags
from moderation.storage.among import among, in_sites
from moderation.storage.tables import AddressCount, AddressSeen, AuthorRow, TagBan
from moderation.storage.unit_of_work import UnitOfWork, table_of
from moderation.storage.upsert import insert_for
from moderation.vocabulary import Lane

SEEN: Final = table_of(AddressSeen)
COUNT: Final = table_of(AddressCount)
BAN: Final = table_of(TagBan)
AUTHOR: Final = table_of(AuthorRow)
LATELY: Final = timedelta(days=60)
KNOWN: Final = union_all(
    select(literal("count"), COUNT.c.tag, COUNT.c.authors, literal("")).where(among(COUNT.c.tag, "own")),
    select(literal("ban"), BAN.c.tag, literal(0), BAN.c.kind).where(
        among(BAN.c.tag, "every"), BAN.c.lifted_at.is_(None), BAN.c.until > bindparam("now")
    ),
    select(literal("seen"), SEEN.c.tag, literal(0), AUTHOR.c.identity)
    .join_from(AUTHOR, SEEN, SEEN.c.author_id == AUTHOR.c.id)
    .where(in_sites(AUTHOR.c.site_id, AUTHOR.c.identity))
    .where(SEEN.c.seen_at > bindparam("lately")),
)
THERE: Final = select(SEEN.c.author_id, SEEN.c.tag).where(among(SEEN.c.author_id, "authors"), among(SEEN.c.tag, "tags"))
KEYS: Final = 2  # the newest tag key and the one before it: a new key starts at nobody


@dataclass(slots=True)
class AddressBook:
    """What is known of a batch's addresses: authors per tag, who was counted where, and tags that are banned."""

    authors: dict[str, int] = field(default_factory=dict)
    counted: set[tuple[str, str]] = field(default_factory=set)
    banned: dict[str, str] = field(default_factory=dict)

    def others(self, tags: Tags, names: Sequence[str]) -> int:
        """How many other people wrote from this address."""
        return max((self.authors.get(t, 0) - self._counts(t, names) for t in tags.addresses[:KEYS]), default=0)

    def note(self, tags: Tags, names: Sequence[str]) -> None:
        """Count an author of this batch."""
        for tag in tags.addresses[:1]:
            if names and not self._counts(tag, names):
                self.authors[tag] = self.authors.get(tag, 0) + 1
                self.counted.add((tag, names[0]))

    def address_banned(self, tags: Tags) -> bool:
        """Whether the address or its network is banned."""
        return any(tag in self.banned for tag in (*tags.addresses, *tags.networks))

    def email_banned(self, tags: Tags) -> bool:
        """Whether the e-mail address is banned."""
        return any(tag.hex() in self.banned for tag in tags.email)

    def _counts(self, tag: str, names: Sequence[str]) -> bool:
        return any((tag, name) in self.counted for name in names)


def read_addresses(
    session: Session, arrivals: Sequence[Arrival], tags: Sequence[Tags], names: Sequence[Sequence[str]], now: datetime
) -> AddressBook:
    """Everything about the addresses of a batch, in one statement."""
    own = {tag for one in tags for tag in one.addresses[:KEYS]}
    every = {tag for one in tags for tag in (*one.addresses, *one.networks, *(email.hex() for email in one.email))}
    known = {name for one in names for name in one}
    book = AddressBook()
    if not every:
        return book
    asked = {
        "own": list(own),
        "every": list(every),
        "sites": list({one.site_id for one in arrivals}),
        "names": list(known),
        "now": now,
        "lately": now - LATELY,
    }
    for kind, tag, number, word in session.connection().execute(KNOWN, asked):
        if kind == "count":
            book.authors[tag] = number
        elif kind == "ban":
            book.banned[tag] = word
        else:
            book.counted.add((tag, word))
    return book


def write_addresses(work: UnitOfWork, received: Sequence[Received], authors: Sequence[str | None]) -> None:
    """Count the comments and the new authors of a batch at their addresses and networks."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    comments: dict[str, dict[str, Any]] = {}
    for one, author_id in zip(received, authors, strict=True):
        if one.arrival.revises or one.arrival.comment.lane is not Lane.LIVE:
            continue
        for tag, wide in (
            (tags[0], wide) for tags, wide in ((one.tags.addresses, False), (one.tags.networks, True)) if tags
        ):
            there = {"tag": tag, "site_id": one.arrival.site_id, "wide": wide}
            counted = comments.setdefault(tag, {**there, "authors": 0, "comments": 0, "since": one.now})
            counted["comments"] += not wide  # of a network only the authors are asked for
            if author_id is not None:
                rows.setdefault((author_id, tag), {**there, "author_id": author_id, "seen_at": one.now})
    if not comments:
        return
    for tag in _newly_seen(work.session, rows) if rows else ():
        comments[tag]["authors"] += 1
    told = [comments[tag] for tag in sorted(comments) if comments[tag]["authors"] or comments[tag]["comments"]]
    # In one order, so that two processes that count the same addresses wait for each other and never lock up.
    if told:
        connection = work.session.connection()
        connection.execute(_adding(connection.dialect.name), told)


@cache
def _adding(dialect: str) -> Insert:
    """Count at a tag, or add to what is counted there."""
    statement = insert_for(dialect, COUNT)
    added = {name: COUNT.c[name] + statement.excluded[name] for name in ("authors", "comments")}
    return statement.on_conflict_do_update(index_elements=["tag"], set_=added)


@cache
def _marking(dialect: str) -> ReturningInsert[Any]:
    """Note an author at a tag; only what was not there comes back."""
    return insert_for(dialect, SEEN).on_conflict_do_nothing().returning(SEEN.c.tag)


def _newly_seen(session: Session, rows: Mapping[tuple[str, str], dict[str, Any]]) -> list[str]:
    """The tags of those rows that were not there; they are now. Most are: asking first is cheaper than trying to insert."""
    connection = session.connection()
    wanted = {"authors": list({author for author, _ in rows}), "tags": list({tag for _, tag in rows})}
    there = {(author, tag) for author, tag in connection.execute(THERE, wanted)}
    new = [rows[key] for key in sorted(rows) if key not in there]
    if not new:
        return []
    # The rows are parameters, not `values`: a statement of so many places would be compiled anew for every batch.
    return list(connection.execute(_marking(connection.dialect.name), new).scalars())


def busiest_address(session: Session, since: datetime) -> list[tuple[str, int, int]]:
    """Per site the comments of its busiest address since then, and of all its addresses."""
    query = (
        select(COUNT.c.site_id, func.max(COUNT.c.comments), func.sum(COUNT.c.comments))
        .where(COUNT.c.wide.is_(False), COUNT.c.since >= bindparam("since"))
        .group_by(COUNT.c.site_id)
    )
    return [(site, int(most), int(total)) for site, most, total in session.execute(query, {"since": since})]


__all__ = ["AddressBook", "busiest_address", "read_addresses", "write_addresses"]
