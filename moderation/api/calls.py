"""Note every call at a door: method, path, status, time and, where something was wrong, what the caller was told.

What this file decides
- Only the doors are noted. A query is noted without the key, which whoever sends the call again gives anew.
- Of what an Akismet client sends only known fields are kept: WordPress posts its server's variables, cookies among them.
- Noting costs the request no disk; what a body says is looked at later, by whoever writes the calls down.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.access.api_keys import hash_key, looks_like_key
from moderation.api.akismet_call import only_known
from moderation.api.call_problem import problem_of
from moderation.bootstrap import Service
from moderation.call_book import BODY_KEPT, FAILED, TEST, Call, CallBook, begin_call
from moderation.storage.calls import Noted, write_calls

DOORS: Final = re.compile(r"/(?:api/v1|v1|v1alpha1|1\.[12]|hooks)/")
AKISMET: Final = re.compile(r"/1\.[12]/")
KEY_FIELDS: Final = frozenset({"key", "api_key"})
ANSWER_KEPT: Final = 4096
EVERY: Final = 5
HELP: Final = b"x-akismet-debug-help"
BEARER: Final = b"bearer "


class CallNotes:
    """ASGI middleware in front of everything else."""

    def __init__(self, app: ASGIApp, book: CallBook, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._book = book
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not DOORS.search(scope["path"]):
            await self._app(scope, receive, send)
            return
        call = Call(scope["method"], scope["path"], self._clock())
        begin_call(call)
        started, chunks = time.perf_counter(), _Chunks(receive)
        try:
            await self._app(scope, chunks.receive, _watching(call, send))
        finally:
            call.milliseconds = round((time.perf_counter() - started) * 1000)
            _complete(call, scope, chunks.kept)
            self._book.add(call)


class _Chunks:
    """Passes the body on and keeps its beginning, without a copy."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0
        self.kept: list[bytes] = []

    async def receive(self) -> Message:
        message = await self._receive()
        chunk = message.get("body")
        if chunk and self._size <= BODY_KEPT:
            self._size += len(chunk)
            self.kept.append(chunk)
        return message


def _watching(call: Call, send: Send) -> Send:
    async def watched(message: Message) -> None:
        if message["type"] == "http.response.start":
            call.status = message["status"]
            call.help_text = next((v.decode("latin-1") for k, v in message["headers"] if k.lower() == HELP), "")
        elif call.status >= FAILED and len(call.answer) < ANSWER_KEPT:
            call.answer += message.get("body", b"")[:ANSWER_KEPT]
        await send(message)

    return watched


def _complete(call: Call, scope: Scope, chunks: list[bytes]) -> None:
    call.status = call.status or 500
    if call.lane == TEST or call.failed:
        headers = dict(scope["headers"])
        call.content_type = headers.get(b"content-type", b"").decode("latin-1")[:100]
        given = headers.get(b"authorization", b"")
        if not call.site_id and given[:7].lower() == BEARER:
            key = given[7:].decode("latin-1")
            call.key_hash = hash_key(key) if looks_like_key(key) else ""
    if scope["query_string"]:
        call.query = _without_key(scope["query_string"].decode("latin-1"))
    if call.lane == TEST and chunks:
        call.body = _kept(call, b"".join(chunks)[: BODY_KEPT + 1])


def _without_key(query: str) -> str:
    return "&".join(part for part in query.split("&") if part.partition("=")[0] not in KEY_FIELDS)


def _kept(call: Call, body: bytes) -> bytes | None:
    whole = len(body) <= BODY_KEPT
    return only_known(body, call.content_type) if whole and AKISMET.search(call.path) else body


class CallWriter:
    """Writes the calls of this process down, off the requests' way."""

    def __init__(self) -> None:
        self._rounds = 0

    def round(self, service: Service) -> int:
        """Write tests and troubles at once, a busy site's good calls every fifth time. Never asks to be run again at once."""
        self._rounds += 1
        write_down(service, everything=self._rounds % EVERY == 0)
        return 0

    def finish(self, service: Service) -> None:
        """Write what is left."""
        write_down(service)


def write_down(service: Service, *, everything: bool = True) -> int:
    """Write down what waits in the book of this process; how many calls that was."""
    calls = service.calls.take(everything=everything)
    return write_calls(service.database, [Noted(call, problem_of(call)) for call in calls])
