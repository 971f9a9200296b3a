"""Replays that were asked for on a page: who does one, how far it is, and what came of it. Kept beside the version.

What this file decides
- One worker has a replay at a time; one that says nothing for a minute is taken to be gone, and another begins anew.
- What an earlier replay had found stays on the page until the new one is done.
- A text that is saved anew has no replay: whoever still works on the former text is told at the next step, and stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Text, cast
from sqlmodel import Session, col, select

from moderation.errors import NotFound
from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.tables import PolicyVersion

SILENT: Final = timedelta(seconds=60)
JOB: Final = "job"


class JobState(StrEnum):
    """Where a replay that was asked for stands."""

    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReplayJob:
    """A replay that somebody has taken on: of which version and text, since when, and the mark by which it is theirs."""

    version_id: str
    site_id: str
    text: str
    since: datetime
    mark: str


def ask_replay(database: Database, site_id: str, version_id: str, since: datetime) -> None:
    """Ask for a replay of a version; one that is under way goes on, and a second is not begun.

    Raises:
        NotFound: this site has no such version.
    """
    with database.writing() as session:
        row = _row(session, version_id)
        if row is None or row.site_id != site_id:
            raise NotFound(f"there is no version `{version_id}` of the policy here")
        job = (row.replay or {}).get(JOB)
        if job is None or job["state"] == JobState.FAILED.value:
            told = {"state": JobState.WAITING.value, "since": since.isoformat(), "done": 0, "total": 0}
            row.replay = {**(row.replay or {}), JOB: told}
            session.add(row)


def take_replay(database: Database, now: datetime) -> ReplayJob | None:
    """Take on a replay that waits, or one whose worker is gone."""
    wanted = (
        select(PolicyVersion.id)
        .where(cast(col(PolicyVersion.replay), Text).contains(f'"{JOB}"'))
        .order_by(col(PolicyVersion.id))
    )
    with database.reading() as session:
        found = list(session.exec(wanted))
    for version_id in found:
        with database.writing() as session:
            row = _row(session, version_id)
            job = (row.replay or {}).get(JOB) if row else None
            if row is None or job is None or not _is_free(job, now):
                continue
            mark = new_id()
            _change(session, row, {**job, "state": JobState.RUNNING.value, "mark": mark, "seen": now.isoformat()})
            return ReplayJob(row.id, row.site_id, row.text, datetime.fromisoformat(job["since"]).astimezone(UTC), mark)
    return None


def note_progress(database: Database, job: ReplayJob, done: int, total: int, now: datetime) -> bool:
    """Say how far a replay is; false when it is no longer wanted, or another's."""
    with database.writing() as session:
        row = _own(session, job)
        if row is None or row.replay is None:
            return False
        _change(session, row, {**row.replay[JOB], "done": done, "total": total, "seen": now.isoformat()})
        return True


def finish_replay(database: Database, job: ReplayJob, found: dict[str, object]) -> None:
    """Keep what a replay has found, in the place of what an earlier one had."""
    with database.writing() as session:
        row = _own(session, job)
        if row is not None:
            row.replay = found
            session.add(row)


def end_replay(database: Database, job: ReplayJob, state: JobState) -> None:
    """Give a replay back, for another worker, or as failed."""
    with database.writing() as session:
        row = _own(session, job)
        if row is not None and row.replay is not None:
            _change(session, row, {**row.replay[JOB], "state": state.value, "mark": "", "done": 0})


def _is_free(job: dict[str, Any], now: datetime) -> bool:
    if job["state"] == JobState.RUNNING.value:
        return now - datetime.fromisoformat(job["seen"]) > SILENT
    return bool(job["state"] == JobState.WAITING.value)


def _own(session: Session, job: ReplayJob) -> PolicyVersion | None:
    row = _row(session, job.version_id)
    return row if row is not None and (row.replay or {}).get(JOB, {}).get("mark") == job.mark else None


def _row(session: Session, version_id: str) -> PolicyVersion | None:
    return session.exec(select(PolicyVersion).where(PolicyVersion.id == version_id).with_for_update()).first()


def _change(session: Session, row: PolicyVersion, job: dict[str, Any]) -> None:
    row.replay = {**(row.replay or {}), JOB: job}
    session.add(row)
