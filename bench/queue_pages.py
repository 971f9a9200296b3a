"""Does the queue stay quick when a site grows? The same pages over few comments and over many, on both databases.

    python -m bench.queue_pages [--comments 1000000] [--waiting 50000] [--postgres URL] [--only sqlite] [--rounds 40] [--json]

Fills a database of its own with 1,000 comments and another with a million (5 % of them waiting), signs a moderator in at each,
and asks two real servers on loopback for each page over HTTP, in turns. Prints the median and the 95th percentile in
milliseconds, and for the pages that have a goal the goal beside the figure: focus page, list and search within twice their
time at 1,000 comments; a decision's round trip, with the next case in its answer, under 100 ms at the 95th percentile. The
databases are dropped at the end. (Not `queue.py`: a script
beside a file of that name could no longer import the standard library's.)
"""

# ruff: noqa: E402 - the import path is mended first, see below
from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

sys.path[0] = str(Path(__file__).resolve().parents[1])

import httpx2
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from moderation.access.sessions import LinkPurpose
from moderation.storage.people import make_link
from moderation.vocabulary import Role
from tests.crowd import RARE, Crowd
from tests.web.newsroom import Newsroom, open_newsroom
from tests.web.serving import serving

FEW, FEW_WAITING = 1000, 200
WARM, AHEAD = 3, 3  # rounds that are not counted; cases that a page has ready
TWICE, ROUND_TRIP_MS = 2.0, 100.0
PAGES = {
    "focus page": "queue",
    "list": "list",
    "search": f"list?status=all&words={RARE}",
    "search, a common word": "list?status=all&words=council",
    "list, by ground": "list?ground=spam",
    "list, by section": "list?section=section-3",
    "list, by article": "list?article=a-7",
    "list, by author": "list?author={author}",
    "list, by language": "list?language=kn",
    "list, by score": "list?score_from=0.40&score_to=0.50",
    "list, last hours": "list?hours=2",
    "list, rejected as spam": "list?status=rejected&ground=spam",
    "list, published": "list?status=published",
    "comment": "comments/{comment}",
    "author": "authors/{author}",
    "second opinions": "opinions",
}
GOALS = ("focus page", "list", "search")


