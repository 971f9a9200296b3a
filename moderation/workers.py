"""The work beside the requests: tell the sites, settle verdicts, judge again, sign checkpoints, clear away.

What this file decides
- `serve` runs these jobs inside; `moderation worker` runs them alone. Each round of a job needs the job's lease row, so two
  processes never both do it; a process that dies gives its jobs up when the lease lapses.
- A job that fails is logged and tried again in its next round; it never stops the others.
"""

from __future__ import annotations

import json
import random
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from moderation.bootstrap import Service
from moderation.callbacks.akismet_form import AKISMET, AKISMET_HEADERS, akismet_form
from moderation.callbacks.deliver import PrivateTarget, Unreachable, deliver
from moderation.callbacks.retry import GONE, arrived, next_attempt
from moderation.callbacks.signature import sign
from moderation.log_jobs import forget_tags, note_clock, sign_log
from moderation.scoring.loading import ModelState
from moderation.storage.job_leases import give_back, take_lease
from moderation.storage.outbox import Waiting, disable_endpoint, mark_delivered, mark_failed, take_due
from moderation.storage.settle import settle_due, sweep

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Job:
    """A job, how often it looks for work (seconds), and what one round does; a round says how much it did."""

    name: str
    every: float
    run: Callable[[Service], int]


def tell_sites(service: Service) -> int:
    """Send what is due; each attempt is signed anew with its own time stamp."""
    waiting = take_due(service.database, service.clock())
    for message in waiting:
        _send(service, message)
    return len(waiting)


def _send(service: Service, message: Waiting) -> None:
    now = service.clock()
    attempts = message.attempts + 1
    secrets = service.custody.open_secrets(message.endpoint_id, message.secrets_sealed)
    told = akismet_form(message.payload, secrets[0]) if message.style == AKISMET else message.payload
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    signed = sign(secrets, message.id, int(now.timestamp()), body) if message.style != AKISMET else AKISMET_HEADERS
    headers = dict(signed)
    status, wait, error = None, None, ""
    try:
        answer = deliver(message.url, body, headers, allow_private=message.allow_private)
        status, wait = answer.status, answer.retry_after
        error = f"the site answered {status}"
    except (PrivateTarget, Unreachable) as problem:
        error = str(problem)
    if status is not None and arrived(status):
        mark_delivered(service.database, message.id, status, service.clock())
        return
    if status == GONE:
        disable_endpoint(service.database, message.endpoint_id, "the site answered 410", service.clock())
    pause = next_attempt(attempts, random.random(), wait)  # noqa: S311 - jitter is no secret
    due = service.clock() + pause if pause else None
    mark_failed(service.database, message.id, attempts=attempts, due_at=due, status=status, error=error)


def settle_verdicts(service: Service) -> int:
    """Make final what can no longer be taken back."""
    return settle_due(service.database, service.clock())


def judge_again(service: Service) -> int:
    """Judge what was held only because the model was away, once it is there."""
    return service.pipeline.rejudge() if service.scorer.health.state is ModelState.READY else 0


def clear_away(service: Service) -> int:
    """Delete what is past its time."""
    return sweep(service.database, service.clock())


JOBS: Final[tuple[Job, ...]] = (
    Job("checkpoint", 1.0, sign_log),
    Job("clock", 60.0, note_clock),
    Job("tags", 600.0, forget_tags),
    Job("outbox", 0.25, tell_sites),
    Job("settle", 1.0, settle_verdicts),
    Job("rejudge", 2.0, judge_again),
    Job("sweep", 600.0, clear_away),
)


class Workers:
    """One thread per job, until `stop`."""

    def __init__(self, service: Service, jobs: Sequence[Job] = JOBS) -> None:
        self._service = service
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
            return job.run(service) if self._may(job) else 0
        except Exception as problem:  # noqa: BLE001 - one bad round must not end the job
            log.warning("job_failed", job=job.name, error=type(problem).__name__)
            return 0
