"""The log as it lies in the database: read it in order, prove a line, blank a body, append a line.

- Rows are read in pieces by index, so that a long log fits into memory.
- Subtrees come from the kept roots over 256 lines (`log_tile`) and only the rest from single lines.
- Blanking a body is the one change that the triggers let through, and it writes `entry.redacted` in the same step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from moderation.errors import NotFound
from moderation.evidence.merkle import Subtree, consistency_path, inclusion_path, root_of
from moderation.evidence.package import ProvenLine
from moderation.evidence.record import Leaf, LeafType, Random, leaf
from moderation.evidence.tiles import WIDTH
from moderation.evidence.verify import Row
from moderation.storage.database import Database
from moderation.storage.tables import LogCheckpoint, LogEntry, LogHead, LogTile
from moderation.storage.unit_of_work import PendingLeaf, UnitOfWork, table_of

CHUNK: Final = 5000


def log_size(session: Session) -> int:
    """How many lines the log has."""
    size = session.execute(select(table_of(LogHead).c.size)).scalar_one_or_none()
    return int(size or 0)


def log_rows(database: Database, first: int = 0) -> Iterator[Row]:
    """All rows in order of their index, as they lie in the store."""
    table = table_of(LogEntry)
    last = first - 1
    while True:
        query = select(table.c.idx, table.c.body, table.c.leaf_hash).where(table.c.idx > last)
        with database.reading() as session:
            rows = session.execute(query.order_by(table.c.idx).limit(CHUNK)).all()
        for row in rows:
            yield Row(row.idx, row.body, row.leaf_hash)
        if len(rows) < CHUNK:
            return
        last = rows[-1].idx


def leaf_hashes(session: Session, first: int, end: int) -> list[bytes]:
    """The hashes of lines `first` to `end`."""
    table = table_of(LogEntry)
    query = select(table.c.leaf_hash).where(table.c.idx >= first, table.c.idx < end).order_by(table.c.idx)
    return list(session.execute(query).scalars())


def stored_subtree(session: Session) -> Subtree:
    """Answer for complete subtrees from the kept roots, and from single lines where there is none yet."""
    tiles = table_of(LogTile)

    def subtree(start: int, size: int) -> bytes:
        if size < WIDTH:
            return root_of(leaf_hashes(session, start, start + size))
        first, end = start // WIDTH, (start + size) // WIDTH
        query = select(tiles.c.hash).where(tiles.c.number >= first, tiles.c.number < end).order_by(tiles.c.number)
        roots = list(session.execute(query).scalars())
        if len(roots) == end - first:
            return root_of(roots)
        return root_of(leaf_hashes(session, start, start + size))

    return subtree


def prove_line(database: Database, idx: int, size: int) -> ProvenLine:
    """A line of the log with its way to the root of the tree of `size` lines.

    Raises:
        NotFound: there is no such line, or its body was blanked.
    """
    table = table_of(LogEntry)
    with database.reading() as session:
        body = session.execute(select(table.c.body).where(table.c.idx == idx)).scalar_one_or_none()
        if body is None:
            raise NotFound(f"the log has no line {idx} that could be shown")
        return ProvenLine(idx, body, tuple(inclusion_path(idx, size, stored_subtree(session))))


def prove_growth(database: Database, old: int, size: int) -> list[bytes]:
    """That the tree of `size` lines begins with that of `old` lines."""
    with database.reading() as session:
        return consistency_path(old, size, stored_subtree(session))


def checkpoint_notes(database: Database, *, newest: int | None = None) -> list[tuple[int, str]]:
    """The signed checkpoints by size, all or only the newest ones."""
    table = table_of(LogCheckpoint)
    query = select(table.c.size, table.c.note).order_by(table.c.size.desc())
    with database.reading() as session:
        rows = session.execute(query.limit(newest) if newest else query).all()
    return [(row.size, row.note) for row in reversed(rows)]


def write_line(work: UnitOfWork, entry: Leaf, *, site_id: str = "", ref: str = "") -> None:
    """Append a line that no other row names."""
    work.log(PendingLeaf(entry.type, entry.body, entry.hash, entry.at, ref=ref or entry.id, site_id=site_id))


def blank_lines(work: UnitOfWork, indices: Sequence[int], *, reason: str, at: datetime, rng: Random) -> int:
    """Erase bodies of lines and say so in the log; how many were erased."""
    table = table_of(LogEntry)
    still = table.c.idx.in_(list(indices)) & table.c.body.is_not(None)
    there = sorted(work.session.execute(select(table.c.idx).where(still)).scalars())
    if not there:
        return 0
    work.session.execute(update(table).where(table.c.idx.in_(there)).values(body=None, redacted_at=at))
    entry = leaf(LeafType.ENTRY_REDACTED, f"redacted-{there[0]}", at, {"rows": there, "reason": reason}, rng(16))
    write_line(work, entry, ref="redacted")
    return len(there)


def lines_about(session: Session, ref: str) -> list[int]:
    """The indices of lines that are about one thing."""
    return list(session.execute(select(table_of(LogEntry).c.idx).where(col(LogEntry.ref) == ref)).scalars())


def count_lines(session: Session, kind: str) -> int:
    """How many lines of a kind the log has."""
    return int(session.execute(select(func.count()).where(col(LogEntry.type) == kind)).scalar_one())


def tile_content(database: Database, level: int, number: int, width: int) -> bytes | None:
    """The hashes of a C2SP tile, or None when the signed log does not reach so far."""
    span = WIDTH**level
    first = number * WIDTH
    with database.reading() as session:
        newest = session.execute(select(func.max(table_of(LogCheckpoint).c.size))).scalar_one()
        if (first + width) * span > int(newest or 0):
            return None
        if level == 0:
            return b"".join(leaf_hashes(session, first, first + width))
        subtree = stored_subtree(session)
        return b"".join(subtree((first + n) * span, span) for n in range(width))
