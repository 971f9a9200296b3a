"""Sign the log as it stands: hash what is new, prove that it continues what was signed, keep the checkpoint.

- Only lines after the last checkpoint are read; complete subtrees before them are kept (`log_frontier`).
- The signer remembers its own last head. Where the kept subtrees do not lead to it, the log is hashed whole once; if that
  does not help either, the signer refuses and nothing is written.
- The checkpoint, the frontier and new roots over 256 lines are written in one transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session

from moderation.evidence.merkle import BadProof, Frontier, Subtree, consistency_path, root_of
from moderation.evidence.signer import LogSigner
from moderation.evidence.tiles import WIDTH
from moderation.storage.database import Database
from moderation.storage.log import CHUNK, leaf_hashes, log_size, stored_subtree
from moderation.storage.tables import LogAnchor, LogCheckpoint, LogFrontier, LogTile
from moderation.storage.unit_of_work import table_of
from moderation.storage.upsert import upsert


def make_checkpoint(database: Database, signer: LogSigner, at: datetime) -> str | None:
    """Sign the log if it has grown; the note, or None when nothing is new.

    Raises:
        RefusesToSign: the log contradicts what was signed before.
    """
    with database.reading() as session:
        size = log_size(session)
        if size == 0 or _has_checkpoint(session, size):
            return None
        frontier = _read_frontier(session, size)
        known = _places(frontier)
        tiles = _grow(session, frontier, size)
        old = signer.head().size
        path = consistency_path(old, size, _with(known, stored_subtree(session))) if old <= size else []
    note = signer.sign(size, frontier.root(), path)
    with database.writing() as session:
        row = {"size": size, "note": note, "created_at": at}
        upsert(session, LogCheckpoint, row, keys=("size",), update=())
        session.execute(delete(table_of(LogFrontier)))
        for level, (place, value) in enumerate(_places(frontier).items()):
            row = {"level": level, "size": place[1], "hash": value}
            upsert(session, LogFrontier, row, keys=("level",), update=())
        for number, value in tiles:
            upsert(session, LogTile, {"number": number, "hash": value}, keys=("number",), update=())
    return note


def keep_anchor(database: Database, anchor_id: str, size: int, kind: str, blob: bytes, at: datetime) -> None:
    """Keep what an outside holder said about a checkpoint."""
    with database.writing() as session:
        session.add(LogAnchor(id=anchor_id, size=size, kind=kind, blob=blob, created_at=at))


def newest_anchor(database: Database, kind: str, *, size: int | None = None) -> LogAnchor | None:
    """The newest of a kind, for one checkpoint or for any."""
    table = table_of(LogAnchor)
    query = select(LogAnchor).where(table.c.kind == kind).order_by(table.c.size.desc(), table.c.created_at.desc())
    if size is not None:
        query = query.where(table.c.size == size)
    with database.reading() as session:
        return session.execute(query.limit(1)).scalar_one_or_none()


def _has_checkpoint(session: Session, size: int) -> bool:
    column = table_of(LogCheckpoint).c.size
    return session.execute(select(column).where(column == size)).first() is not None


def _read_frontier(session: Session, size: int) -> Frontier:
    rows = session.execute(select(LogFrontier).order_by(table_of(LogFrontier).c.level)).scalars().all()
    try:
        frontier = Frontier(sum(row.size for row in rows), [row.hash for row in rows])
    except BadProof:
        return Frontier()
    return frontier if frontier.size <= size else Frontier()


def _places(frontier: Frontier) -> dict[tuple[int, int], bytes]:
    places, start = {}, 0
    for value, power in zip(frontier.hashes, _powers(frontier.size), strict=True):
        places[start, power] = value
        start += power
    return places


def _powers(size: int) -> list[int]:
    return [1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]


def _grow(session: Session, frontier: Frontier, size: int) -> list[tuple[int, bytes]]:
    """Add the new lines; the roots over 256 lines that became complete on the way."""
    tiles = []
    begin = frontier.size - frontier.size % WIDTH
    part = leaf_hashes(session, begin, frontier.size)
    while frontier.size < size:
        new = leaf_hashes(session, frontier.size, min(size, frontier.size + CHUNK))
        if not new:
            raise BadProof("lines of the log are missing", hint="run `moderation evidence log verify`")
        frontier.extend(new)
        part += new
        while len(part) >= WIDTH:
            tiles.append((begin // WIDTH, root_of(part[:WIDTH])))
            part, begin = part[WIDTH:], begin + WIDTH
    return tiles


def _with(known: dict[tuple[int, int], bytes], subtree: Subtree) -> Subtree:
    return lambda start, size: known[start, size] if (start, size) in known else subtree(start, size)
