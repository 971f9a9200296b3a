"""Who calls at the doors and how that went, in memory until somebody writes it down: an integrator's first question.

What this file decides
- A call is noted once its key is known. The last hundred of each kind (site, lane, well or not) wait here; more are
  forgotten, so a busy site fills neither the memory nor the database.
- A body and a query are kept for test keys only: a live one's hold a reader's details, and those are nobody's but the seal's.
  That there was a query is marked by `UNSAID`.
- A call that failed before its key was looked at (too large, no JSON) keeps the key's hash, so that it can be said whose it was.
"""

from __future__ import annotations

import threading
from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Final

KEPT: Final = 100
BODY_KEPT: Final = 16 * 1024
FAILED: Final = 400
TEST: Final = "test"
LIVE: Final = "live"
UNSAID: Final = "…"


@dataclass(slots=True)
class Call:
    """One call; the door fills in who calls, the middleware how it went."""

    method: str
    path: str
    at: datetime
    site_id: str = ""
    key_id: str = ""
    lane: str = ""
    key_hash: str = ""
    status: int = 0
    milliseconds: int = 0
    query: str = ""
    content_type: str = ""
    body: bytes | None = None
    answer: bytes = b""
    help_text: str = ""

    @property
    def failed(self) -> bool:
        """Whether the caller was told that something is wrong, by a status or by a protocol's own words."""
        return self.status >= FAILED or bool(self.help_text)


_present: ContextVar[Call | None] = ContextVar("present_call", default=None)


def begin_call(call: Call) -> None:
    """Let what runs from here on, on threads too, know the call that it belongs to."""
    _present.set(call)


def name_caller(site_id: str, key_id: str, lane: str) -> None:
    """Say whose the present call is."""
    call = _present.get()
    if call is not None:
        call.site_id, call.key_id, call.lane = site_id, key_id, lane


class CallBook:
    """Calls that wait to be written down."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str, bool], deque[Call]] = {}
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        """Keep a call whose caller is known or can be found out."""
        if not call.site_id and not (call.key_hash and call.failed):
            return
        if call.lane != TEST:
            call.body, call.query = None, UNSAID if call.query else ""
        kind = (call.site_id, call.lane, call.failed)
        with self._lock:
            kept = self._waiting.get(kind)
            if kept is None:
                kept = self._waiting[kind] = deque(maxlen=KEPT)
            kept.append(call)

    def take(self, *, everything: bool = True) -> list[Call]:
        """Take out what waits, oldest first; without `everything`, live calls that went well wait on."""
        with self._lock:
            kinds = [kind for kind in self._waiting if everything or kind[1] != LIVE or kind[2]]
            taken = [call for kind in kinds for call in self._waiting.pop(kind)]
        return sorted(taken, key=lambda call: call.at)
