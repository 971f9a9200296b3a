"""A server that misbehaves as it is told: by a status, by silence, by dripping, or by hanging up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOODS: list[tuple[list[Any], str, int]] = [
    ([(503, b"{}"), (201, b'{"status": "published", "id": "1"}')], "published", 0),
    (["cut", (201, b'{"status": "held", "id": "1"}')], "held", 0),
    ([(500, b"oops"), (502, b"<html>")], "held", 1),
    ([(201, b"no json"), (401, b"{}")], "held", 1),
    ([(302, b""), (429, b"{}")], "held", 1),
    (["hang", "hang"], "held", 1),
    (["drip", "drip"], "held", 1),
    (["drip in the body", "drip in the body"], "held", 1),
]


class Moody(BaseHTTPRequestHandler):
    """Answers by the next mood."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        server: Any = self.server
        server.marks.append(self.headers["idempotency-key"])
        mood = server.moods.pop(0) if server.moods else "hang"
        if isinstance(mood, tuple):
            self._say(*mood)
            return
        self.close_connection = True
        if mood == "hang":
            server.over.wait(6)
        if isinstance(mood, bytes):
            self.wfile.write(mood)
        if mood == "drip":
            self._drip(server.over, b"HTTP/1.1 201 Created\r\n", b"x: y\r\n")
        if mood == "drip in the body":
            self._drip(server.over, b"HTTP/1.1 201 Created\r\n\r\n", b" ")

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/api/v1/comments")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, over: threading.Event, first: bytes, drop: bytes) -> None:
        try:
            self.wfile.write(first)
            for _ in range(60):
                self.wfile.write(drop)
                self.wfile.flush()
                if over.wait(0.1):
                    return
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def moody(moods: list[Any]) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Moody)
    server.daemon_threads = True
    server.moods, server.marks, server.over = list(moods), [], threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def took(started: float) -> float:
    return time.monotonic() - started
