"""uvicorn as this product runs it.

What this file decides
- httptools and uvloop, no access log (the proxy has one, and it would hold addresses), no `server` header, no proxy headers.
- Behind a proxy that speaks PROXY protocol the HTTP protocol is ours; it is chosen in the process that serves.
- Pages that follow the queue are let go as soon as the server stops, or it would wait for them until its patience ends.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from socket import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from moderation.api.client_address import proxied_protocol
from moderation.intake.address import read_trust
from moderation.settings import load_settings


class LettingGo:
    """Beside an HTTP protocol of uvicorn: the first connection that is told to end ends what the pages follow."""

    app: Any

    def shutdown(self) -> None:
        """Let the followers go, then end as uvicorn does."""
        stop = getattr(getattr(self.app, "state", None), "stop_following", None)
        if stop is not None:
            stop()
        super().shutdown()  # type: ignore[misc]


class ServiceConfig(uvicorn.Config):
    """uvicorn's configuration, completed where it is loaded: in each serving process."""

    def load(self) -> None:
        """Load as uvicorn does, then put our protocol in; another one if a proxy speaks PROXY protocol to us."""
        super().load()
        settings = load_settings()
        own = proxied_protocol(read_trust(settings.client_address, settings.trusted_proxies))
        self.http_protocol_class = type("ServiceHttp", (LettingGo, own or HttpToolsProtocol), {})


class ReadyServer(uvicorn.Server):
    """Says so when it is ready to take requests."""

    on_ready: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start as uvicorn does and tell."""
        await super().startup(sockets)
        if self.started:
            self.on_ready()


def settle_memory() -> None:
    """Call what was loaded permanent, and look through the rest less often: with lists, policies and a model in memory,
    collections took a seventh of the processor time of intake.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def build_config(made: Any, *, factory: bool = False, workers: int = 1) -> uvicorn.Config:
    """The configuration for an application or the name of its factory."""
    return ServiceConfig(
        made,
        factory=factory,
        workers=workers,
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=20,
    )


def build_server(config: uvicorn.Config, on_ready: Callable[[], None]) -> ReadyServer:
    """A server that calls `on_ready` once."""
    server = ReadyServer(config)
    server.on_ready = on_ready
    return server
