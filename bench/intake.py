"""How many comments per second become durable, by real HTTP requests on loopback.

    python bench/intake.py [--seconds 5] [--workers 1] [--checks all] [--postgres URL] [--scoring] [--json]

Prints comments/s, p50 and p99 (ms) for 1, 8 and 64 clients, memory of the server, and beside them a bare loop of the same
INSERTs. Every answer counted is a 201, which is given after the commit's fsync. The comments are made before the clock runs,
but the clients share the processors with the server: `client_cpu_ms` says how much they took.

Without scoring there are two goals: 500/s with all checks, and 1,000/s with those that look at a comment's form and past
alone (`--checks first`). Sealing, log, callbacks and the pages' jobs run in both.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import chain, count
from pathlib import Path
from random import Random
from typing import Any, cast

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
GOALS = {"all": 500, "first": 1000}
FIRST = ("words", "links", "repeats", "flood", "form", "switches")
MOST_PER_SECOND = 2000  # comments that are made before the clock runs
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
SYLLABLES = "ka re mo ti na su le vo ri ja du pe shi ta ma ko ni ga be ro lu va sa de hi no ya pu ki me".split()
COMMON = (
    "the of to and in is that for this they we it was not on with are have be but our road water bus school".split()
)


def serve(folder: str, url: str, port: int, workers: int) -> None:
    """The server: everything as in production but the network's address; several processes share the port."""
    import uvicorn

    from tests.factories import make_settings, prepare

    live, _, _ = prepare(make_settings(Path(folder), url))
    Path(folder, "key").write_text(live, encoding="ascii")
    quiet = {"access_log": False, "log_level": "error", "proxy_headers": False}
    uvicorn.run("bench.intake:make_app", factory=True, port=port, workers=workers, **quiet)  # type: ignore[arg-type]


def make_app() -> Any:
    """The application of one server process, with or without the model."""
    from moderation import checks
    from moderation.app import create_app
    from moderation.bootstrap import build_service
    from moderation.cli.uvicorn_process import settle_memory
    from moderation.scoring.loading import LoadingScorer
    from tests.factories import make_settings
    from tests.fakes import WordScorer

    folder, url, scoring, asked = (os.environ[f"BENCH_{name}"] for name in ("FOLDER", "URL", "SCORING", "CHECKS"))
    if asked == "first":
        checks.run_checks.__kwdefaults__["order"] = tuple(one for one in checks.ORDER if one.NAME in FIRST)
    settings = make_settings(Path(folder), url, engine="embedded", requests_per_minute=100_000_000)
    scorer = None if scoring else LoadingScorer(WordScorer, name="none")
    service = build_service(settings, scorer=scorer)
    service.scorer.wait(60)
    app = create_app(settings, service=service)
    settle_memory()
    return app


def text_of(n: int, client: int) -> str:
    """Sixty words, half of them the common ones: readers do not repeat each other, so repeats must not be what is measured."""
    rng = Random(f"{client}/{n}")
    made = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 3))) for _ in range(30)]
    words = made + rng.choices(COMMON, k=30)
    rng.shuffle(words)
    return " ".join(words).capitalize() + "."


def body(n: int, client: int) -> bytes:
    comment = {
        "article": {"id": f"a-{n % 50}", "title": "Road to be repaired"},
        "author": {"name": "Asha Shenoy", "email": f"reader{(n * 64 + client) % 5000}@reader.example"},
        "text": text_of(n, client),
        "disclaimer": {"accepted": True},
        "sender": {"ip": f"10.{client}.{n // 250 % 250}.{n % 250}", "user_agent": "Mozilla/5.0"},
    }
    return json.dumps(comment).encode()


class Client(asyncio.Protocol):
    """One connection that sends a comment, waits for the answer and sends the next, until the time is over."""

    def __init__(
        self, requests: Iterator[bytes], until: float, times: list[float], ended: asyncio.Future[None]
    ) -> None:
        self.requests, self.until, self.times, self.ended = requests, until, times, ended
        self.answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.send()

    def send(self) -> None:
        self.started = time.perf_counter()
        if self.started < self.until:
            self.transport.write(next(self.requests))
        else:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        self.answer += data
        head, _, told = self.answer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if length is None or len(told) < int(length[1]):
            return
        if b" 201 " not in head[:16]:
            self.ended.set_exception(SystemExit(f"not a 201: {self.answer[:400]!r}"))
            return
        self.times.append(time.perf_counter() - self.started)
        self.answer = b""
        self.send()

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


def requests_of(client: int, key: str, ready: int) -> Iterator[bytes]:
    """What one client sends. The first `ready` are made before the clock runs: a reader's machine writes them, not this one."""
    made = [request(n, client, key) for n in range(ready)]
    return chain(made, (request(n, client, key) for n in count(ready)))


