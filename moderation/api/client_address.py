"""Put the sender's true address beside each request, and leave the peer where it is.

- The middleware writes `scope["state"]["client_address"]`; routes read it with `address_of`. uvicorn must run with
  `proxy_headers=False`: its own rewriting would lose the peer and, given `*`, believe the leftmost claim.
- `ProxiedHttp` is uvicorn's protocol with a PROXY v2 reader before it: from a trusted peer the header must come, whole
  and sound, or the connection is closed; from others it is not looked for.
- What counts as true is decided by `moderation.intake.address` alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any, ClassVar

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from moderation.errors import Unavailable
from moderation.intake.address import ClientAddress, Source, Trust, derive, fold_address
from moderation.intake.forwarded import BadElement
from moderation.intake.proxy_protocol import BadProxyHeader, ProxyHeader, read_proxy_header
from moderation.vocabulary import Sender

STATE_KEY = "client_address"
PROXY_KEY = "proxy_header"
KEPT_HEADERS = frozenset({"sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "accept-language"})


class AddressMissing(Unavailable):
    """no address was derived for this request"""

    code = "address_missing"
    hint = "the application must be wrapped in `ClientAddressMiddleware`"


class ClientAddressMiddleware:
    """Derives the address of every HTTP request once."""

    def __init__(self, app: ASGIApp, trust: Trust) -> None:
        self._app = app
        self._trust = trust

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            state: MutableMapping[str, Any] = scope.setdefault("state", {})
            peer = scope.get("client")
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
            state[STATE_KEY] = derive(
                (peer[0], peer[1]) if peer else None, headers, self._trust, proxy=state.get(PROXY_KEY)
            )
        await self._app(scope, receive, send)


def address_of(scope: Scope) -> ClientAddress:
    """The address that was derived for this request.

    Raises:
        AddressMissing: the middleware is not in front.
    """
    found = scope.get("state", {}).get(STATE_KEY)
    if not isinstance(found, ClientAddress):
        raise AddressMissing
    return found


def sender_of(scope: Scope, at: datetime, *, clock: str | None = None) -> Sender:
    """The sender of a browser's own request."""
    address = address_of(scope)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    quic = str(scope.get("http_version", "")).startswith("3")
    direct = "quic" if quic else "tcp"
    return Sender(
        ip=address.ip,
        port=address.port,
        user_agent=headers.get("user-agent"),
        referrer=headers.get("referer"),
        headers={name: value for name, value in headers.items() if name in KEPT_HEADERS},
        submitted_at=at,
        source=str(address.confidence),
        peer=address.peer,
        peer_port=address.peer_port,
        transport=address.transport or (direct if not address.header else None),
        forwarded=address.raw or None,
        clock=clock,
    )


def reported_address(text: str) -> str | None:
    """An address that a site's back end reports, in its one form, or None when it is no address."""
    try:
        return fold_address(text)
    except BadElement:
        return None


class ProxiedHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol, behind a proxy that speaks PROXY v2. `trust` is set once, before serving."""

    trust: ClassVar[Trust] = Trust(Source.PROXY_PROTOCOL)
    header_seconds: ClassVar[float] = 5.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer = self.client[0] if self.client else None
        self._awaited = self._is_ours(peer)
        self._start = b""
        self._timer = (
            asyncio.get_running_loop().call_later(self.header_seconds, self._give_up) if self._awaited else None
        )

    def data_received(self, data: bytes) -> None:
        if not self._awaited:
            super().data_received(data)
            return
        self._start += data
        try:
            header = read_proxy_header(self._start)
        except BadProxyHeader:
            self._give_up()
            return
        if header is not None:
            self._accept(header)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def _accept(self, header: ProxyHeader) -> None:
        self._awaited = False
        if self._timer is not None:
            self._timer.cancel()
        self.app_state = {**self.app_state, PROXY_KEY: header}
        rest = self._start[header.length :]
        self._start = b""
        if rest:
            super().data_received(rest)

    def _give_up(self) -> None:
        if self._awaited and not self.transport.is_closing():
            self.transport.close()

    def _is_ours(self, peer: str | None) -> bool:
        try:
            return self.trust.covers(fold_address(peer) if peer else None)
        except BadElement:
            return False


def proxied_protocol(trust: Trust) -> type[ProxiedHttp] | None:
    """The protocol class for `uvicorn.Config(http=…)`, or None when the source is not PROXY protocol."""
    if trust.source is not Source.PROXY_PROTOCOL:
        return None
    return type("TrustingProxiedHttp", (ProxiedHttp,), {"trust": trust})
