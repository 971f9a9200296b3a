"""Many writers, one log: indices are contiguous and every record names its own leaf."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from moderation.storage.database import Database, open_engine
from moderation.storage.tables import LogEntry, SenderRecord
from tests.factories import make_settings, prepare

WRITERS, BATCHES, SIZE = 4, 6, 5


def write(folder: str, url: str, number: int) -> None:
    from moderation.bootstrap import build_service
    from moderation.ports import Arrival
    from moderation.scoring.loading import LoadingScorer
    from moderation.vocabulary import Article, Author, Comment, Door, Sender
    from tests.fakes import WordScorer

    service = build_service(make_settings(Path(folder), url), scorer=LoadingScorer(WordScorer))
    for batch in range(BATCHES):
        arrivals = [
            Arrival(
                "gazette",
                Comment(
                    f"writer {number} batch {batch} comment {n}",
                    Door.API,
                    article=Article(f"a-{n}"),
                    author=Author("Asha", f"r{n}@reader.example"),
                    sender=Sender(ip=f"203.0.113.{number}"),
                ),
            )
            for n in range(SIZE)
        ]
        outcomes = service.pipeline.receive(arrivals)
        if any(isinstance(outcome, Exception) for outcome in outcomes):
            os._exit(3)
    service.close()


@pytest.mark.timeout(120)
def test_four_writers_leave_no_gap_in_the_log(tmp_path: Path, empty_url: str) -> None:
    prepare(make_settings(tmp_path, empty_url))
    spawn = multiprocessing.get_context("spawn")
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    writers = [spawn.Process(target=write, args=(str(tmp_path), empty_url, n)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(100)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    database = Database(open_engine(empty_url))
    with database.reading() as session:
        entries = session.exec(select(LogEntry).order_by(LogEntry.idx)).all()
        records = session.exec(select(SenderRecord)).all()
    database.close()
    expected = WRITERS * BATCHES * SIZE
    assert [entry.idx for entry in entries] == list(range(expected * 3))
    assert len(records) == expected
    by_idx = {entry.idx: entry for entry in entries}
    assert all(by_idx[record.leaf_idx].ref == record.id for record in records)
