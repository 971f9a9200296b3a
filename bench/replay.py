"""How long a replay of stored comments takes: `python -m bench.replay [--comments 1000000] [--workers 2] [--keep FOLDER]`.

Fills a fresh database (SQLite in a temporary folder unless told otherwise) with decided comments, one in nine with a verdict,
and replays them under a stricter policy as `moderation policy replay` does, reading included. 50,000 of the records differ;
the others repeat them under ids and times of their own. Prints the rate, the processor time and the memory. With `--keep` the
database stays in that folder, and is used again as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, String, Table, cast, event, func, literal, select
from sqlmodel import Session

from bench.policy import START, cpu_seconds, draw_input
from moderation.checks.catalogue import CHECKS
from moderation.policy import Policy, decide, load_policy
from moderation.policy.files import policy_path
from moderation.policy.record import encode_input
from moderation.policy.replay_pool import replay_all
from moderation.policy.replay_report import report
from moderation.storage.database import Database, open_engine
from moderation.storage.migrate import upgrade
from moderation.storage.records import decision_json
from moderation.storage.replay import PastReader, stretches
from moderation.storage.sites import add_site
from moderation.storage.tables import CommentRow, RevisionRow, VerdictRow
from moderation.storage.unit_of_work import table_of

DIFFERENT = 50_000
GAP = timedelta(seconds=2)
SITE = "bench"
TIMES = ("received_at", "updated_at", "created_at", "judged_at", "at", "settles_at")
"""Columns that move with a copy; those of `comment` that are empty stay so."""
NAMES = ("id", "comment_id", "status_token_hash")
"""Columns that must differ in a copy."""


def fill(database: Database, count: int, policy: Policy) -> None:
    """Write decided comments, one in nine with a verdict: the different ones by rows, the others as copies in the database."""
    draw = random.Random(7)
    add_site(database, SITE, "Bench", START)
    with database.writing() as session:
        numbers = range(min(count, DIFFERENT))
        inputs = [draw_input(draw, number) for number in numbers]
        made = [decide(policy, one) for one in inputs]
        rows = zip(numbers, inputs, made, strict=True)
        session.execute(table_of(CommentRow).insert(), [comment_row(n, made[n].action.value) for n in numbers])
        session.execute(
            table_of(RevisionRow).insert(),
            [
                revision_row(n, encode_input(one), decision_json(by), by.action.value, policy.hash)
                for n, one, by in rows
            ],
        )
        session.execute(table_of(VerdictRow).insert(), [verdict_row(n) for n in numbers if n % 9 == 0])
    for copy in range(1, -(-count // DIFFERENT)):
        with database.writing() as session:
            repeat(session, copy, min(DIFFERENT, count - copy * DIFFERENT), sqlite=database.is_sqlite)


def repeat(session: Session, copy: int, count: int, *, sqlite: bool) -> None:
    """Write the first comments once more, later and under other names."""
    for row, name in ((CommentRow, "id"), (RevisionRow, "comment_id"), (VerdictRow, "comment_id")):
        table = table_of(row)
        first = table.c[name].between("c000000000", f"c{count - 1:09d}")
        session.execute(table.insert().from_select(table.c.keys(), copied(table, copy, sqlite=sqlite).where(first)))


def copied(table: Table, copy: int, *, sqlite: bool) -> Select[Any]:
    later = GAP * DIFFERENT * copy
    columns: list[Any] = []
    for column in table.c:
        if column.name in NAMES:
            columns.append((literal(f"k{copy:05d}-") + cast(func.substr(column, 1, 57), String)).label(column.name))
        elif column.name in TIMES and sqlite:
            shift = f"+{later.total_seconds():.0f} seconds"
            columns.append(func.strftime("%Y-%m-%d %H:%M:%S.000000", column, shift).label(column.name))
        elif column.name in TIMES:
            columns.append((column + literal(later)).label(column.name))
        else:
            columns.append(column)
    return select(*columns)


def comment_row(number: int, action: str) -> dict[str, Any]:
    status = {"publish": "published", "hold": "held", "reject": "rejected"}[action]
    at = START + GAP * number
    return {
        "id": f"c{number:09d}", "site_id": SITE, "lane": "live", "door": "api", "status": status, "latest_status": status,
        "revision": 1, "grounds": [], "reasons": [], "message": "", "received_at": at, "updated_at": at,
        "status_token_hash": hashlib.sha256(str(number).encode()).hexdigest(),
    }  # fmt: skip


def revision_row(number: int, record: bytes, decision: dict[str, Any], action: str, policy: str) -> dict[str, Any]:
    at = START + GAP * number
    return {
        "comment_id": f"c{number:09d}", "number": 1, "site_id": SITE, "text": "A comment of the usual length. " * 8,
        "characters": 240, "language": "en", "record": record, "decision": decision, "action": action, "policy": policy,
        "engine": "encoder", "engine_version": "1.0", "created_at": at, "judged_at": at,
    }  # fmt: skip


def verdict_row(number: int) -> dict[str, Any]:
    at = START + GAP * number + timedelta(minutes=10)
    return {
        "id": f"v{number:09d}", "site_id": SITE, "comment_id": f"c{number:09d}", "revision": 1, "action": "publish",
        "before": {}, "by_user": "archive", "at": at, "settles_at": at,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", default="")
    parser.add_argument("--keep", type=Path, default=None, help="keep the filled SQLite file here, and use it again")
    asked = parser.parse_args()
    text = policy_path("default").read_text(encoding="utf-8")
    default = load_policy(text, path="default", checks=CHECKS)
    stricter = load_policy(text.replace("likely: 0.6,", "likely: 0.5,"), path="stricter", checks=CHECKS)
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        url = asked.database or f"sqlite:///{folder / 'replay.db'}"
        filled = not asked.database and (folder / "replay.db").exists()
        if not filled:
            upgrade(url)
        database = Database(open_engine(url))
        if not filled:
            start = time.perf_counter()
            loading = Database(open_engine(url))
            if loading.is_sqlite:  # only while it is filled: nothing is lost if that must be done again
                event.listen(loading.engine, "connect", lambda made, _: made.execute("PRAGMA synchronous=OFF"))
            fill(loading, asked.comments, default)
            loading.close()
            print(f"{asked.comments:,} comments written in {time.perf_counter() - start:.0f} s")
        measure(database, stricter, asked.workers)
        database.close()


def measure(database: Database, policy: Policy, workers: int) -> None:
    start, cpu = time.perf_counter(), cpu_seconds()
    parts, read = stretches(database, START), PastReader(database, SITE)
    tally = replay_all(policy, parts, read, checks=CHECKS, workers=workers)
    took, used = time.perf_counter() - start, cpu_seconds() - cpu
    found = report(tally)
    print(
        f"replay of {found.total:,} stored comments by {workers} processes: {took:.1f} s, {found.total / took:,.0f}/s"
    )
    print(f"processor time: {used:.1f} s, {used / found.total * 1e6:.0f} us each; {found.changed:,} would change")
    own, theirs = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"memory: {own:.0f} MB here, {theirs:.0f} MB in the largest process")


if __name__ == "__main__":
    main()
