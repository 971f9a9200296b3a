"""Run a replay over many comments on all cores.

What this file decides
- Few comments are replayed here; more are handed out in chunks to fresh processes, never more than a few chunks ahead, so
  that memory stays flat however long the archive is.
- Fresh processes, not forks: a server has threads, and a fork of it may stand still for ever.
- Each process reads the policy itself, from its text.

It leaves counting to `replay.py`.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import chain, islice
from typing import Final

from moderation.policy.model import Policy
from moderation.policy.names import CheckSpec
from moderation.policy.parse import load_policy
from moderation.policy.replay import Past, Tally, replay

CHUNK: Final = 2000
_ALONE: Final = 5000
_AHEAD: Final = 2
_loaded: dict[str, Policy] = {}


def replay_all(
    policy: Policy,
    past: Iterable[Past],
    *,
    checks: Mapping[str, CheckSpec],
    workers: int | None = None,
    progress: Callable[[int], None] = lambda _count: None,
) -> Tally:
    """Replay comments on all cores; `progress` is told how many more are done."""
    rows = iter(past)
    first = list(islice(rows, _ALONE))
    workers = workers or os.cpu_count() or 1
    if len(first) < _ALONE or workers == 1:
        return _alone(policy, chain(first, rows), progress)
    tally = Tally()
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _load, (policy.text, policy.name, dict(checks))
    )
    with pool:
        for part in _hand_out(pool, _chunks(chain(first, rows)), workers * _AHEAD):
            tally.add(part)
            progress(part.total + part.unreadable)
    return tally


def _alone(policy: Policy, past: Iterable[Past], progress: Callable[[int], None]) -> Tally:
    tally = Tally()
    for chunk in _chunks(past):
        tally.add(replay(policy, chunk))
        progress(len(chunk))
    return tally


def _hand_out(pool: ProcessPoolExecutor, chunks: Iterator[Sequence[Past]], ahead: int) -> Iterator[Tally]:
    running: set[Future[Tally]] = {pool.submit(_replay, chunk) for chunk in islice(chunks, ahead)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            running |= {pool.submit(_replay, chunk) for chunk in islice(chunks, 1)}
            yield future.result()


def _chunks(past: Iterable[Past]) -> Iterator[Sequence[Past]]:
    rows = iter(past)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _load(text: str, name: str, checks: Mapping[str, CheckSpec]) -> None:
    gc.disable()  # nothing that a replay makes points back to itself; looking for it took a tenth of the time
    _loaded["policy"] = load_policy(text, path=name, checks=checks)


def _replay(chunk: Sequence[Past]) -> Tally:
    return replay(_loaded["policy"], chunk)
