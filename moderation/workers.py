"""The work beside the requests: tell the sites, settle verdicts, judge again, replay, sign checkpoints, clear away.

What this file decides
- `serve` runs these jobs inside; `moderation worker` runs them alone. Each round of a job needs the job's lease row, so two
  processes never both do it; a process that dies gives its jobs up when the lease lapses.
- A job that fails is logged and tried again in its next round; it never stops the others.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from moderation.bootstrap import Service
from moderation.courier import Courier
from moderation.log_jobs import forget_tags, note_clock, note_policies, sign_log
from moderation.mail_desk import ask_confirmations, send_mails
from moderation.replay_desk import Replayer
from moderation.scoring.loading import ModelState
from moderation.storage.job_leases import give_back, take_lease
from moderation.storage.settle import settle_due, sweep

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Job:
    """A job, how often it looks for work (seconds), and what one round does; a round says how much it did.

    `end` finishes what a round has left running; `halt` asks a round that takes long to end soon.
    A job that is not `leased` is about this process alone.
    """

    name: str
    every: float
    run: Callable[[Service], int]
    end: Callable[[Service], None] | None = None
    leased: bool = True
    halt: Callable[[], None] | None = None


def settle_verdicts(service: Service) -> int:
    """Make final what can no longer be taken back."""
    return settle_due(service.database, service.clock())


def judge_again(service: Service) -> int:
    """Judge what was held only because the model was away, once it is there."""
    return service.pipeline.rejudge() if service.scorer.health.state is ModelState.READY else 0


def clear_away(service: Service) -> int:
    """Delete what is past its time."""
    return sweep(service.database, service.clock())


def count_rows(service: Service) -> int:
    """Keep the planner of SQLite informed."""
    service.database.count_rows()
    return 0


JOBS: Final[tuple[Job, ...]] = (
    Job("checkpoint", 1.0, sign_log),
    Job("clock", 60.0, note_clock),
    Job("policies", 60.0, note_policies),
    Job("tags", 600.0, forget_tags),
    Job("settle", 1.0, settle_verdicts),
    Job("rejudge", 2.0, judge_again),
    Job("mails", 2.0, send_mails),
    Job("confirmations", 10.0, ask_confirmations),
    Job("sweep", 600.0, clear_away),
    Job("count", 6 * 3600.0, count_rows, leased=False),
)


def all_jobs() -> tuple[Job, ...]:
    """Every job; the courier and the replayer are made anew, since they hold what is on its way."""
    courier, replayer = Courier(), Replayer()
    outbox = Job("outbox", 0.25, courier.round, courier.finish)
    return (*JOBS, outbox, Job("replay", 1.0, replayer.round, halt=replayer.halt))


class Workers:
    """One thread per job, until `stop`."""

    def __init__(self, service: Service, jobs: Sequence[Job] | None = None) -> None:
        jobs = all_jobs() if jobs is None else jobs
        self._service, self._jobs = service, tuple(jobs)
        self._holder = uuid.uuid4().hex
        self._stopping = threading.Event()
        self._held: dict[str, datetime] = {}
        self._threads = [
            threading.Thread(target=self._loop, args=(job,), name=f"job-{job.name}", daemon=True) for job in jobs
        ]

    def start(self) -> None:
        """Begin all jobs."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End all jobs after their present round and let others take over at once."""
        self._stopping.set()
        for job in self._jobs:
            if job.halt:
                job.halt()
        for thread in self._threads:
            thread.join(timeout=20)
        give_back(self._service.database, self._holder, self._service.clock())

    def wait(self) -> None:
        """Block until `stop` is called."""
        self._stopping.wait()

    def _loop(self, job: Job) -> None:
        while not self._stopping.is_set():
            did = self._round(job)
            if not did:
                self._stopping.wait(job.every)
        if job.end:
            job.end(self._service)

    def _may(self, job: Job) -> bool:
        """Whether this process holds the job's lease, which is renewed at half its length only: a renewal is a write."""
        now = self._service.clock()
        until = self._held.get(job.name)
        if until is not None and until - now > LEASE / 2:
            return True
        taken = take_lease(self._service.database, job.name, self._holder, now, LEASE)
        if taken:
            self._held[job.name] = now + LEASE
        else:
            self._held.pop(job.name, None)
        return taken

    def _round(self, job: Job) -> int:
        service = self._service
        try:
            return job.run(service) if not job.leased or self._may(job) else 0
        except Exception as problem:  # noqa: BLE001 - one bad round must not end the job
            log.warning("job_failed", job=job.name, error=type(problem).__name__)
            return 0
