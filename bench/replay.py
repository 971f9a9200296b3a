"""How long a replay of stored comments takes: `python -m bench.replay [--comments 1000000] [--workers 2] [--database URL]`.

Fills a fresh database (SQLite in a temporary folder unless told otherwise) with decided comments, one in nine with a verdict,
and replays them under a stricter policy as `moderation policy replay` does, reading included. 50,000 of the records differ;
the others repeat them under ids and times of their own. Prints the rate, the processor time and the memory.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.policy import START, cpu_seconds, draw_input
from moderation.checks.catalogue import CHECKS
from moderation.policy import Policy, decide, load_policy
from moderation.policy.files import policy_path
from moderation.policy.record import encode_input
from moderation.policy.replay import report
from moderation.policy.replay_pool import replay_all
from moderation.storage.database import Database, open_engine
from moderation.storage.migrate import upgrade
from moderation.storage.records import decision_json
from moderation.storage.replay import read_past
from moderation.storage.sites import add_site
from moderation.storage.tables import CommentRow, RevisionRow, VerdictRow
from moderation.storage.unit_of_work import table_of

DIFFERENT = 50_000
CHUNK = 20_000
SITE = "bench"


def fill(database: Database, count: int, policy: Policy) -> None:
    """Write decided comments, one in nine with a verdict."""
    draw = random.Random(7)
    inputs = [draw_input(draw, number) for number in range(min(count, DIFFERENT))]
    kept = [(encode_input(one), decision_json(made := decide(policy, one)), made.action.value) for one in inputs]
    add_site(database, SITE, "Bench", START)
    for first in range(0, count, CHUNK):
        numbers = range(first, min(first + CHUNK, count))
        drawn = [(number, *draw.choice(kept)) for number in numbers]
        with database.writing() as session:
            session.execute(
                table_of(CommentRow).insert(), [comment_row(number, action) for number, _, _, action in drawn]
            )
            session.execute(table_of(RevisionRow).insert(), [revision_row(*one, policy.hash) for one in drawn])
            session.execute(table_of(VerdictRow).insert(), [verdict_row(n) for n in numbers if n % 9 == 0])


def comment_row(number: int, action: str) -> dict[str, Any]:
    status = {"publish": "published", "hold": "held", "reject": "rejected"}[action]
    at = START + timedelta(seconds=number * 2)
    return {
        "id": f"c{number:09d}", "site_id": SITE, "lane": "live", "door": "api", "status": status, "latest_status": status,
        "revision": 1, "grounds": [], "reasons": [], "message": "", "received_at": at, "updated_at": at,
        "status_token_hash": hashlib.sha256(str(number).encode()).hexdigest(),
    }  # fmt: skip


def revision_row(number: int, record: bytes, decision: dict[str, Any], action: str, policy: str) -> dict[str, Any]:
    at = START + timedelta(seconds=number * 2)
    return {
        "comment_id": f"c{number:09d}", "number": 1, "site_id": SITE, "text": "A comment of the usual length. " * 8,
        "characters": 240, "language": "en", "record": record, "decision": decision, "action": action, "policy": policy,
        "engine": "encoder", "engine_version": "1.0", "created_at": at, "judged_at": at,
    }  # fmt: skip


def verdict_row(number: int) -> dict[str, Any]:
    at = START + timedelta(seconds=number * 2 + 600)
    return {
        "id": f"v{number:09d}", "site_id": SITE, "comment_id": f"c{number:09d}", "revision": 1, "action": "publish",
        "before": {}, "by_user": "archive", "at": at, "settles_at": at,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", default="")
    parser.add_argument("--folder", type=Path, default=None, help="keep the filled SQLite file here, and use it again")
    asked = parser.parse_args()
    text = policy_path("default").read_text(encoding="utf-8")
    default = load_policy(text, path="default", checks=CHECKS)
    stricter = load_policy(text.replace("likely: 0.6,", "likely: 0.5,"), path="stricter", checks=CHECKS)
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        url = asked.database or f"sqlite:///{folder / 'replay.db'}"
        filled = not asked.database and (folder / "replay.db").exists()
        if not filled:
            upgrade(url)
        database = Database(open_engine(url))
        if not filled:
            fill(database, asked.comments, default)
        measure(database, stricter, asked.workers)
        database.close()


def measure(database: Database, policy: Policy, workers: int) -> None:
    start, cpu = time.perf_counter(), cpu_seconds()
    tally = replay_all(policy, read_past(database, SITE, START), checks=CHECKS, workers=workers)
    took, used = time.perf_counter() - start, cpu_seconds() - cpu
    found = report(tally)
    print(
        f"replay of {found.total:,} stored comments by {workers} processes: {took:.1f} s, {found.total / took:,.0f}/s"
    )
    print(f"processor time: {used:.1f} s, {used / found.total * 1e6:.0f} us each; {found.changed:,} would change")
    own, theirs = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"memory: {own:.0f} MB here, {theirs:.0f} MB in the largest process")


if __name__ == "__main__":
    sys.exit(main())
