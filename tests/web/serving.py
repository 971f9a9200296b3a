"""A newsroom served over HTTP on loopback, as the product serves it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from moderation.cli.uvicorn_process import ReadyServer, ServiceConfig


@contextmanager
def serving(app) -> Iterator[tuple[str, ReadyServer]]:
    """The application on a free port; `should_exit` ends it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = ServiceConfig(app, host="127.0.0.1", port=port, log_level="warning", proxy_headers=False, lifespan="on")
    server = ReadyServer(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield f"http://localhost:{port}", server
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()
