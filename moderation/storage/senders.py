"""Sealed records of senders: found by comment, held, carried over, purged.

- Of two ciphertexts of a record the one that still opens is handed out: a hold's or a keeper's before the day's.
- A hold counts from the moment it is placed; the vault carries it over to a key of its own before the day's key dies.
- The purge takes the ciphertext of what can no longer be opened anyway. Its run is a line of the log.
- Reading ciphertext needs the owner's role on PostgreSQL: the runtime role cannot select it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlmodel import Session, col

from moderation.evidence.canonical import Json
from moderation.evidence.opening import SealedRecord
from moderation.evidence.record import LeafType, Random, leaf
from moderation.evidence.retention import CarryOver, Kept
from moderation.evidence.search import SealedNetwork
from moderation.storage.database import Database
from moderation.storage.log import write_line
from moderation.storage.tables import CommentRow, EpochKey, HeldRecord, LegalHold, PurgeRun, SenderRecord, Site
from moderation.storage.unit_of_work import PendingLeaf, UnitOfWork, table_of, unit_of_work
from moderation.storage.upsert import upsert
from moderation.vocabulary import Status

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class OpenHold:
    """A record that a hold names and that was not carried over yet."""

    hold_id: str
    keeper: str
    record: SealedRecord
    epochs: tuple[str, str]


def records_of(database: Database, site_id: str, comment_ids: Sequence[str]) -> list[SealedRecord]:
    """The records of these comments, with the ciphertexts that still open."""
    with database.reading() as session:
        query = select(SenderRecord).where(col(SenderRecord.comment_id).in_(list(comment_ids)))
        found = session.execute(query.order_by(col(SenderRecord.leaf_idx))).scalars()
        rows = [row for row in found if row.site_id == site_id]  # asked for here, SQLite would read all of the site's
        held = _held(session, [row.id for row in rows])
    return [_sealed(row, held.get(row.id)) for row in rows]


def networks_between(
    database: Database, site_id: str, since: datetime, until: datetime, *, chunk: int = CHUNK
) -> Iterator[list[SealedNetwork]]:
    """The network envelopes of all records of a time, in pieces, for a look through all of them.

    Pages follow the index over (site, moment): an order by the log's lines would sort all records anew for each page.
    """
    table, held = table_of(SenderRecord), table_of(HeldRecord)
    last, last_id = since, ""
    while True:
        query = (
            select(table.c.id, table.c.comment_id, table.c.ct_net, table.c.created_at)
            .where(table.c.site_id == site_id, table.c.created_at >= last, table.c.created_at < until)
            .where(or_(table.c.created_at > last, table.c.id > last_id))
            .order_by(table.c.created_at, table.c.id)
            .limit(chunk)
        )
        with database.reading() as session:
            rows = session.execute(query).all()
            if not rows:
                return
            carried = (
                select(held.c.record_id, held.c.ct_net)
                .join(table, table.c.id == held.c.record_id)
                .where(table.c.created_at >= last, table.c.created_at <= rows[-1].created_at)
                .where(held.c.carried_at.is_not(None))
            )
            kept = {row.record_id: row.ct_net for row in session.execute(carried)}
        yield [(site_id, id_, comment, kept.get(id_, sealed)) for id_, comment, sealed, _ in rows]
        last, last_id = rows[-1].created_at, rows[-1].id


def count_between(database: Database, site_id: str, since: datetime, until: datetime) -> int:
    """How many records that are."""
    table = table_of(SenderRecord)
    query = select(func.count()).where(
        table.c.site_id == site_id, table.c.created_at >= since, table.c.created_at < until
    )
    with database.reading() as session:
        return int(session.execute(query).scalar_one())


def place_hold(
    database: Database,
    site_id: str,
    request_id: str,
    comment_ids: Sequence[str],
    by: str,
    at: datetime,
    *,
    hold_id: str,
    until: datetime | None,
    rng: Random,
) -> int:
    """Hold the records of these comments for a request; how many that are."""
    with unit_of_work(database) as work:
        return write_hold(work, site_id, request_id, comment_ids, by, at, hold_id=hold_id, until=until, rng=rng)


def write_hold(
    work: UnitOfWork,
    site_id: str,
    request_id: str,
    comment_ids: Sequence[str],
    by: str,
    at: datetime,
    *,
    hold_id: str,
    until: datetime | None,
    rng: Random,
) -> int:
    """Hold records as part of a larger step; how many that are."""
    table = table_of(SenderRecord)
    query = select(table.c.id, table.c.site_id).where(table.c.comment_id.in_(list(comment_ids)))
    ids = sorted(record_id for record_id, site in work.session.execute(query) if site == site_id)
    work.session.add(LegalHold(id=hold_id, request_id=request_id, placed_by=by, placed_at=at, until=until))
    work.session.flush()
    for record_id in ids:
        row: dict[str, Any] = {"keeper": request_id, "record_id": record_id, "until": until}
        row |= {"ct_net": None, "ct_ident": None, "carried_at": None}
        upsert(work.session, HeldRecord, row, keys=("keeper", "record_id"), update=("until",))
    data: dict[str, Json] = {"req": request_id, "hold": hold_id, "records": len(ids), "by": by}
    write_line(work, leaf(LeafType.HOLD_PLACED, request_id, at, data, rng(16)), site_id=site_id)
    return len(ids)


def release_hold(database: Database, site_id: str, request_id: str, by: str, at: datetime, *, rng: Random) -> None:
    """End the holds of a request; its second ciphertexts go, and the vault destroys their key."""
    with unit_of_work(database) as work:
        held, holds = table_of(HeldRecord), table_of(LegalHold)
        work.session.execute(held.delete().where(held.c.keeper == request_id))
        still = (holds.c.request_id == request_id) & holds.c.released_at.is_(None)
        work.session.execute(update(holds).where(still).values(released_at=at))
        data: dict[str, Json] = {"req": request_id, "by": by}
        write_line(work, leaf(LeafType.HOLD_RELEASED, request_id, at, data, rng(16)), site_id=site_id)


def uncarried(database: Database) -> list[OpenHold]:
    """Held records that still rest on their day's key."""
    held, records = table_of(HeldRecord), table_of(SenderRecord)
    query = (
        select(HeldRecord, SenderRecord)
        .join(records, records.c.id == held.c.record_id)
        .where(held.c.carried_at.is_(None), records.c.ct_net.is_not(None))
    )
    with database.reading() as session:
        rows = session.execute(query).all()
    return [
        OpenHold("", one.keeper, _sealed(record, None), (record.epoch_net, record.epoch_ident)) for one, record in rows
    ]