class Visitor:
    """A signed-in moderator's browser without a screen."""

    def __init__(self, room: Newsroom, base: str) -> None:
        user = room.person("Meera Nair", roles=[Role.MODERATOR, Role.EDITOR])
        self.client = httpx2.Client(base_url=base, timeout=60, headers={"Sec-Fetch-Site": "same-origin"})
        token = make_link(room.database, user, LinkPurpose.SIGN_IN, os.urandom, datetime.now(UTC))
        self.client.get(f"/sign-in/link/{token}")  # the page looks whether a cookie can be kept
        entered = self.client.post(f"/sign-in/link/{token}")
        assert entered.status_code == 303, (entered.status_code, entered.text[:300])

    def get(self, path: str) -> str:
        answer = self.client.get(f"/s/gazette/{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def begin(self) -> None:
        """Open the queue as a page's script knows it: the cases that are ready, and the session's token."""
        page = self.get("queue")
        self.csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
        self.known = cases_of(page)
        self.comment = re.search(r"/comments/(\w+)", page).group(1)
        self.author = re.search(r"/authors/(\w+)", self.get("list")).group(1)

    def decide(self) -> float:
        """Reject the case that is shown, as the page's script does; the answer brings the next one. How long it took."""
        case, version = self.known.pop(0)
        ahead = ",".join(one for one, _ in self.known)
        body = {"csrf": self.csrf, "version": version, "ground": "spam", "ahead": ahead}
        started = time.perf_counter()
        answer = self.client.post(f"/s/gazette/cases/{case}/reject", data=body, headers={"X-Fragment": "1"})
        took = time.perf_counter() - started
        assert answer.status_code == 200, answer.text[:300]
        seen = {one for one, _ in self.known}
        self.known += [one for one in cases_of(answer.text) if one[0] not in seen]
        return took


def cases_of(page: str) -> list[tuple[str, str]]:
    """Ids and versions of the cases in a page, in its order."""
    return re.findall(r'data-case="([^"]+)"[\s\S]*?name="version" value="(\d+)"', page)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def database(postgres: str) -> Iterator[str]:
    """The address of an empty database of one's own; empty for a new SQLite file."""
    if not postgres:
        yield ""
        return
    name = f"bench_{uuid4().hex[:12]}"
    admin = create_engine(make_url(postgres).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@contextmanager
def filled(postgres: str, comments: int, waiting: int) -> Iterator[Visitor]:
    """A moderator in front of a server of its own over so many comments."""
    with tempfile.TemporaryDirectory() as folder, database(postgres) as url:
        room = open_newsroom(Path(folder), url)
        try:
            started = time.perf_counter()
            Crowd(room, comments, waiting).write()
            say(f"  {comments:,} comments, {waiting:,} open cases written in {time.perf_counter() - started:.0f} s")
            with serving(room.app) as (base, _):
                visitor = Visitor(room, base)
                visitor.begin()
                yield visitor
        finally:
            room.world.close()


def measure(few: Visitor, many: Visitor, rounds: int) -> dict[str, list[list[float]]]:
    """Seconds of every page and of a decision, over few comments and over many, in turns: what else the machine does in these
    minutes then slows both alike.
    """
    found = {}
    for name, path in PAGES.items():
        asked = [(one, path.format(comment=one.comment, author=one.author)) for one in (few, many)]
        found[name] = in_turns([partial(one.get, where) for one, where in asked], rounds)
    decisions = min(5 * rounds, FEW_WAITING - WARM - AHEAD)
    found["decision"] = in_turns([few.decide, many.decide], decisions)
    return found


def in_turns(works: list[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Seconds of each of these works, done in turns; the first few rounds warm up."""
    taken = [[timed(work) for work in works] for _ in range(rounds + WARM)][WARM:]
    return [list(times) for times in zip(*taken, strict=True)]


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def at(times: list[float], share: float) -> float:
    """Milliseconds that this share of the times does not exceed."""
    ordered = sorted(times)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def rows_of(kind: str, found: dict[str, list[list[float]]]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for name, (few, many) in found.items():
        small, large = 1000 * statistics.median(few), 1000 * statistics.median(many)
        row: dict[str, object] = {"database": kind, "what": name, "few_ms": small, "many_ms": large}
        row |= {"few_p95_ms": at(few, 0.95), "many_p95_ms": at(many, 0.95)}
        if name in GOALS:
            row |= {"goal": f"<= {TWICE:g} x", "met": large <= TWICE * small}
        if name == "decision":
            row |= {"goal": f"p95 < {ROUND_TRIP_MS:g} ms", "met": at(many, 0.95) < ROUND_TRIP_MS}
        rows.append(row)
    return rows


def show(row: dict[str, object]) -> str:
    ratio = float(row["many_ms"]) / float(row["few_ms"])  # type: ignore[arg-type]
    goal = f"{row['goal']}: {'met' if row['met'] else 'MISSED'}" if "goal" in row else ""
    return (
        f"{row['database']:<11} {row['what']:<24} {row['few_ms']:8.1f} {row['few_p95_ms']:8.1f} "
        f"{row['many_ms']:8.1f} {row['many_p95_ms']:8.1f} {ratio:6.2f}  {goal}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--waiting", type=int, default=0, help="open cases; without it 5 in a hundred comments")
    parser.add_argument("--postgres", default="postgresql://postgres@127.0.0.1:5432/postgres")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = []
    if not asked.json:
        print(f"{'':<36} {'1,000':>8} {'p95':>8} {asked.comments:>8,} {'p95':>8} {'ratio':>6}  (ms)")
    for kind, postgres in (("sqlite", ""), ("postgresql", asked.postgres)):
        if asked.only not in {None, kind}:
            continue
        waiting = asked.waiting or asked.comments // 20
        with filled(postgres, FEW, FEW_WAITING) as few, filled(postgres, asked.comments, waiting) as many:
            made = rows_of(kind, measure(few, many, asked.rounds))
        rows += made
        if not asked.json:
            print("\n".join(show(row) for row in made), flush=True)
    if asked.json:
        print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
