"""Where a comment stands at a moment: what was told until the undo window ends, what was decided after it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from moderation.storage.authors import count_author
from moderation.storage.tables import CommentRow
from moderation.vocabulary import Lane, Status


def status_at(row: CommentRow, now: datetime) -> Status:
    """The status that the site is told at `now`."""
    if row.pending_status and row.settles_at and row.settles_at <= now:
        return Status(row.pending_status)
    return Status(row.status)


def settle_row(session: Session, row: CommentRow, now: datetime) -> bool:
    """Make a verdict whose window has ended the comment's standing; whether there was one."""
    if not row.pending_status or not row.settles_at or row.settles_at > now:
        return False
    before, after = Status(row.status), Status(row.pending_status)
    pending = row.pending or {}
    change_status(session, row, before, after, now)
    row.grounds, row.reasons = pending.get("grounds", []), pending.get("reasons", [])
    row.message = pending.get("message", "")
    row.pending_status, row.pending, row.settles_at = None, None, None
    session.add(row)
    return True


def change_status(session: Session, row: CommentRow, before: Status, after: Status, now: datetime) -> None:
    """Set the status and keep the author's counts and the published revision true."""
    row.status = after.value
    row.updated_at = now
    if after is Status.PUBLISHED:
        row.published_revision = row.revision
    elif after is not Status.HELD:
        row.published_revision = None
    if row.lane == Lane.LIVE.value:
        count_author(session, row.author_id, before, after)
    session.add(row)
