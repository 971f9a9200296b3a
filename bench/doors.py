"""What each door adds to the bare scorer.

    python bench/doors.py [--calls 300] [--engine embedded] [--json]

The service runs as a process of its own on loopback, with the model that ships and SQLite. One client asks one call after
another over a kept connection, the doors in an order that changes, between them the scorer alone and the pipeline alone in this
process, so that all of them meet the same machine. Overhead is the difference of the medians over the scorer. Doors that store a
comment also judge it by all checks and wait for the disk; beside their overhead stands what is left of it over the pipeline
alone, which is the door's own part.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import http.client
import json
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from urllib.parse import urlencode

sys.path[0] = str(Path(__file__).resolve().parents[1])
GOAL_MS = 2.0
WORDS = (
    "the council road water bus school market people city train street park river bridge house light night morning paper "
    "year day plan vote budget tax price work shop farmer rain coast ferry harbour teacher doctor hospital library team "
    "built closed opened raised fixed needs wants says told asked waits pays reads hopes with from near under after before "
    "and but for not very still again soon never always old new long late good fair plain many few our their this that"
).split()
SECRET = "empsec_" + "5" * 64
ORIGIN = "https://news.example"
JSON = {"Content-Type": "application/json"}
UNJUDGED: list[str] = []
KEPT_BACK: list[str] = []
TOKENS: list[str] = []
Call = tuple[str, bytes, dict[str, str]]


def text_of(n: int) -> str:
    rng = Random(n)
    return " ".join(rng.choices(WORDS, k=40)).capitalize() + f" {n}."


def address(n: int) -> str:
    """Readers of many networks: the comments of one network within a minute are a wave, which is held."""
    spread = n * 2654435761 & 0xFFFFFF
    return f"10.{spread >> 16}.{spread >> 8 & 255}.{spread & 255}"


def comment(n: int, key: str) -> Call:
    body = {
        "article": {"id": f"a-{n % 50}", "title": "Road to be repaired"},
        "author": {"name": "Asha Shenoy", "email": f"reader{n}@reader.example"},
        "text": text_of(n),
        "disclaimer": {"accepted": True},
        "sender": {"ip": address(n)},
    }
    return "/api/v1/comments", json.dumps(body).encode(), {**JSON, "Authorization": f"Bearer {key}"}


def score(n: int, key: str) -> Call:
    return "/api/v1/score", json.dumps({"text": text_of(n)}).encode(), {**JSON, "Authorization": f"Bearer {key}"}


def openai(n: int, key: str) -> Call:
    return "/v1/moderations", json.dumps({"input": text_of(n)}).encode(), {**JSON, "Authorization": f"Bearer {key}"}


def perspective(n: int, key: str) -> Call:
    body = {"comment": {"text": text_of(n)}, "languages": ["en"], "requestedAttributes": {"TOXICITY": {}, "INSULT": {}}}
    return f"/v1alpha1/comments:analyze?key={key}", json.dumps(body).encode(), JSON


def akismet(n: int, key: str) -> Call:
    body = {"api_key": key, "blog": "https://n.example", "user_ip": address(n), "comment_content": text_of(n)}
    body |= {"comment_author": "Asha", "comment_author_email": f"reader{n}@reader.example"}
    return "/1.1/comment-check", urlencode(body).encode(), {"Content-Type": "application/x-www-form-urlencoded"}


def coral(n: int, _key: str) -> Call:
    body = {"action": "NEW", "comment": {"body": text_of(n)}, "author": {"id": f"u{n}"}, "story": {"id": f"s{n % 50}"}}
    raw = json.dumps(body, indent=2).encode()
    signed = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    return "/hooks/coral/gazette", raw, {**JSON, "X-Coral-Signature": signed}


def form(n: int, _key: str) -> Call:
    body = {
        "article": {"id": f"a-{n % 50}"},
        "name": "Asha Shenoy",
        "email": f"reader{n}@reader.example",
        "text": text_of(n),
        "accepted": True,
        "token": TOKENS.pop(),
    }
    return (
        "/embed/gazette/comments",
        json.dumps(body).encode(),
        {**JSON, "Origin": ORIGIN, "X-Forwarded-For": address(n)},
    )


STORES = "stores, seals, logs"
SCORER, PIPELINE = "the scorer alone", "the pipeline alone"
DOORS: dict[str, tuple[Callable[[int, str], Call], str]] = {
    "score": (score, "stores nothing"),
    "openai": (openai, "stores nothing"),
    "perspective": (perspective, "stores nothing"),
    "akismet": (akismet, STORES),
    "coral": (coral, STORES),
    "comments": (comment, STORES),
    "form": (form, STORES),
}


def serve(folder: str, port: int, engine: str) -> None:
    """The service as in production; the site has a Coral secret and an open form."""
    import uvicorn

    from moderation.app import create_app
    from moderation.bootstrap import build_service
    from moderation.intake.reader_form import FormRules
    from moderation.storage.coral_secrets import add_secret
    from moderation.storage.site_form import set_form
    from tests.factories import make_settings, prepare

    limits = {"requests_per_minute": 100_000_000, "client_address": "x_forwarded_for", "trusted_proxies": "127.0.0.1"}
    settings = make_settings(Path(folder), engine=engine, **limits)
    Path(folder, "key").write_text(prepare(settings)[0], encoding="ascii")
    service = build_service(settings)
    custody = service.custody
    add_secret(service.database, "gazette", SECRET, custody.seal_secrets, custody.open_secrets, service.clock())
    set_form(service.database, "gazette", FormRules(frozenset({ORIGIN})))
    service.scorer.wait(120)
    uvicorn.run(
        create_app(settings, service=service), port=port, log_level="error", access_log=False, proxy_headers=False
    )


class Bare:
    """The scorer alone, and the whole pipeline without a door, in this process."""

    def __init__(self, folder: Path, engine: str) -> None:
        from moderation.bootstrap import build_service
        from tests.factories import make_settings, prepare

        settings = make_settings(folder, engine=engine)
        prepare(settings)
        self.service = build_service(settings)
        self.service.scorer.wait(120)

    def score(self, n: int) -> float:
        from moderation.vocabulary import ScoreContext

        start = time.perf_counter()
        (found,) = self.service.scorer.score([text_of(n)], [ScoreContext()])
        took = time.perf_counter() - start
        assert not found.unavailable, found.unavailable
        return took * 1000

    def receive(self, n: int) -> float:
        from moderation.ports import Arrival
        from moderation.vocabulary import Article, Author, Comment, Door, Sender

        author, sender = Author("Asha Shenoy", f"reader{n}@reader.example"), Sender(ip=address(n))
        about = Article(f"a-{n % 50}", title="Road to be repaired")
        now = self.service.clock()
        arrival = Arrival("gazette", Comment(text_of(n), Door.API, about, author, sender, received_at=now))
        start = time.perf_counter()
        self.service.pipeline.receive([arrival])
        return (time.perf_counter() - start) * 1000


def ask(connection: http.client.HTTPConnection, call: Call) -> float:
    path, body, headers = call
    start = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    said = answer.read()
    took = (time.perf_counter() - start) * 1000
    if answer.status not in {200, 201, 204} or said == b"invalid":
        raise SystemExit(f"{path.partition('?')[0]} answered {answer.status}: {said[:200]!r}")
    if b"PREMOD" in said:
        UNJUDGED.append(path)
    if said == b"true" or any(word in said for word in (b'"held"', b'"rejected"', b"SYSTEM_WITHHELD", b"REJECTED")):
        KEPT_BACK.append(path)
    return took


def take_tokens(connection: http.client.HTTPConnection, many: int) -> None:
    """What the form's script asks for when a reader first touches the form, long before the comment is sent."""
    for _ in range(many):
        connection.request("GET", "/embed/gazette/token")
        TOKENS.append(json.loads(connection.getresponse().read())["token"])


