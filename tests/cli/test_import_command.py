"""`moderation import`: an archive with its human decisions becomes history that can be replayed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from moderation import bootstrap
from moderation.policy_desk import PolicyDesk
from moderation.storage.tables import CaseRow, CommentRow, LogEntry, OutboxRow, RevisionRow, SenderRecord
from moderation.vocabulary import Action
from tests.factories import World, make_world
from tests.fakes import WordScorer

LINES = [
    {
        "id": 1,
        "text": "You idiot.",
        "created_at": "2025-03-01T10:00:00+05:30",
        "decision": "reject",
        "ground": "insulting",
    },
    {"id": 2, "text": "What an idiot.", "created_at": "2025-03-02T10:00:00", "decision": "publish"},
    {
        "id": 3,
        "text": "A fair report.",
        "created_at": "2025-03-03T10:00:00Z",
        "decision": "publish",
        "author": {"name": "Asha Shenoy", "email": "asha@reader.example"},
        "article": {"id": "old-1", "title": "Tram", "section": "city"},
    },
]
BROKEN = ['{"text": "no decision", "created_at": "2025-03-01T10:00:00Z"}', "not json", '{"decision": "publish"}']


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = make_world(tmp_path, scorer=WordScorer())
    for name in ("data_dir", "vault_dir", "secrets_dir"):
        monkeypatch.setenv(f"MODERATION_{name.upper()}", str(getattr(made.settings, name)))
    monkeypatch.setattr(bootstrap, "build_service", lambda _settings: made.service)
    monkeypatch.setattr(type(made.service), "close", lambda _self: None)
    yield made
    monkeypatch.undo()
    made.close()


def bring(tmp_path: Path, lines: list[str], *more: str):
    file = tmp_path / "archive.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return CliRunner().invoke(import_module("moderation.cli.import").app, [str(file), "--site", "gazette", *more])


def test_an_archive_is_history_that_a_replay_can_use(world: World, tmp_path: Path) -> None:
    done = bring(tmp_path, [json.dumps(line) for line in LINES])
    assert (done.exit_code, done.stdout) == (0, "3 comments brought in, 0 were here already, 0 lines left out\n")
    desk = PolicyDesk(world.service.database, world.service.shelf)
    policy = desk.in_force("gazette").policy
    found = desk.replay("gazette", policy, datetime(2020, 1, 1, tzinfo=UTC))
    assert (found.total, found.verdicts, found.changed) == (3, 3, 0)
    assert found.table[Action.HOLD][Action.HOLD] == 2
    assert found.first == datetime(2025, 3, 1, 4, 30, tzinfo=UTC)


def test_nothing_is_told_opened_or_kept_of_senders(world: World, tmp_path: Path) -> None:
    bring(tmp_path, [json.dumps(line) for line in LINES])
    with world.service.database.reading() as session:
        statuses = {row.external_id: row.status for row in session.exec(select(CommentRow))}
        assert statuses == {"1": "rejected", "2": "published", "3": "published"}
        for table in (CaseRow, OutboxRow, SenderRecord):
            assert session.exec(select(table)).all() == []
        assert "asha@reader.example" not in repr(session.exec(select(RevisionRow)).all())
        logged = session.exec(select(LogEntry).where(LogEntry.type == "config.changed")).one()
    assert '"comments":3' in (logged.body or b"").decode()


def test_running_it_again_brings_only_what_is_new(world: World, tmp_path: Path) -> None:
    bring(tmp_path, [json.dumps(line) for line in LINES[:2]])
    done = bring(tmp_path, [json.dumps(line) for line in LINES])
    assert done.stdout == "1 comments brought in, 2 were here already, 0 lines left out\n"


def test_lines_with_faults_are_told_and_the_rest_is_brought(world: World, tmp_path: Path) -> None:
    done = bring(tmp_path, [json.dumps(LINES[0]), *BROKEN], "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {"imported": 1, "known": 0, "refused": 3, "dry_run": False}
    assert "archive.jsonl:2: `decision` must be `publish` or `reject`" in done.stderr


def test_a_dry_run_writes_nothing(world: World, tmp_path: Path) -> None:
    assert "3 comments brought in" in bring(tmp_path, [json.dumps(line) for line in LINES], "--dry-run").stdout
    with world.service.database.reading() as session:
        assert session.exec(select(CommentRow)).all() == []
