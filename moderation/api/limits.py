"""Bodies that are too large, or not JSON where JSON is spoken, are refused before they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.api.problems import TooLarge, UnsupportedMedia, of_error
from moderation.errors import ModerationError

COMMENT_LIMIT: Final = 64 * 1024
LETTER_LIMIT: Final = 10 * 1024 * 1024  # a scanned order, sent by a signed-in person
ARTICLE_LIMIT: Final = 320 * 1024  # a body of 256 KiB in JSON's clothes
SCORE_LIMIT: Final = 1024 * 1024  # a list of texts
LIMITS: Final = (
    ("/articles/", ARTICLE_LIMIT),
    ("/v1alpha1/", 256 * 1024),  # 20,480 bytes of text may be six times as long in JSON, and context comes with it
    ("/v1/moderations", SCORE_LIMIT),
    ("/api/v1/score", SCORE_LIMIT),
    ("/1.1/", 256 * 1024),  # text in percent signs, and all that WordPress tells of its server
)
SPEAK_JSON: Final = ("/api/v1/", "/embed/")
Answer = Callable[[str, ModerationError], ASGIApp]


def limit_of(path: str) -> int:
    """How many bytes a body may have at this path."""
    if path.endswith("/legal/new"):
        return LETTER_LIMIT
    return next((limit for part, limit in LIMITS if part in path), COMMENT_LIMIT)


class BodyLimit:
    """ASGI middleware: refuses a body over the route's limit, whether or not its length was announced.

    `answer` says so in the words of the protocol that is spoken at a path.
    """

    def __init__(self, app: ASGIApp, answer: Answer = lambda _path, _error: of_error(TooLarge())) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        announced = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if not announced.isdigit() or int(announced) > limit:
            await self._answer(scope["path"], TooLarge())(scope, receive, send)
            return
        if _says_no_json(scope):
            await of_error(UnsupportedMedia())(scope, receive, send)
            return
        await self._app(scope, _counting(receive, limit), send)


def _says_no_json(scope: Scope) -> bool:
    """Whether a body is announced for our own API as something else than JSON; other protocols have their own rules."""
    if scope["method"] not in {"POST", "PUT", "PATCH"} or not any(part in scope["path"] for part in SPEAK_JSON):
        return False
    headers = dict(scope["headers"])
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
    return has_body and kind != b"application/json" and not kind.endswith(b"+json")


def _counting(receive: Receive, limit: int) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise TooLarge
        return message

    return counted
