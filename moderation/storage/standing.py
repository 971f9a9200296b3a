"""Where a comment stands at a moment.

What this file decides
- A comment has a status for readers, and its newest wording has one of its own: while an edit is held or after it was
  rejected, the earlier wording stays published.
- A verdict changes nothing that is told until its undo window ends.
- An author's counts and the published wording follow every change.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from moderation.storage.authors import count_author
from moderation.storage.domains import learn_from_verdict
from moderation.storage.tables import CommentRow
from moderation.vocabulary import Lane, Status


def readers_status(row: CommentRow, latest: Status) -> Status:
    """The comment's status for readers when its newest wording stands at `latest`."""
    earlier = row.published_revision is not None and row.published_revision != row.revision
    return Status.PUBLISHED if earlier and latest in {Status.HELD, Status.REJECTED} else latest


def status_at(row: CommentRow, now: datetime) -> Status:
    """The status that the site is told at `now`."""
    if row.pending_status and row.settles_at and row.settles_at <= now:
        return readers_status(row, Status(row.pending_status))
    return Status(row.status)


def latest_at(row: CommentRow, now: datetime) -> Status:
    """The status of the newest wording at `now`."""
    settled = row.pending_status and row.settles_at and row.settles_at <= now
    return Status(row.pending_status if settled and row.pending_status else row.latest_status)


def settle_row(session: Session, row: CommentRow, now: datetime) -> bool:
    """Make a verdict whose window has ended the comment's standing; whether there was one."""
    if not row.pending_status or not row.settles_at or row.settles_at > now:
        return False
    after, pending = Status(row.pending_status), row.pending or {}
    change_status(session, row, after, now)
    learn_from_verdict(session, row, after, now)
    row.grounds, row.reasons = pending.get("grounds", []), pending.get("reasons", [])
    row.message = ""
    row.pending_status, row.pending, row.settles_at = None, None, None
    session.add(row)
    return True


def change_status(session: Session, row: CommentRow, latest: Status, now: datetime) -> None:
    """Set the status of the newest wording, and with it the comment's."""
    before, after = Status(row.status), readers_status(row, latest)
    row.latest_status, row.status, row.updated_at = latest.value, after.value, now
    if latest is Status.PUBLISHED:
        row.published_revision = row.revision
    elif after is not Status.PUBLISHED and latest is not Status.WITHDRAWN:
        row.published_revision = None
    if row.lane == Lane.LIVE.value:
        count_author(session, row.author_id, before, after)
    session.add(row)
