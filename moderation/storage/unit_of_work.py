"""One transaction per step; the log's lock is taken last.

What this file decides
- Leaves are collected while a step writes and are appended at its end, so that the one lock of the log is held for a moment.
- `idx` is contiguous over the whole installation: it is taken by updating the one row of `log_head`.
- Rows that name their leaf are written after the lock, by a callback that gets the index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, bindparam, update
from sqlmodel import Session, SQLModel

from moderation.errors import ModerationError
from moderation.storage.bulk import insert_rows
from moderation.storage.database import Database
from moderation.storage.tables import LogEntry, LogHead


class LogMissing(ModerationError):
    """the log has no head; nothing can be written without it"""

    code = "log_missing"
    hint = "run `moderation db upgrade`"


@dataclass(frozen=True, slots=True)
class PendingLeaf:
    """A leaf that waits for its index: canonical body, its hash, and what the entry is about."""

    type: str
    body: bytes
    leaf_hash: bytes
    at: datetime
    ref: str = ""
    site_id: str = ""


def table_of(model: type[SQLModel]) -> Table:
    """The Core table under a SQLModel class."""
    table = model.__dict__["__table__"]
    assert isinstance(table, Table)
    return table


RowOf = Callable[[int], dict[str, Any]]
HEAD: Final = table_of(LogHead)
GROW: Final = update(HEAD).values(size=HEAD.c.size + bindparam("more")).returning(HEAD.c.size)


class UnitOfWork:
    """A session with a list of leaves that are appended when the step ends."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._leaves: list[PendingLeaf] = []
        self._named: list[tuple[int, type[SQLModel], RowOf]] = []

    def log(self, leaf: PendingLeaf, model: type[SQLModel] | None = None, row_of: RowOf | None = None) -> None:
        """Append `leaf` at the end of this step; `row_of(idx)` makes a row of `model` that names the leaf's index."""
        if model is not None and row_of is not None:
            self._named.append((len(self._leaves), model, row_of))
        self._leaves.append(leaf)

    def insert(self, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
        """Bulk insert over a SQLModel table. Every row must have the same keys."""
        if rows:
            insert_rows(self.session.connection(), table_of(model), rows)

    def mark(self) -> int:
        """A point to which `forget_since` can return when a savepoint is rolled back."""
        return len(self._leaves)

    def forget_since(self, mark: int) -> None:
        """Drop the leaves that came after `mark`."""
        del self._leaves[mark:]
        self._named = [named for named in self._named if named[0] < mark]

    def append_leaves(self) -> None:
        """Take the lock, give indices, write the leaves and the rows that name them."""
        if not self._leaves:
            return
        size = self.session.connection().execute(GROW, {"more": len(self._leaves)}).scalar_one_or_none()
        if size is None:
            raise LogMissing
        first = int(size) - len(self._leaves)
        self.insert(LogEntry, [_row(first + n, leaf) for n, leaf in enumerate(self._leaves)])
        for model in dict.fromkeys(model for _, model, _ in self._named):
            self.insert(model, [row_of(first + n) for n, kind, row_of in self._named if kind is model])
        self._leaves.clear()
        self._named.clear()


def _row(idx: int, leaf: PendingLeaf) -> dict[str, Any]:
    return {
        "idx": idx,
        "body": leaf.body,
        "leaf_hash": leaf.leaf_hash,
        "type": leaf.type,
        "ref": leaf.ref,
        "site_id": leaf.site_id,
        "created_at": leaf.at,
        "redacted_at": None,
    }


@contextmanager
def unit_of_work(database: Database) -> Iterator[UnitOfWork]:
    """One step: everything in the block and its leaves, or nothing."""
    with database.writing() as session:
        work = UnitOfWork(session)
        yield work
        session.flush()
        work.append_leaves()
