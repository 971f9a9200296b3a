"""A replay that was asked for is done by one worker, given up when it must be, and never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from moderation.policy.files import policy_path
from moderation.policy_desk import PolicyDesk
from moderation.ports import Arrival
from moderation.replay_desk import Replayer
from moderation.storage.replay_jobs import (
    SILENT,
    JobState,
    end_replay,
    finish_replay,
    note_progress,
    take_replay,
)
from moderation.vocabulary import Article, Author, Comment, Door
from moderation.workers import Job, Workers, all_jobs
from tests.conftest import drop_postgres, make_postgres
from tests.factories import World, make_world
from tests.fakes import WordScorer

LIGHT = policy_path("light").read_text(encoding="utf-8")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SITE = "gazette"


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = "" if request.param == "sqlite" else make_postgres()
    made = make_world(tmp_path, url, scorer=WordScorer())
    yield made
    made.close()
    if url:
        drop_postgres(url)


@pytest.fixture
def desk(world: World) -> PolicyDesk:
    return PolicyDesk(world.service.database, world.service.shelf)


def asked(desk: PolicyDesk) -> str:
    draft = desk.save(SITE, LIGHT, by="u1")
    desk.ask_replay(SITE, draft, SINCE)
    return draft


def test_one_worker_has_it_until_it_falls_silent(world: World, desk: PolicyDesk) -> None:
    database, draft = world.service.database, asked(desk)
    first = take_replay(database, NOW)
    assert first is not None
    assert (first.version_id, first.site_id, first.since, first.text) == (draft, SITE, SINCE, LIGHT)
    desk.ask_replay(SITE, draft, SINCE - timedelta(days=1))
    assert take_replay(database, NOW) is None
    assert note_progress(database, first, 10, 20, NOW + SILENT)
    assert take_replay(database, NOW + 2 * SILENT) is None
    second = take_replay(database, NOW + 3 * SILENT)
    assert second is not None
    assert not note_progress(database, first, 12, 20, NOW)
    finish_replay(database, first, {"comments": 1})
    assert desk.version(SITE, draft).replay["job"]["state"] == "running"
    finish_replay(database, second, {"comments": 2})
    assert desk.version(SITE, draft).replay == {"comments": 2}


def test_a_text_that_is_saved_anew_needs_no_replay_of_the_former_one(world: World, desk: PolicyDesk) -> None:
    database, draft = world.service.database, asked(desk)
    job = take_replay(database, NOW)
    assert job is not None
    desk.save(SITE, LIGHT + "\n", by="u1", version_id=draft)
    assert not note_progress(database, job, 1, 2, NOW)
    finish_replay(database, job, {"comments": 1})
    assert desk.version(SITE, draft).replay is None


def test_whoever_serves_or_works_does_replays() -> None:
    (job,) = [one for one in all_jobs() if one.name == "replay"]
    assert isinstance(job.run.__self__, Replayer)  # type: ignore[attr-defined]
    assert job.halt is not None


def test_a_failed_one_may_be_asked_for_again(world: World, desk: PolicyDesk) -> None:
    database, draft = world.service.database, asked(desk)
    job = take_replay(database, NOW)
    assert job is not None
    end_replay(database, job, JobState.FAILED)
    assert take_replay(database, NOW + timedelta(days=1)) is None
    desk.ask_replay(SITE, draft, SINCE)
    assert take_replay(database, NOW) is not None


def test_what_fails_is_said_and_ends(world: World, desk: PolicyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = asked(desk)
    monkeypatch.setattr("moderation.storage.replay._page", lambda *_: 1 / 0)
    assert Replayer().round(world.service) == 1
    assert desk.version(SITE, draft).replay["job"]["state"] == "failed"


def test_workers_that_stop_give_it_back_and_the_next_ones_do_it(
    world: World, desk: PolicyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = Comment("A fair report.", Door.API, Article("a-1"), Author("Asha"), received_at=datetime.now(UTC))
    world.service.pipeline.receive([Arrival(SITE, comment)])
    draft, replayer = asked(desk), Replayer()
    workers = Workers(world.service, [Job("replay", 0.01, replayer.round, halt=replayer.halt)])
    # the workers are stopped while this replay counts what it has to do
    monkeypatch.setattr("moderation.policy_desk.count_past", lambda *_: replayer.halt() or 1)
    workers.start()
    assert replayer.halted.wait(30)
    workers.stop()
    assert desk.version(SITE, draft).replay["job"]["state"] == "waiting"
    monkeypatch.undo()
    assert Replayer().round(world.service) == 1
    assert desk.version(SITE, draft).replay["comments"] == 1
