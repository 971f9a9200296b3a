"""Write what was received: revision, decision, sealed sender, log entries, case and outgoing messages, in one transaction.

What this file decides
- A batch goes in by a few bulk inserts. If that fails, each comment is tried alone under a savepoint, so that one bad row
  loses nobody else's comment.
- Numbers that other writers may change meanwhile (an author's counts) are added by the database, not overwritten.
- An idempotency key is stored with its answer in the same transaction: a kill leaves neither or both.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlmodel import Session, col, select

from moderation.errors import Conflict, ModerationError, Unavailable
from moderation.ports import Outcome, Received
from moderation.storage.addresses import write_addresses
from moderation.storage.articles import write_articles
from moderation.storage.authors import write_authors
from moderation.storage.cases import case_row, close_cases
from moderation.storage.database import Database
from moderation.storage.domains import learn_domains
from moderation.storage.outbox import endpoints_of, message_rows
from moderation.storage.rows import (
    comment_row,
    mark_row,
    outcome_of,
    revision_row,
    seen_rows,
    sender_row,
    status_of,
    told_of,
    what_is_told,
)
from moderation.storage.standing import change_status
from moderation.storage.tables import (
    CaseRow,
    CommentCallback,
    CommentRow,
    Idempotency,
    OutboxRow,
    RevisionRow,
    SenderRecord,
    TextSeen,
)
from moderation.storage.unit_of_work import PendingLeaf, UnitOfWork, table_of, unit_of_work
from moderation.vocabulary import Action, Lane, Status

log = structlog.get_logger(__name__)


class NotWritten(Unavailable):
    """the comment could not be written"""

    code = "not_written"
    hint = "send it again with the same idempotency key"


def write_received(
    database: Database, received: Sequence[Received], limits: dict[str, int]
) -> list[Outcome | ModerationError]:
    """Commit a batch; an outcome or an error for each, in order."""
    try:
        with unit_of_work(database) as work:
            done: list[Outcome | ModerationError] = list(_write(work, received, limits))
    except SQLAlchemyError:
        try:
            return _write_alone(database, received, limits)
        except SQLAlchemyError as problem:  # a full disk, a lost database: nothing of the batch is there
            return [_error_of(one, problem) for one in received]
    return done


def _write_alone(
    database: Database, received: Sequence[Received], limits: dict[str, int]
) -> list[Outcome | ModerationError]:
    done: list[Outcome | ModerationError] = []
    with unit_of_work(database) as work:
        for one in received:
            before = work.mark()
            try:
                with work.session.begin_nested():
                    done += _write(work, [one], limits)
            except OperationalError:
                raise  # the whole step may be gone with it: nothing more may be written in its place
            except SQLAlchemyError as problem:
                work.forget_since(before)
                done.append(_error_of(one, problem))
    return done


def _error_of(one: Received, problem: SQLAlchemyError) -> ModerationError:
    raced = isinstance(problem, IntegrityError) and (one.arrival.mark or one.arrival.revises)
    if raced:
        return Conflict("the same comment was written meanwhile", hint="read it again, or repeat with the same key")
    # Only the kind is logged: the message of a database error holds the comment.
    log.error("comment_not_written", comment=one.id, error=type(problem).__name__)
    return NotWritten()


def _write(work: UnitOfWork, received: Sequence[Received], limits: dict[str, int]) -> list[Outcome]:
    outcomes = [outcome_of(one, limits.get(one.arrival.site_id, 0)) for one in received]
    write_articles(work, received)
    authors = write_authors(work, received, [outcome.status for outcome in outcomes])
    new = [(one, author) for one, author in zip(received, authors, strict=True) if not one.arrival.revises]
    work.insert(CommentRow, [comment_row(one, author) for one, author in new])
    for one in received:
        if one.arrival.revises:
            _revise(work, one)
    work.insert(RevisionRow, [revision_row(one) for one in received])
    work.insert(
        TextSeen, [row for one, author in zip(received, authors, strict=True) for row in seen_rows(one, author)]
    )
    asked = [{"comment_id": one.id, "endpoint_id": one.arrival.callback} for one in received if one.arrival.callback]
    work.insert(CommentCallback, asked)
    pairs = list(zip(received, authors, strict=True))
    work.insert(CaseRow, [case_row(one, author) for one, author in pairs if _needs_person(one)])
    work.insert(OutboxRow, _messages(work.session, received))
    marks = [mark_row(one, outcome) for one, outcome in zip(received, outcomes, strict=True) if one.arrival.mark]
    work.insert(Idempotency, marks)
    write_addresses(work, received, authors)
    learn_domains(work.session, received, [outcome.status is Status.PUBLISHED for outcome in outcomes])
    for one in received:
        _log(work, one)
    return outcomes


def _needs_person(one: Received) -> bool:
    decision = one.judged.decision
    if one.arrival.shadow_only or not one.arrival.for_people:
        return False
    return decision.action is Action.HOLD or (decision.action is Action.PUBLISH and bool(decision.rules))


def _messages(session: Session, received: Sequence[Received]) -> list[dict[str, Any]]:
    told = [one for one in received if one.arrival.comment.lane is Lane.LIVE and not one.arrival.shadow_only]
    endpoints = {site_id: endpoints_of(session, site_id) for site_id in {one.arrival.site_id for one in told}}
    return [
        row
        for one in told
        for row in message_rows(endpoints[one.arrival.site_id], one.arrival.site_id, told_of(one), one.now)
    ]


def _revise(work: UnitOfWork, one: Received) -> None:
    row = work.session.exec(
        select(CommentRow)
        .where(CommentRow.site_id == one.arrival.site_id, col(CommentRow.id) == one.id)
        .with_for_update()
    ).one()
    if row.revision != one.revision - 1:
        raise IntegrityError("a newer revision exists", None, ValueError("revision"))
    close_cases(work.session, row.id, one.now)
    # The newest wording's bands stand for the comment; an edit that changes few words shares bands with the one before.
    work.session.execute(delete(table_of(TextSeen)).where(table_of(TextSeen).c.comment_id == row.id))
    row.revision = one.revision
    grounds, reasons, row.message = what_is_told(one)
    row.grounds, row.reasons = list(grounds), list(reasons)
    row.pending_status, row.pending, row.settles_at = None, None, None
    row.updated_at = one.now
    change_status(work.session, row, status_of(one), one.now)
    work.session.flush()


def _log(work: UnitOfWork, one: Received) -> None:
    for entry in one.leaves:
        work.log(PendingLeaf(entry.type, entry.body, entry.hash, one.now, ref=one.id, site_id=one.arrival.site_id))
    leaf = one.sender_leaf
    pending = PendingLeaf(leaf.type, leaf.body, leaf.hash, one.now, ref=one.sender_id, site_id=one.arrival.site_id)
    work.log(pending, SenderRecord, partial(sender_row, one))
