"""Which comments came from this address? Look through all sealed records of a time, on all cores.

- There is no index of addresses: it would be the worst thing to steal. A search opens everything once and keeps nothing.
- Only the network compartment is opened, and only the address is looked at; nothing else of it is parsed.
- Records whose day's key is gone are counted as closed. A record that does not open in its place is named, and the search
  goes on: one damaged row must not hide the others.
- The caller has written the look-up into the log, and hands in the private halves of the days that are in scope.

Records cross to the other processes as plain tuples: 1.8 million dataclasses would cost more than their decryption.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeAlias

from moderation.evidence.canonical import canonical
from moderation.evidence.seal import (
    BadEnvelope,
    Compartment,
    ContentKeys,
    Place,
    PrivateKey,
    Suite,
    WillNotOpen,
    open_envelope,
    private_key,
    read_envelope,
)
from moderation.evidence.tags import plain_address

SealedNetwork: TypeAlias = tuple[str, str, str, bytes | None]  # site, record, comment, envelope
KeyBytes: TypeAlias = Mapping[str, tuple[int, bytes]]
Looked: TypeAlias = tuple[list[tuple[str, str]], list[str], int, int]
AHEAD = 3
_keys: dict[str, PrivateKey] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: (record, comment) from the address, records that are damaged, how many opened and stay closed."""

    records: tuple[tuple[str, str], ...]
    damaged: tuple[str, ...]
    opened: int
    closed: int


def search_address(
    chunks: Iterable[list[SealedNetwork]],
    keys: KeyBytes,
    address: str,
    *,
    workers: int,
    progress: Callable[[int], None] = lambda _done: None,
) -> Found:
    """Open every record's network compartment and keep those from `address`.

    Raises:
        NotAnAddress: `address` is none.
    """
    needle = needle_of(address)
    found: list[tuple[str, str]] = []
    damaged: list[str] = []
    opened = closed = 0
    # Started anew, not forked: a fork would carry the database's connection and its threads along.
    with ProcessPoolExecutor(workers, get_context("spawn"), _load, (dict(keys),)) as pool:
        waiting: deque[Future[Looked]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_look, chunk, needle))
            if len(waiting) >= workers * AHEAD:
                opened, closed = _take(waiting, found, damaged, opened, closed)
                progress(opened + closed + len(damaged))
        while waiting:
            opened, closed = _take(waiting, found, damaged, opened, closed)
            progress(opened + closed + len(damaged))
    return Found(tuple(found), tuple(damaged), opened, closed)


def needle_of(address: str) -> bytes:
    """What the plain text of a record from this address contains; a quote inside a value is escaped and cannot imitate it."""
    return canonical(["ip", plain_address(address)])[1:]


def _take(
    waiting: deque[Future[Looked]], found: list[tuple[str, str]], damaged: list[str], opened: int, closed: int
) -> tuple[int, int]:
    records, bad, count, missing = waiting.popleft().result()
    found += records
    damaged += bad
    return opened + count, closed + missing


def _load(keys: dict[str, tuple[int, bytes]]) -> None:
    _keys.update({name: private_key(Suite(suite), raw) for name, (suite, raw) in keys.items()})


def _look(chunk: list[SealedNetwork], needle: bytes) -> Looked:
    found, damaged, opened, closed = [], [], 0, 0
    content_keys = ContentKeys()
    for site, record, comment, sealed in chunk:
        try:
            envelope = read_envelope(sealed) if sealed else None
            key = _keys.get(envelope.epoch_id) if envelope else None
            if key is None or envelope is None:
                closed += 1
                continue
            place = Place(site, record, comment, Compartment.NETWORK)
            plain = open_envelope(envelope, key=key, place=place, content_keys=content_keys)
        except (BadEnvelope, WillNotOpen):
            damaged.append(record)
            continue
        opened += 1
        if needle in plain:
            found.append((record, comment))
    return found, damaged, opened, closed
