"""`kill -9` at every step boundary: what was answered 201 is there, what was not can be sent again and is there once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from sqlmodel import select

from moderation.storage.database import Database, open_engine
from moderation.storage.tables import CommentRow, LogEntry, RevisionRow, SenderRecord
from tests.factories import comment_body, make_settings, prepare

STEPS = [
    "before_checks",
    "before_decision",
    "before_writing",
    "after_rows_before_log",
    "after_log_before_commit",
    "after_commit_before_answer",
]
SENT, NTH = 6, 4


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(folder: Path, url: str, step: str, nth: int) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    script = str(Path(__file__).with_name("crashing_server.py"))
    server = subprocess.Popen([sys.executable, script, str(folder), url, str(port), step, str(nth)], env=os.environ)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server, port  # noqa: TRY300
        except OSError:
            assert server.poll() is None, "the server did not start"
            time.sleep(0.05)
    raise AssertionError("the server did not start in time")


def send(port: int, key: str, n: int) -> str | None:
    headers = {"authorization": f"Bearer {key}", "idempotency-key": f"k-{n}"}
    try:
        answer = httpx2.post(
            f"http://127.0.0.1:{port}/api/v1/comments", json=comment_body(f"Comment {n}"), headers=headers, timeout=10
        )
    except httpx2.HTTPError:
        return None
    return answer.json()["id"] if answer.status_code == 201 else None


@pytest.mark.timeout(120)
@pytest.mark.parametrize("step", STEPS)
def test_nothing_that_was_answered_is_lost_by_a_kill(tmp_path: Path, step: str) -> None:
    settings = make_settings(tmp_path)
    live, _, _ = prepare(settings)
    server, port = start(tmp_path, "", step, NTH)
    answered = {n: name for n in range(SENT) if (name := send(port, live, n))}
    server.wait(20)
    assert server.returncode == -9
    assert len(answered) < SENT
    again, port = start(tmp_path, "", "never", 0)
    try:
        later = {n: send(port, live, n) for n in range(SENT)}
    finally:
        again.terminate()
        again.wait(20)
    assert all(later.values())
    assert {n: later[n] for n in answered} == answered
    database = Database(open_engine(settings.database))
    with database.reading() as session:
        ids = set(session.exec(select(CommentRow.id)))
        assert ids == set(later.values())
        assert len(session.exec(select(RevisionRow)).all()) == len(session.exec(select(SenderRecord)).all()) == SENT
        assert list(session.exec(select(LogEntry.idx).order_by(LogEntry.idx))) == list(range(SENT * 3))
    database.close()
