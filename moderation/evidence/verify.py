"""Was the log changed? Read all of it once and name what does not fit.

- Each row: the body's hash is the stored one, or the body was blanked and a later `entry.redacted` line says so. Indices
  have no gap.
- Each checkpoint: the signature holds and the root is that of the rows below it. If not, the change lies between the last
  checkpoint that fits and this one.
- With tiles kept elsewhere: the very row, even when its stored hash was changed too, and what is missing at the end.
- With a checkpoint that somebody else kept: rows that are gone (a log that was cut passes every inner check) and a second
  history that was signed with a stolen key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from moderation.evidence.merkle import Frontier
from moderation.evidence.note import BadNote, Checkpoint, NoteKey, open_checkpoint
from moderation.evidence.record import LeafType, leaf_hash

REDACTED_MARK: Final = f'"t":"{LeafType.ENTRY_REDACTED}"'.encode()


class Fault(StrEnum):
    """What can be wrong with a log."""

    ROW_CHANGED = "row_changed"
    ROW_MISSING = "row_missing"
    ROW_BLANKED = "row_blanked"
    ROW_DIFFERS_FROM_TILE = "row_differs_from_tile"
    INTERVAL_CHANGED = "interval_changed"
    CHECKPOINT_UNSIGNED = "checkpoint_unsigned"
    ROWS_CUT = "rows_cut"
    FORKED = "forked"


class Gap(StrEnum):
    """What could not be checked."""

    NO_CHECKPOINT = "no_checkpoint"
    NO_ROWS = "no_rows"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the log as it lies in the store."""

    idx: int
    body: bytes | None
    hash: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit; `words` are for people."""

    fault: Fault
    first: int
    last: int
    words: str


@dataclass(frozen=True, slots=True)
class LogReport:
    """The whole answer. `exit_code` is 0 when all fits, 1 when something does not, 2 when too little could be checked."""

    rows: int
    blanked: int
    checkpoints: int
    root: bytes
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]

    @property
    def exit_code(self) -> int:
        return 1 if self.findings else 2 if self.gaps else 0


class _Walk:
    """One pass over the rows; memory holds the frontier and the blanked rows only."""

    def __init__(self, sizes: Iterable[int], tiles: Sequence[bytes] | None) -> None:
        self.frontier = Frontier()
        self.roots: dict[int, bytes] = {}
        self.findings: list[Finding] = []
        self.blanked: set[int] = set()
        self.explained: set[int] = set()
        self._sizes = set(sizes)
        self._tiles = tiles
        self.roots[0] = self.frontier.root()

    def step(self, row: Row) -> None:
        expected = self.frontier.size
        if row.idx != expected:
            words = (
                f"rows {expected} to {row.idx - 1} are missing" if row.idx > expected else f"row {row.idx} stands twice"
            )
            self.findings.append(Finding(Fault.ROW_MISSING, expected, row.idx, words))
        if row.body is None:
            self.blanked.add(row.idx)
        elif leaf_hash(row.body) != row.hash:
            self.findings.append(Finding(Fault.ROW_CHANGED, row.idx, row.idx, f"row {row.idx} was changed"))
        elif REDACTED_MARK in row.body:
            self.explained |= _explained(row.body)
        if self._tiles is not None and row.idx < len(self._tiles) and self._tiles[row.idx] != row.hash:
            words = f"row {row.idx} differs from the kept tile"
            self.findings.append(Finding(Fault.ROW_DIFFERS_FROM_TILE, row.idx, row.idx, words))
        self.frontier.append(row.hash)
        if self.frontier.size in self._sizes:
            self.roots[self.frontier.size] = self.frontier.root()

    def close(self) -> None:
        size = self.frontier.size
        for idx in sorted(self.blanked - self.explained):
            words = f"row {idx} was blanked, and no line of the log says why"
            self.findings.append(Finding(Fault.ROW_BLANKED, idx, idx, words))
        if self._tiles is not None and len(self._tiles) > size:
            words = f"the kept tiles have {len(self._tiles)} rows, the log has {size}"
            self.findings.append(Finding(Fault.ROWS_CUT, size, len(self._tiles) - 1, words))


def verify_log(
    rows: Iterable[Row],
    checkpoints: Iterable[str],
    *,
    keys: Sequence[NoteKey],
    known: str | None = None,
    tiles: Sequence[bytes] | None = None,
) -> LogReport:
    """Read the log once and tell all that does not fit. `rows` come in order of index, `known` from somebody else."""
    findings: list[Finding] = []
    signed = _signed(checkpoints, keys, findings)
    outside = open_checkpoint(known, keys) if known is not None else None
    walk = _Walk([c.size for c in (*signed, *([outside] if outside else []))], tiles)
    for row in rows:
        walk.step(row)
    walk.close()
    findings += walk.findings
    findings += _compare(signed, walk)
    if outside is not None:
        findings += _compare_outside(outside, walk)
    size = walk.frontier.size
    gaps = [*([Gap.NO_ROWS] if not size and not signed else []), *([Gap.NO_CHECKPOINT] if size and not signed else [])]
    root = walk.frontier.root()
    return LogReport(size, len(walk.blanked), len(signed), root, tuple(findings), tuple(gaps))


def _signed(checkpoints: Iterable[str], keys: Sequence[NoteKey], findings: list[Finding]) -> list[Checkpoint]:
    good = []
    for number, note in enumerate(checkpoints):
        try:
            good.append(open_checkpoint(note, keys))
        except BadNote as error:
            words = f"checkpoint number {number} cannot be trusted: {error.message}"
            findings.append(Finding(Fault.CHECKPOINT_UNSIGNED, number, number, words))
    return sorted(good, key=lambda checkpoint: checkpoint.size)


def _compare(signed: Sequence[Checkpoint], walk: _Walk) -> list[Finding]:
    fits, size = 0, walk.frontier.size
    for checkpoint in signed:
        if checkpoint.size > size:
            words = f"signed size {checkpoint.size} > {size} rows"
            return [Finding(Fault.ROWS_CUT, size, checkpoint.size - 1, words)]
        if walk.roots[checkpoint.size] != checkpoint.root:
            words = f"a row in the signed interval [{fits}, {checkpoint.size}) was changed"
            return [Finding(Fault.INTERVAL_CHANGED, fits, checkpoint.size - 1, words)]
        fits = checkpoint.size
    return []


def _compare_outside(outside: Checkpoint, walk: _Walk) -> list[Finding]:
    size = walk.frontier.size
    if outside.size > size:
        words = f"the known checkpoint has signed size {outside.size} > {size} rows: rows were cut off"
        return [Finding(Fault.ROWS_CUT, size, outside.size - 1, words)]
    if walk.roots[outside.size] != outside.root:
        words = f"the first {outside.size} rows are not those of the known checkpoint: a second history"
        return [Finding(Fault.FORKED, 0, outside.size - 1, words)]
    return []


def _explained(body: bytes) -> set[int]:
    rows = json.loads(body)["d"].get("rows", [])
    return {int(idx) for idx in rows}
