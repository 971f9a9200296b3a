"""Bring messages to the sites, several at a time, so that one slow receiver delays nobody else.

What this file decides
- At most 32 exchanges run at once, at most 4 with one endpoint, and 1 with an endpoint that has not answered well last time.
- Each attempt is signed anew with its own time stamp, by every secret that is good: two while one is rotated.
- Messages about one comment keep their order at each endpoint; of others none waits for another.
- 410 switches the endpoint off; its messages wait until somebody switches it on again.
- What came of the attempts of a round is written in one transaction: the disk is shared with intake.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Final, Protocol

import structlog

from moderation.bootstrap import Service
from moderation.callbacks.akismet_form import AKISMET, AKISMET_HEADERS, akismet_form
from moderation.callbacks.deliver import Answer, PrivateTarget, Unreachable, deliver
from moderation.callbacks.retry import GONE, arrived, next_attempt
from moderation.callbacks.signature import sign
from moderation.storage.outbox import Attempted, Waiting, take_due, write_attempts

log = structlog.get_logger(__name__)

AT_ONCE: Final = 32
OF_ONE: Final = 4
OF_UNSURE: Final = 1
GLANCE: Final = 0.05  # how long a round waits for an exchange to end before it looks for new messages


class Deliver(Protocol):
    """The client, as `callbacks/deliver.py` has it."""

    def __call__(self, url: str, body: bytes, headers: dict[str, str], *, allow_private: bool) -> Answer: ...


class Courier:
    """Runs the exchanges; `round` and `finish` are called by one thread, the job's."""

    def __init__(self, deliver: Deliver = deliver, *, jitter: Callable[[], float] = random.random) -> None:
        self._deliver = deliver
        self._jitter = jitter
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="courier")
        self._running: dict[Future[Attempted], Waiting] = {}
        self._good: set[str] = set()

    def round(self, service: Service) -> int:
        """Note what ended, begin what is due and fits; how much that was."""
        noted = self._note(service, GLANCE)
        room = AT_ONCE - len(self._running)
        busy = Counter(message.endpoint_id for message in self._running.values())
        taken = (
            take_due(service.database, service.clock(), room, lambda one: self._may_begin(one, busy)) if room else []
        )
        for message in taken:
            self._running[self._pool.submit(self._send, service, message)] = message
        return noted + len(taken)

    def finish(self, service: Service) -> None:
        """Wait for what runs; an exchange ends by itself in time."""
        while self._running:
            self._note(service, 1.0)
        self._pool.shutdown()

    def _may_begin(self, endpoint_id: str, busy: Counter[str]) -> bool:
        if busy[endpoint_id] >= (OF_ONE if endpoint_id in self._good else OF_UNSURE):
            return False
        busy[endpoint_id] += 1
        return True

    def _note(self, service: Service, seconds: float) -> int:
        if not self._running:
            return 0
        ended, _ = wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
        results = []
        for future in ended:
            message = self._running.pop(future)
            problem = future.exception()
            if problem is not None:  # the message is due again when its minute is over
                log.warning("callback_failed_here", message=message.id, error=type(problem).__name__)
                continue
            results.append(future.result())
        for one in results:
            (self._good.add if one.delivered else self._good.discard)(one.endpoint_id)
        write_attempts(service.database, results, service.clock())
        return len(ended)

    def _send(self, service: Service, message: Waiting) -> Attempted:
        body, headers = envelope(service, message, service.clock())
        status, pause_asked = None, None
        try:
            answer = self._deliver(message.url, body, headers, allow_private=message.allow_private)
            status, pause_asked = answer.status, answer.retry_after
            error = "" if arrived(status) else f"the site answered {status}"
        except (PrivateTarget, Unreachable) as problem:
            error = problem.message
        attempts = message.attempts + 1
        pause = next_attempt(attempts, self._jitter(), pause_asked)
        return Attempted(
            message.id,
            message.endpoint_id,
            attempts,
            status,
            error,
            delivered=not error,
            due_at=service.clock() + pause if pause else None,
            gone=status == GONE,
        )


def envelope(service: Service, message: Waiting, now: datetime) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of one attempt."""
    secrets = service.custody.open_secrets(message.endpoint_id, message.secrets_sealed)
    if message.style == AKISMET:
        return _encode(akismet_form(message.payload, secrets[0])), dict(AKISMET_HEADERS)
    body = _encode(message.payload)
    return body, sign(secrets, message.id, int(now.timestamp()), body)


def _encode(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
