"""Speed of the evidence room: sealing and logging, verifying the log, looking for an address without an index.

    python bench/evidence.py [--records 1800000] [--leaves 100000] [--distinct 60000]

The look-up opens `--records` sealed records. They are made from `--distinct` really sealed ones that are gone through
again and again, since sealing 1.8 million first would take longer than the search; each is opened anew every time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from moderation.evidence.keys import EpochKeys
from moderation.evidence.merkle import root_of
from moderation.evidence.opening import SealedRecord
from moderation.evidence.record import LeafType, leaf
from moderation.evidence.search import search_address
from moderation.evidence.sender import seal_sender, sender_leaf
from moderation.evidence.signer import LogSigner
from moderation.evidence.vault import Vault
from moderation.evidence.verify import Row, verify_log
from moderation.vocabulary import Author, Sender

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def seal_one(keys: EpochKeys, number: int) -> tuple[SealedRecord, bytes, bytes]:
    rid, cid = f"r{number:025d}", f"c{number:025d}"
    sealed = seal_sender(
        Sender(ip=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", port=40000, user_agent=AGENT),
        Author("Asha Rao", "asha@reader.example"),
        keys=keys, site="s", record_id=rid, comment_id=cid, at=AT, rng=os.urandom,
    )  # fmt: skip
    made = sender_leaf(sealed, entry_id=rid, at=AT, nonce=os.urandom(16))
    return SealedRecord(rid, "s", cid, 1, number, AT, sealed.ct_net, sealed.ct_ident), made.body, made.hash


def bench_sealing(keys: EpochKeys, batches: int = 60, size: int = 64) -> None:
    per = []
    for batch in range(batches):
        start = time.perf_counter()
        hashes = []
        for number in range(size):
            _, _, digest = seal_one(keys, batch * size + number)
            hashes.append(digest)
        root_of(hashes)
        per.append((time.perf_counter() - start) / size * 1000)
    print(f"sealing and leaf: {statistics.median(per):.3f} ms a comment (p50 of {batches} batches of {size})")


def bench_verify(leaves: int) -> None:
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


def bench_search(keys: EpochKeys, vault: Vault, records: int, distinct: int) -> None:
    made = [seal_one(keys, number)[0] for number in range(distinct)]
    opened = vault.unlock()
    private = {name: (entry.suite, opened.raw_key(name)) for name, entry in vault.state().epochs.items()}
    workers = os.cpu_count() or 1

    def chunks() -> Iterator[list[SealedRecord]]:
        left = records
        while left > 0:
            for start in range(0, min(left, distinct), 2000):
                part = made[start : start + min(2000, left)]
                left -= len(part)
                yield part

    def bar(done: int) -> None:
        sys.stderr.write(f"\r[{'#' * (40 * done // records):<40}] {done}/{records}")
        sys.stderr.flush()

    start = time.perf_counter()
    found = search_address(chunks(), private, "10.0.1.7", workers=workers, progress=bar)
    took = time.perf_counter() - start
    sys.stderr.write("\n")
    print(f"search: {found.opened} records in {took:.1f} s on {workers} cores, {len(found.records)} from the address")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_800_000)
    parser.add_argument("--leaves", type=int, default=100_000)
    parser.add_argument("--distinct", type=int, default=60_000)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        vault = Vault(Path(folder) / "vault", rng=os.urandom)
        vault.init(AT - timedelta(days=1))
        vault.mint(AT - timedelta(days=1), profile="IN", keep=timedelta(days=180))
        keys = EpochKeys.load(vault.state().rows.values())
        bench_sealing(keys)
        bench_verify(given.leaves)
        bench_search(keys, vault, given.records, given.distinct)


if __name__ == "__main__":
    main()
