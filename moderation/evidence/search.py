"""Which comments came from this address? Look through all sealed records of a time, on all cores.

- There is no index of addresses: it would be the worst thing to steal. A search opens everything once and keeps nothing.
- Records whose day's key is gone are counted as closed.
- The caller has written the look-up into the log, and hands in the private halves of the days that are in scope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice

from moderation.evidence.opening import SealedRecord
from moderation.evidence.seal import Compartment, Place, PrivateKey, Suite, open_sealed, private_key, read_envelope

KeyBytes = Mapping[str, tuple[int, bytes]]
_keys: dict[str, PrivateKey] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: the records from the address, how many were opened, how many stay closed."""

    records: tuple[tuple[str, str], ...]
    opened: int
    closed: int


def search_address(
    chunks: Iterable[list[SealedRecord]],
    keys: KeyBytes,
    address: str,
    *,
    workers: int,
    progress: Callable[[int], None] = lambda _done: None,
) -> Found:
    """Open every record's network compartment and keep those from `address`."""
    needle = f'"ip","{address}"]'.encode()
    found: list[tuple[str, str]] = []
    opened = closed = 0
    with ProcessPoolExecutor(workers, initializer=_load, initargs=(dict(keys),)) as pool:
        for part, count, missing in _in_order(pool, chunks, needle, workers * 3):
            found += part
            opened, closed = opened + count, closed + missing
            progress(opened + closed)
    return Found(tuple(found), opened, closed)


def _in_order(
    pool: ProcessPoolExecutor, chunks: Iterable[list[SealedRecord]], needle: bytes, ahead: int
) -> Iterator[tuple[list[tuple[str, str]], int, int]]:
    source = iter(chunks)
    waiting = [pool.submit(_look, chunk, needle) for chunk in islice(source, ahead)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [pool.submit(_look, chunk, needle) for chunk in islice(source, 1)]


def _load(keys: dict[str, tuple[int, bytes]]) -> None:
    _keys.update({name: private_key(Suite(suite), raw) for name, (suite, raw) in keys.items()})


def _look(chunk: list[SealedRecord], needle: bytes) -> tuple[list[tuple[str, str]], int, int]:
    found, opened, closed = [], 0, 0
    for record in chunk:
        key = _keys.get(read_envelope(record.ct_net).epoch_id) if record.ct_net else None
        if key is None or record.ct_net is None:
            closed += 1
            continue
        place = Place(record.site_id, record.id, record.comment_id, Compartment.NETWORK)
        opened += 1
        if needle in open_sealed(record.ct_net, key=key, place=place):
            found.append((record.id, record.comment_id))
    return found, opened, closed
