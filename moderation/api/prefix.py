"""One form of the path, whether the proxy in front keeps the prefix (`/moderation/…`) or takes it away.

Behind a prefix ASGI means the path to have it: static files and nested applications are found by what follows it. A proxy
that takes the prefix away gets it back here, before anything looks at the path.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class Prefixed:
    """ASGI middleware in front of everything."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if self._prefix and scope["type"] in {"http", "websocket"} and not f"{path}/".startswith(f"{self._prefix}/"):
            raw = scope.get("raw_path")
            scope = {**scope, "path": self._prefix + path}
            if raw is not None:
                scope["raw_path"] = self._prefix.encode("ascii", "replace") + raw
        await self._app(scope, receive, send)