def plan_carry(database: Database, plan: Iterable[CarryOver]) -> int:
    """Note what must be carried over for a retention rule; how many records are new in the plan."""
    count = 0
    with database.writing() as session:
        for one in plan:
            row: dict[str, Any] = {"keeper": one.keeper, "record_id": one.record_id, "until": one.retain_until}
            row |= {"ct_net": None, "ct_ident": None, "carried_at": None}
            upsert(session, HeldRecord, row, keys=("keeper", "record_id"), update=())
            count += 1
    return count


def keep_carried(
    database: Database, hold: OpenHold, ct_net: bytes, ct_ident: bytes, at: datetime, *, rng: Random
) -> None:
    """Keep the second ciphertext of a record; the log says that it was carried over."""
    held = table_of(HeldRecord)
    where = (held.c.keeper == hold.keeper) & (held.c.record_id == hold.record.id)
    with unit_of_work(database) as work:
        work.session.execute(update(held).where(where).values(ct_net=ct_net, ct_ident=ct_ident, carried_at=at))
        data: dict[str, Json] = {"rid": hold.record.id, "keeper": hold.keeper}
        entry = leaf(LeafType.HOLD_CARRIED, hold.record.id, at, data, rng(16))
        write_line(work, entry, site_id=hold.record.site_id)


def kept_records(database: Database) -> Iterator[Kept]:
    """Records whose comment is rejected or withdrawn, for the plan of what must be carried over."""
    records, comments, sites = table_of(SenderRecord), table_of(CommentRow), table_of(Site)
    gone = comments.c.status.in_([Status.REJECTED.value, Status.WITHDRAWN.value])
    query = (
        select(records.c.id, records.c.comment_id, sites.c.region, records.c.retain_until, comments.c.updated_at,
               comments.c.withdrawn_at)
        .join(comments, comments.c.id == records.c.comment_id)
        .join(sites, sites.c.id == records.c.site_id)
        .where(gone, records.c.ct_net.is_not(None))
    )  # fmt: skip
    with database.reading() as session:
        for row in session.execute(query):
            removed = row.withdrawn_at or row.updated_at
            yield Kept(row.id, row.comment_id, row.region, row.retain_until, removed)


def purge(database: Database, destroyed: Sequence[str], at: datetime, *, new_id: Callable[[], str], rng: Random) -> int:
    """Note destroyed keys and take the ciphertexts that rested on them; how many records lost theirs."""
    records, keys, held = table_of(SenderRecord), table_of(EpochKey), table_of(HeldRecord)
    names = list(destroyed)
    with unit_of_work(database) as work:
        session = work.session
        session.execute(update(keys).where(keys.c.id.in_(names)).values(destroyed_at=at))
        gone = or_(records.c.epoch_net.in_(names), records.c.epoch_ident.in_(names)) & records.c.purged_at.is_(None)
        count = session.execute(update(records).where(gone).values(ct_net=None, ct_ident=None, purged_at=at)).rowcount  # type: ignore[attr-defined]
        session.execute(held.delete().where(held.c.until.is_not(None), held.c.until <= at))
        for name in names:
            write_line(work, leaf(LeafType.KEY_DESTROYED, name, at, {"key": name}, rng(16)))
        data: dict[str, Json] = {"keys": names, "records": int(count)}
        made = leaf(LeafType.PURGE_RUN, new_id(), at, data, rng(16))
        values = {"id": made.id, "at": at, "keys": names, "records": int(count)}
        pending = PendingLeaf(made.type, made.body, made.hash, at, ref="purge")
        work.log(pending, PurgeRun, lambda idx: {**values, "leaf_idx": idx})
    return int(count)


def _held(session: Session, ids: Sequence[str]) -> dict[str, HeldRecord]:
    if not ids:
        return {}
    query = select(HeldRecord).where(col(HeldRecord.record_id).in_(list(ids)), col(HeldRecord.carried_at).is_not(None))
    return {row.record_id: row for row in session.execute(query).scalars()}


def _sealed(row: SenderRecord, held: HeldRecord | None) -> SealedRecord:
    net, ident = (held.ct_net, held.ct_ident) if held is not None else (row.ct_net, row.ct_ident)
    return SealedRecord(row.id, row.site_id, row.comment_id, row.revision, row.leaf_idx, row.created_at, net, ident)