def request(n: int, client: int, key: str) -> bytes:
    data = body(n, client)
    head = (
        f"POST /api/v1/comments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


def load(clients: int, port: int, key: str, seconds: float) -> tuple[list[float], float]:
    """How long each comment took, in seconds, and the processor time of all clients together."""
    times: list[float] = []
    streams = [requests_of(n, key, round(MOST_PER_SECOND * seconds / clients)) for n in range(clients)]

    async def all_clients() -> None:
        loop, until = asyncio.get_running_loop(), time.perf_counter() + seconds
        ended = [loop.create_future() for _ in streams]
        for stream, end in zip(streams, ended, strict=True):
            await loop.create_connection(partial(Client, stream, until, times, end), "127.0.0.1", port)
        await asyncio.gather(*ended)

    before = time.process_time()
    uvloop.run(all_clients())
    return times, time.process_time() - before


def bare_inserts(folder: str, url: str, seconds: float) -> float:
    """The same rows, inserted by a bare loop in transactions of 64: what the database itself allows."""
    from sqlalchemy import insert

    from moderation.storage.database import Database, open_engine
    from moderation.storage.tables import CommentRow, LogEntry, RevisionRow, SenderRecord
    from moderation.storage.unit_of_work import table_of
    from tests.factories import make_settings

    database = Database(open_engine(make_settings(Path(folder), url).database))
    samples = {}
    with database.reading() as session:
        for model in (CommentRow, RevisionRow, SenderRecord, LogEntry):
            samples[model] = dict(session.execute(table_of(model).select().limit(1)).mappings().one())
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        with database.writing() as session:
            for i in range(64):
                name = f"bare-{done + i}"
                rows = {
                    CommentRow: [{**samples[CommentRow], "id": name, "status_token_hash": name}],
                    RevisionRow: [{**samples[RevisionRow], "comment_id": name}],
                    SenderRecord: [{**samples[SenderRecord], "id": name, "comment_id": name}],
                    LogEntry: [{**samples[LogEntry], "idx": 10**9 + (done + i) * 3 + k} for k in range(3)],
                }
                for model, row in rows.items():
                    session.execute(insert(table_of(model)), row)
        done += 64
    rate = done / (time.perf_counter() - started)
    database.close()
    return rate


def family(pid: int) -> list[int]:
    """A process and its children."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(int(child) for task in tasks for child in task.read_text(encoding="ascii").split())]


def memory_mb(pid: int) -> float:
    return sum(_memory_mb(one) for one in family(pid))


def _memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid: int) -> float:
    return sum(_cpu_seconds(one) for one in family(pid))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(name: str, url: str, port: int, args: argparse.Namespace) -> list[dict[str, object]]:
    scoring, seconds, workers = args.scoring, args.seconds, args.workers
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--serve", folder, "--url", url, "--port", str(port)]
        told = {"FOLDER": folder, "URL": url, "SCORING": "1" if scoring else "", "CHECKS": args.checks}
        asked = {f"BENCH_{key}": value for key, value in told.items()} | {"PYTHONPATH": "."}
        server = subprocess.Popen([*command, "--workers", str(workers)], env={**os.environ, **asked})
        try:
            wait_for(port, Path(folder, "key"))
            key = Path(folder, "key").read_text(encoding="ascii")
            load(8, port, key, 1)
            for clients in (1, 8, 64):
                before = cpu_seconds(server.pid)
                times, own = load(clients, port, key, seconds)
                times.sort()
                spent = cpu_seconds(server.pid) - before
                rows.append(
                    {
                        "database": name,
                        "checks": args.checks,
                        "scoring": scoring,
                        "processes": workers,
                        "clients": clients,
                        "per_second": round(len(times) / seconds),
                        "p50_ms": round(statistics.median(times) * 1000, 1),
                        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
                        "server_cpu_ms": round(spent * 1000 / len(times), 2),
                        "client_cpu_ms": round(own * 1000 / len(times), 2),
                        "memory_mb": round(memory_mb(server.pid)),
                    }
                )
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        rows.append({"database": name, "bare_inserts_per_second": round(bare_inserts(folder, url, seconds))})
    return rows


def wait_for(port: int, key: Path) -> None:
    import socket

    for _ in range(900):
        try:
            if key.exists():
                socket.create_connection(("127.0.0.1", port), 1).close()
                time.sleep(3)  # further processes start beside the first
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--postgres", default="", help="URL of an empty database; without it only SQLite is measured")
    parser.add_argument("--scoring", action="store_true")
    parser.add_argument("--workers", type=int, default=1, help="server processes")
    parser.add_argument("--checks", choices=GOALS, default="all")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve")
    parser.add_argument("--url", default="")
    parser.add_argument("--port", type=int, default=18311)
    args = parser.parse_args()
    if args.serve:
        serve(args.serve, args.url, args.port, args.workers)
        return
    rows = run("sqlite", "", args.port, args)
    if args.postgres:
        rows += run("postgresql", args.postgres, args.port + 1, args)
    for row in rows:
        print(json.dumps(row) if args.json else "  ".join(f"{k} {v}" for k, v in row.items()))
    best = max(int(r["per_second"]) for r in rows if r.get("clients") == 64)
    if not args.scoring and not args.json:
        goal = GOALS[args.checks]
        words = f"goal {goal}/s at 64 clients without scoring, checks: {args.checks}"
        print(f"{words}: {'reached' if best >= goal else 'missed'} ({best}/s)")


if __name__ == "__main__":
    main()
