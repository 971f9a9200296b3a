"""Speed of the evidence room: sealing and logging, verifying the log, looking for an address without an index.

    python bench/evidence.py [--records 1800000] [--leaves 100000] [--distinct 60000]

- Sealing: a sender's details are closed, committed field by field and written into the log's database, fsync included, in
  batches of 64 as intake writes them; beside it the cryptography and JSON alone.
- The look-up reads from a real database and opens `--records` sealed records. They are made from `--distinct` really sealed
  ones that are gone through again and again; each is read and opened anew every time. Every record was sealed alone, which
  is the slowest case: records of one batch share a content key.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event, insert
from sqlmodel import SQLModel

from moderation.cli.output import ProgressBar
from moderation.evidence.batch import SealingBatch
from moderation.evidence.keys import EpochKeys
from moderation.evidence.merkle import root_of
from moderation.evidence.record import Leaf, LeafType, leaf
from moderation.evidence.search import SealedNetwork, search_address
from moderation.evidence.sender import SealedSender, seal_sender, sender_leaf
from moderation.evidence.signer import LogSigner
from moderation.evidence.vault import Vault
from moderation.evidence.verify import Row, verify_log
from moderation.storage.database import Database, open_engine
from moderation.storage.senders import networks_between
from moderation.storage.tables import HeldRecord, LogEntry, LogHead, SenderRecord
from moderation.storage.unit_of_work import PendingLeaf, table_of, unit_of_work
from moderation.vocabulary import Author, Sender

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BATCH = 64


def seal_one(keys: EpochKeys, number: int, batch: SealingBatch) -> tuple[SealedSender, Leaf]:
    """Close what is known of one sender and make its line of the log."""
    rid, cid = f"r{number:025d}", f"c{number:025d}"
    sealed = seal_sender(
        Sender(ip=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", port=40000, user_agent=AGENT),
        Author("Asha Rao", "asha@reader.example"),
        keys=keys, site="s", record_id=rid, comment_id=cid, at=AT, rng=os.urandom, batch=batch,
    )  # fmt: skip
    return sealed, sender_leaf(sealed, entry_id=rid, at=AT, nonce=os.urandom(16))


def row(sealed: SealedSender, idx: int) -> dict[str, Any]:
    """The row of a sealed record, as `storage/rows.py` writes it."""
    kept = {name: getattr(sealed, name) for name in ("comment_id", "epoch_net", "epoch_ident", "ct_net", "ct_ident")}
    more = {"id": sealed.record_id, "site_id": "s", "revision": 1, "action": "submit", "leaf_idx": idx}
    dated = {"created_at": AT + timedelta(milliseconds=idx), "retain_until": AT + timedelta(days=180)}
    return {**kept, **more, **dated, "retain_rule": "IN-CERT6", "purged_at": None}


def open_database(folder: Path) -> Database:
    """The log's tables alone, with the product's settings of SQLite; comments and their foreign keys are left out."""
    engine = open_engine(f"sqlite:///{folder / 'bench.db'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    tables = [table_of(model) for model in (SenderRecord, HeldRecord, LogEntry, LogHead)]
    SQLModel.metadata.create_all(engine, tables=tables)
    with engine.begin() as connection:
        connection.execute(insert(table_of(LogHead)).values(id=1, size=0))
    return Database(engine)


def write(database: Database, made: Sequence[tuple[SealedSender, Leaf]]) -> None:
    """Append a batch to the log, in one transaction."""
    with unit_of_work(database) as work:
        for sealed, entry in made:
            pending = PendingLeaf(entry.type, entry.body, entry.hash, entry.at, ref=entry.id, site_id="s")
            work.log(pending, SenderRecord, lambda idx, sealed=sealed: row(sealed, idx))


def bench_sealing(keys: EpochKeys, database: Database, batches: int = 100) -> None:
    """Close and log batches of comments."""
    alone, whole, used = [], [], []
    for number in range(batches):
        start, busy = time.perf_counter(), time.process_time()
        sealing = SealingBatch()
        made = [seal_one(keys, (1 << 24) + number * BATCH + n, sealing) for n in range(BATCH)]
        root_of([entry.hash for _, entry in made])
        alone.append((time.perf_counter() - start) / BATCH * 1000)
        write(database, made)
        whole.append((time.perf_counter() - start) / BATCH * 1000)
        used.append((time.process_time() - busy) / BATCH * 1000)
    single = []
    for number in range(500):
        start = time.perf_counter()
        seal_one(keys, number, SealingBatch())
        single.append((time.perf_counter() - start) * 1000)
    a_comment, closing, lone = statistics.median(whole), statistics.median(alone), statistics.median(single)
    cpu = statistics.median(used)
    print(
        f"sealing and log add: {a_comment:.3f} ms a comment, CPU {cpu:.3f} (p50 of {batches} batches of {BATCH}, fsync)"
    )
    print(f"  of which sealing, leaf and tree: {closing:.3f} ms; for a comment that comes alone {lone:.3f} ms")


def bench_verify(leaves: int) -> None:
    """Verify a log from its lines and its checkpoint."""
    rows = []
    for number in range(leaves):
        data = {"cid": f"c{number:025d}", "action": "publish", "grounds": [], "policy": "f" * 64}
        made = leaf(LeafType.DECISION_MADE, f"e{number}", AT, data, os.urandom(16))
        rows.append(Row(number, made.body, made.hash))
    with TemporaryDirectory() as folder:
        signer = LogSigner(Path(folder) / "s", origin="bench/log", rng=os.urandom)
        notes = [signer.sign(leaves, root_of([row.hash for row in rows]), [])]
        start = time.perf_counter()
        report = verify_log(rows, notes, keys=[signer.key])
        took = time.perf_counter() - start
    assert report.exit_code == 0
    print(f"verify: {leaves} leaves in {took:.2f} s")


def bench_search(keys: EpochKeys, vault: Vault, database: Database, records: int, distinct: int) -> None:
    """Find the comments of one address among all that were sealed."""
    with database.writing() as session:
        session.execute(table_of(SenderRecord).delete())
    for first in range(0, distinct, 1000):
        write(database, [seal_one(keys, n, SealingBatch()) for n in range(first, min(first + 1000, distinct))])
    opened = vault.unlock()
    private = {name: (entry.suite, opened.raw_key(name)) for name, entry in vault.state().epochs.items()}
    workers = os.cpu_count() or 1

    def chunks() -> Iterator[list[SealedNetwork]]:
        left = records
        while left > 0:
            for chunk in networks_between(database, "s", AT, AT + timedelta(days=180)):
                yield chunk[:left]
                left -= len(chunk[:left])
                if left <= 0:
                    return

    bar = ProgressBar("records")
    start, busy = time.perf_counter(), _cpu()
    found = search_address(
        chunks(), private, "10.0.1.7", workers=workers, progress=lambda done: bar.show(done, records)
    )
    took, cpu = time.perf_counter() - start, _cpu() - busy
    bar.end()
    assert (found.opened, found.closed, found.damaged) == (records, 0, ())
    print(
        f"search: {found.opened} records in {took:.1f} s on {workers} cores, CPU {cpu:.1f} s; {len(found.records)} found"
    )


def _cpu() -> float:
    """Seconds of this process and its ended children: what would be used on a machine that does nothing else."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_800_000)
    parser.add_argument("--leaves", type=int, default=100_000)
    parser.add_argument("--distinct", type=int, default=60_000)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        vault = Vault(Path(folder) / "vault", rng=os.urandom)
        vault.init(AT - timedelta(days=1))
        vault.mint(AT - timedelta(days=1), profile="IN", keep=timedelta(days=180))
        keys = EpochKeys.load(vault.state().rows.values())
        database = open_database(Path(folder))
        bench_sealing(keys, database)
        bench_verify(given.leaves)
        bench_search(keys, vault, database, given.records, given.distinct)
        database.close()


if __name__ == "__main__":
    main()
