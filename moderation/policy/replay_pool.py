"""Run a replay over many comments on all cores.

What this file decides
- Comments come in parts, and a part is read by the process that replays it: what is handed out is only where a part lies.
  Never more than a few parts are handed out ahead, so that memory stays flat however long the archive is.
- A single part is replayed here. More go to fresh processes, not forks: a server has threads, and a fork of it may stand
  still for ever.
- Each process reads the policy itself, from its text.

It leaves counting to `replay.py`, and saying what a part is and reading it to the caller.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import chain, islice
from typing import Any, Final, TypeVar

from moderation.policy.model import Policy
from moderation.policy.names import CheckSpec
from moderation.policy.parse import load_policy
from moderation.policy.replay import Past, Tally, replay

_AHEAD: Final = 2
Part = TypeVar("Part")


_loaded: dict[str, Callable[[Any], Tally]] = {}


def replay_all(
    policy: Policy,
    parts: Iterable[Part],
    read: Callable[[Part], Iterable[Past]],
    *,
    checks: Mapping[str, CheckSpec],
    workers: int | None = None,
    nice: int = 0,
    progress: Callable[[int], None] = lambda _count: None,
) -> Tally:
    """Replay comments on all cores; `progress` is told how many more are done, and may raise to end it.

    `read` and the parts go to other processes: both must be ready for `pickle`. `nice` is how far
    these processes step back for others.
    """
    coming = iter(parts)
    first, second = list(islice(coming, 1)), list(islice(coming, 1))
    workers = (workers or os.cpu_count() or 1) if second else 1
    every = chain(first, second, coming)
    if workers == 1:
        tallies: Iterator[Tally] = (replay(policy, read(part)) for part in every)
    else:
        tallies = _by_processes((policy.text, policy.name, dict(checks), read, nice), every, workers)
    tally = Tally()
    for one in tallies:
        tally.add(one)
        progress(one.total + one.unreadable)
    return tally


def _by_processes(told: tuple[Any, ...], parts: Iterator[Part], workers: int) -> Iterator[Tally]:
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _load, told) as pool:
        yield from _hand_out(pool, parts, workers * _AHEAD)


def _hand_out(pool: ProcessPoolExecutor, parts: Iterator[Part], ahead: int) -> Iterator[Tally]:
    running: set[Future[Tally]] = {pool.submit(_replay, part) for part in islice(parts, ahead)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            running |= {pool.submit(_replay, part) for part in islice(parts, 1)}
            yield future.result()


def _load(
    text: str, name: str, checks: Mapping[str, CheckSpec], read: Callable[[Any], Iterable[Past]], nice: int
) -> None:
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    gc.disable()  # nothing that a replay makes points back to itself; looking for it took a tenth of the time
    policy = load_policy(text, path=name, checks=checks)
    _loaded["replay"] = lambda part: replay(policy, read(part))


def _replay(part: object) -> Tally:
    return _loaded["replay"](part)