def measure(port: int, key: str, calls: int, bare: Bare) -> dict[str, list[float]]:
    """Everything in turn, so that whatever else the machine does meets all of it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    take_tokens(connection, calls + 10)
    took: dict[str, list[float]] = {name: [] for name in (SCORER, PIPELINE, *DOORS)}
    number = 1_000_000
    for turn in range(calls + 10):
        order = list(took)
        Random(turn).shuffle(order)  # a call that follows a heavy one meets colder memory
        for name in order:
            number += 1
            if name in DOORS:
                spent = ask(connection, DOORS[name][0](number, key))
            else:
                spent = bare.score(number) if name == SCORER else bare.receive(number)
            if turn >= 10:
                took[name].append(spent)
    return took


def run(engine: str, calls: int) -> dict[str, list[float]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as own:
        line = [sys.executable, __file__, "--serve", folder, "--port", str(port), "--engine", engine]
        server = subprocess.Popen(line)
        bare = Bare(Path(own), engine)
        try:
            end = time.monotonic() + 180
            while time.monotonic() < end:
                try:
                    http.client.HTTPConnection("127.0.0.1", port, timeout=1).request("GET", "/healthz")
                    break
                except OSError:
                    time.sleep(0.2)
            return measure(port, Path(folder, "key").read_text("ascii"), calls, bare)
        finally:
            bare.service.close()
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def table(engine: str, took: dict[str, list[float]]) -> dict[str, object]:
    p50 = {name: statistics.median(spent) for name, spent in took.items()}
    rows = []
    for name, (_, does) in DOORS.items():
        over = p50[name] - p50[SCORER]
        rows.append(
            {
                "door": name,
                "does": does,
                "p50_ms": round(p50[name], 2),
                "p99_ms": round(sorted(took[name])[int(len(took[name]) * 0.99)], 2),
                "overhead_p50_ms": round(over, 2),
                "goal_ms": GOAL_MS,
                "met": over < GOAL_MS,
                "over_pipeline_ms": round(p50[name] - p50[PIPELINE], 2) if does == STORES else None,
            }
        )
    found: dict[str, object] = {"engine": engine, "calls": len(took[SCORER]), "coral_held_for_time": len(UNJUDGED)}
    found["held"] = len(KEPT_BACK)
    return {**found, "scorer_p50_ms": round(p50[SCORER], 2), "pipeline_p50_ms": round(p50[PIPELINE], 2), "doors": rows}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--engine", default="embedded")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve, asked.port, asked.engine)
        return
    found = table(asked.engine, run(asked.engine, asked.calls))
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    print(
        f"bare scorer ({found['engine']}): p50 {found['scorer_p50_ms']} ms, {found['calls']} calls a door, one client"
    )
    print(f"the pipeline alone, with checks, sealing, log and disk: p50 {found['pipeline_p50_ms']} ms")
    print(f"{'door':<12} {'p50 ms':>8} {'p99 ms':>8} {'over':>8} {'goal':>8}")
    for row in found["doors"]:  # type: ignore[attr-defined]
        met = "met" if row["met"] else "missed"
        figures = f"{row['p50_ms']:>8.2f} {row['p99_ms']:>8.2f} {row['overhead_p50_ms']:>8.2f}"
        rest = "" if row["over_pipeline_ms"] is None else f"; {row['over_pipeline_ms']:.2f} ms over the pipeline alone"
        print(f"{row['door']:<12} {figures} {'< 2 ms':>8} {met:<7} {row['does']}{rest}")
    print(f"{found['held']} of {4 * (asked.calls + 10)} stored comments were held, the others published")
    if found["coral_held_for_time"]:
        print(
            f"{found['coral_held_for_time']} calls of Coral were answered by holding, because they were not judged in time"
        )


if __name__ == "__main__":
    main()
