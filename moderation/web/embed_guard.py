"""Which pages of other sites may talk to the form: the middleware in front of everything under `/embed/`.

What this file decides
- An answer is readable only for the origins that the site named, and for our own pages; there are no cookies and no credentials.
- A comment that a browser sends from another origin is refused before it is read. Without an `Origin` no browser page sent it.
- The script and its style sheet may be loaded from anywhere: they hold nothing but themselves.
- It stands outside the limit of bodies and of what catches errors, so that a page can read why it was refused, whoever refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.api.problems import of_error
from moderation.web.form_send import OriginNotAllowed

MOUNT: Final = "/embed/"
FILES: Final = frozenset({"form.js", "form.css"})
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "600",
}
ALWAYS: Final = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class EmbedGuard:
    """ASGI middleware of the whole service; what is not the form's it lets through."""

    def __init__(self, app: ASGIApp, *, origins_of: Callable[[str], Collection[str]], https: bool) -> None:
        self._app = app
        self._origins_of = origins_of
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        if not path.startswith(MOUNT):
            await self._app(scope, receive, send)
            return
        first = path.removeprefix(MOUNT).partition("/")[0]
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        readable = self._readable(first, origin, headers.get("host", ""), scope["scheme"])

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), readable)
            await send(message)

        if scope["method"] == "OPTIONS":
            answer = Response(status_code=204, headers=PREFLIGHT) if readable else of_error(OriginNotAllowed())
            await answer(scope, receive, guarded)
        elif scope["method"] not in SAFE and origin is not None and not readable:
            await of_error(OriginNotAllowed())(scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)

    def _readable(self, first: str, origin: str | None, host: str, scheme: str) -> str:
        """The origin that may read the answer; empty when it may not."""
        if first in FILES:
            return "*"
        if origin is None:
            return ""
        own = f"{'https' if self._https else scheme}://{host}"
        return origin if origin == own or origin in self._origins_of(first) else ""


def _add(headers: MutableHeaders, readable: str) -> None:
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    headers.add_vary_header("Origin")
    if readable:
        headers["Access-Control-Allow-Origin"] = readable
