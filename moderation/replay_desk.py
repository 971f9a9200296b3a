"""Replays beside the requests: one at a time, with its progress beside the version, until it is done or nobody wants it.

What this file decides
- Progress is written once a second at most: it is a write like any other.
- A worker that must stop gives its replay back; the next one begins anew. What fails is said on the page, not tried for ever.

It leaves deciding again to the policy desk.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Final

import structlog

from moderation.bootstrap import Service
from moderation.policy.replay_words import report_data
from moderation.policy_desk import PolicyDesk
from moderation.storage.replay_jobs import JobState, ReplayJob, end_replay, finish_replay, note_progress, take_replay

log = structlog.get_logger(__name__)
STEP: Final = timedelta(seconds=1)
NICE: Final = 10
"""A replay steps back for the server beside it, whose readers wait for an answer."""


class _Ended(Exception):
    """the worker stops, or nobody wants this replay any more"""


class Replayer:
    """Does the replays that were asked for on the pages."""

    def __init__(self) -> None:
        self.halted = threading.Event()

    def halt(self) -> None:
        """End the replay that runs, soon, and begin no other."""
        self.halted.set()

    def round(self, service: Service) -> int:
        """Do one replay, if one waits."""
        job = None if self.halted.is_set() else take_replay(service.database, service.clock())
        if job is None:
            return 0
        try:
            self._replay(service, job)
        except _Ended:
            end_replay(service.database, job, JobState.WAITING)
            return 0
        except Exception as problem:  # noqa: BLE001 - whoever asked is told on the page
            log.warning("replay_failed", version=job.version_id, error=type(problem).__name__)
            end_replay(service.database, job, JobState.FAILED)
        return 1

    def _replay(self, service: Service, job: ReplayJob) -> None:
        desk = PolicyDesk(service.database, service.shelf, service.clock)
        policy = desk.load(job.text, job.version_id)
        progress = _Progress(self.halted, service, job, desk.count(job.site_id, job.since))
        progress.tell(0)
        found = desk.replay(job.site_id, policy, job.since, nice=NICE, progress=progress.tell)
        finish_replay(service.database, job, report_data(found))


class _Progress:
    """How far a replay is."""

    def __init__(self, halted: threading.Event, service: Service, job: ReplayJob, total: int) -> None:
        self._halted, self._service, self._job, self._total = halted, service, job, total
        self._done = 0
        self._told: datetime | None = None

    def tell(self, more: int) -> None:
        """Note that more are done.

        Raises:
            _Ended: the replay must end.
        """
        self._done += more
        if self._halted.is_set():
            raise _Ended
        now = self._service.clock()
        if self._told is not None and now - self._told < STEP:
            return
        self._told = now
        if not note_progress(self._service.database, self._job, self._done, max(self._total, self._done), now):
            raise _Ended
