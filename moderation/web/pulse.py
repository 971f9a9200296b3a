"""Follow the queue for all open pages at once: one reader per site, however many pages look on.

What this file decides
- The database is read every two seconds while somebody follows a site, by one short reading for all of them; a page that
  only listens holds no connection and no thread.
- A page is told when something changed for it, and nothing between; who is slow gets the newest state, never a backlog.
- A page whose session ended, and every page when the server stops, is let go at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool

from moderation.bootstrap import Service
from moderation.storage.live import Pulse, holding_sessions, read_pulse

log = structlog.get_logger(__name__)

EVERY: Final = 2.0


@dataclass(eq=False, slots=True)
class Listener:
    """One open page: its session, and the newest state that it was not told yet. None ends it."""

    session: str
    waiting: asyncio.Queue[Pulse | None] = field(default_factory=lambda: asyncio.Queue(1))

    def put(self, pulse: Pulse | None) -> None:
        """Leave the newest state for the page."""
        with contextlib.suppress(asyncio.QueueEmpty):
            self.waiting.get_nowait()
        self.waiting.put_nowait(pulse)


class Pulses:
    """The readers of all sites of one process."""

    def __init__(self, service: Service, every: float = EVERY) -> None:
        self._service = service
        self._every = every
        self._listeners: dict[str, set[Listener]] = {}
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._stopped = False

    async def follow(self, site_id: str, session: str) -> AsyncIterator[Pulse | None]:
        """The site's states, as they change; None every fifteen seconds, so that proxies keep the line open."""
        listener = Listener(session)
        self._listeners.setdefault(site_id, set()).add(listener)
        if site_id not in self._readers and not self._stopped:
            self._readers[site_id] = asyncio.create_task(self._read(site_id))
        try:
            while not self._stopped:
                try:
                    pulse = await asyncio.wait_for(listener.waiting.get(), timeout=15)
                except TimeoutError:
                    yield None
                    continue
                if pulse is None:
                    return
                yield pulse
        finally:
            self._listeners.get(site_id, set()).discard(listener)

    def stop(self) -> None:
        """Let every page go, so that the server can end."""
        self._stopped = True
        for task in self._readers.values():
            task.cancel()
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.put(None)

    async def _read(self, site_id: str) -> None:
        listeners = self._listeners[site_id]
        try:
            while listeners:
                try:
                    await self._tell(site_id, list(listeners))
                except Exception as problem:  # noqa: BLE001 - a database that is away for a moment ends no page
                    log.warning("live_failed", site=site_id, error=type(problem).__name__)
                await asyncio.sleep(self._every)
        finally:
            self._readers.pop(site_id, None)

    async def _tell(self, site_id: str, listeners: list[Listener]) -> None:
        now, hashes = self._service.clock(), {one.session for one in listeners}
        holding, pulse = await run_in_threadpool(self._look, site_id, hashes, now)
        for one in listeners:
            one.put(pulse if one.session in holding else None)

    def _look(self, site_id: str, hashes: set[str], now: datetime) -> tuple[frozenset[str], Pulse]:
        database = self._service.database
        return holding_sessions(database, site_id, hashes, now), read_pulse(database, site_id, now)
