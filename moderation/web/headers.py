"""Headers that keep browsers out of trouble, and the refusal of forms that other sites send.

What this file decides
- Content-Security-Policy: our own files only, nothing inline, no frame around us, forms to us alone.
- Pages are never stored; our versioned files may be kept for a year.
- A request that changes something must come from one of our own pages, whether somebody is signed in or not. The readers' form
  alone may also come from the origins that its site named: it acts for nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.access.csrf import ForeignRequest, refuse_foreign

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FOREVER: Final = "public, max-age=31536000, immutable"


class PageGuard:
    """ASGI middleware in front of all pages."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        origin: str,
        https: bool,
        refuse: Callable[[ForeignRequest], ASGIApp],
        admits: Callable[[str, str], bool] = lambda _path, _origin: False,
    ) -> None:
        self._app = app
        self._admits = admits
        self._origin = origin
        self._https = https
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        static = "/static/" in scope["path"] and "v=" in scope.get("query_string", b"").decode("latin-1")

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), static=static and message["status"] == 200)  # noqa: PLR2004
            await send(message)

        if scope["method"] not in SAFE and not self._admits(scope["path"], headers.get("origin", "")):
            scheme = "https" if self._https else scope["scheme"]
            own = {self._origin, f"{scheme}://{headers.get('host', '')}"}
            try:
                refuse_foreign(headers.get("sec-fetch-site"), headers.get("origin"), own)
            except ForeignRequest as problem:
                await self._refuse(problem)(scope, receive, guarded)
                return
        await self._app(scope, receive, guarded)

    def _add(self, headers: MutableHeaders, *, static: bool) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", FOREVER if static else "no-store")
        if self._https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
