"""The transaction in which a person decides: read the case under a lock, write the verdict, or take it back.

What this file decides
- SQLite's BEGIN IMMEDIATE and PostgreSQL's row lock make sure that a case is decided once.
- The comment keeps its status until the undo window ends; the message to the site waits in the outbox for the same moment.
- A verdict taken back inside the window leaves no message; after it, the former status comes back and the change is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from moderation.appeals.eligibility import Decided
from moderation.callbacks.message import Told
from moderation.errors import Conflict, NotFound
from moderation.evidence.record import Leaf
from moderation.review.opinion import Answer, Question
from moderation.review.verdict import OpenCase, VerdictPlan
from moderation.storage.appeals import open_appeal_case, read_decided
from moderation.storage.database import Database
from moderation.storage.opinions import question_of, write_answer, write_question
from moderation.storage.outbox import cancel_messages, endpoints_of, message_rows
from moderation.storage.sites import EDITOR_PUBLISHES
from moderation.storage.standing import change_status, settle_row
from moderation.storage.tables import CaseRow, CommentRow, OutboxRow, Site, VerdictRow
from moderation.storage.unit_of_work import PendingLeaf, UnitOfWork, unit_of_work
from moderation.vocabulary import Action, Appeal, CaseState, Ground, Lane, Status


class SqlStep:
    """One transaction of the people's side."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.session = work.session
        self._cases: dict[tuple[str, str], CaseRow] = {}  # read once and locked until the step ends
        self._comments: dict[tuple[str, str], CommentRow] = {}

    def case(self, site_id: str, case_id: str) -> OpenCase:
        """The case and its comment, locked.

        Raises:
            NotFound: this site has no such case.
        """
        row = self._case_row(site_id, case_id)
        case = open_case(row, self._comment_row(site_id, row.comment_id))
        if Ground.DEFAMATORY.value not in case.grounds:
            return case
        site = self.session.get(Site, site_id)
        return replace(case, defamation_needs_editor=bool(site and site.settings.get(EDITOR_PUBLISHES)))

    def verdict(self, site_id: str, verdict_id: str) -> VerdictPlan:
        """A verdict that was given.

        Raises:
            NotFound: this site has no such verdict.
        """
        row = self.session.exec(
            select(VerdictRow).where(VerdictRow.site_id == site_id, VerdictRow.id == verdict_id).with_for_update()
        ).first()
        if row is None:
            raise NotFound(f"there is no verdict `{verdict_id}` here")
        return plan_from(row)

    def write_verdict(self, plan: VerdictPlan, leaf: Leaf, *, case: OpenCase) -> None:
        """Write the verdict, close the case, and let the comment's new standing wait for the end of the undo window."""
        row = self._case_row(plan.site_id, plan.case_id)
        comment = self._comment_row(plan.site_id, plan.comment_id)
        settle_row(self.session, comment, plan.at)
        before = _before(row, comment)
        row.state, row.version = CaseState.DECIDED.value, row.version + 1
        row.decided_at, row.decided_by = plan.at, plan.by
        row.leased_by = row.leased_until = None
        comment.pending_status, comment.settles_at = plan.status.value, plan.settles_at
        comment.pending = {"grounds": list(plan.grounds), "reasons": list(plan.reasons)}
        self.session.add(row)
        self.session.add(comment)
        self.work.session.flush()
        self.work.insert(VerdictRow, [_verdict_values(plan, before)])
        if comment.lane == Lane.LIVE.value and plan.status.value != comment.latest_status:
            told = _told(comment, plan.status, plan.grounds, plan.reasons)
            due = plan.settles_at
            rows = message_rows(
                endpoints_of(self.session, plan.site_id, plan.comment_id),
                plan.site_id,
                told,
                plan.at,
                due_at=due,
                verdict_id=plan.id,
            )
            self.work.insert(OutboxRow, rows)
        self.work.log(_pending(leaf, plan))
        assert case.id == row.id

    def undo_verdict(self, plan: VerdictPlan, leaf: Leaf, now: datetime) -> None:
        """Take a verdict back and open its case again.

        Raises:
            Conflict: the comment has a newer wording, which the verdict never judged.
        """
        comment = self._comment_row(plan.site_id, plan.comment_id)
        if comment.revision != plan.revision:
            raise Conflict("the comment has a newer wording", hint="decide its new case")
        verdict = self.session.exec(select(VerdictRow).where(VerdictRow.id == plan.id)).one()
        verdict.undone_at = now
        self.session.add(verdict)
        told_already = settle_row(self.session, comment, now) or comment.pending_status is None
        if told_already:
            self._go_back(plan, comment, verdict.before, now)
        else:
            cancel_messages(self.session, plan.id)
        comment.pending_status, comment.pending, comment.settles_at = None, None, None
        self.session.add(comment)
        self._reopen(plan, verdict.before)
        self.session.flush()
        self.work.log(_pending(leaf, plan))

    def question(self, case_id: str) -> Question:
        """The open question about a case.

        Raises:
            NotFound: nobody asked.
        """
        return question_of(self.session, case_id)

    def write_question(self, question: Question, leaf: Leaf) -> None:
        """Hand the case to a colleague."""
        row = self._case_row(question.site_id, question.case_id)
        write_question(self.session, row, question)
        self._log_about(leaf, row)

    def write_answer(self, answer: Answer, leaf: Leaf) -> None:
        """Write the second view, or that the question was taken back."""
        row = self._case_row(answer.question.site_id, answer.question.case_id)
        write_answer(self.session, row, answer)
        self._log_about(leaf, row)

    def decided(self, site_id: str, appeal: Appeal) -> Decided:
        """What was decided about the wording that an appeal is about.

        Raises:
            NotFound: this site has no such comment.
        """
        return read_decided(self.session, site_id, appeal)

    def open_appeal(self, site_id: str, appeal: Appeal, barred: str | None, leaf: Leaf) -> None:
        """Open the case in which somebody else looks again."""
        open_appeal_case(self.session, site_id, appeal, barred)
        entry = PendingLeaf(leaf.type, leaf.body, leaf.hash, leaf.at, ref=appeal.comment_id, site_id=site_id)
        self.session.flush()
        self.work.log(entry)

    def _log_about(self, leaf: Leaf, row: CaseRow) -> None:
        entry = PendingLeaf(leaf.type, leaf.body, leaf.hash, leaf.at, ref=row.comment_id, site_id=row.site_id)
        self.work.log(entry)

    def _go_back(self, plan: VerdictPlan, comment: CommentRow, before: dict[str, Any], now: datetime) -> None:
        was, to = Status(comment.latest_status), Status(before["status"])
        comment.published_revision = before["published_revision"]
        change_status(self.session, comment, to, now)
        comment.grounds, comment.reasons = before["grounds"], before["reasons"]
        if comment.lane == Lane.LIVE.value and was is not to:
            told = _told(comment, to, comment.grounds, comment.reasons, previous=was)
            self.session.flush()
            self.work.insert(
                OutboxRow,
                message_rows(endpoints_of(self.session, plan.site_id, plan.comment_id), plan.site_id, told, now),
            )

    def _reopen(self, plan: VerdictPlan, before: dict[str, Any]) -> None:
        row = self._case_row(plan.site_id, plan.case_id)
        row.state = before["case_state"]
        row.version += 1
        row.decided_at = row.decided_by = None
        self.session.add(row)

    def _case_row(self, site_id: str, case_id: str) -> CaseRow:
        row = self._cases.get((site_id, case_id))
        if row is None:
            query = select(CaseRow).where(CaseRow.site_id == site_id, CaseRow.id == case_id)
            row = self.session.exec(query.with_for_update()).first()
        if row is None:
            raise NotFound(f"there is no case `{case_id}` here")
        self._cases[site_id, case_id] = row
        return row

    def _comment_row(self, site_id: str, comment_id: str) -> CommentRow:
        row = self._comments.get((site_id, comment_id))
        if row is None:
            query = select(CommentRow).where(CommentRow.site_id == site_id, col(CommentRow.id) == comment_id)
            row = self.session.exec(query.with_for_update()).first()
        if row is None:
            raise NotFound(f"there is no comment `{comment_id}` here")
        self._comments[site_id, comment_id] = row
        return row


@contextmanager
def open_step(database: Database) -> Iterator[SqlStep]:
    """A transaction that ends with its leaves appended."""
    with unit_of_work(database) as work:
        yield SqlStep(work)


def open_case(row: CaseRow, comment: CommentRow) -> OpenCase:
    """A stored case as the room of review sees it."""
    return OpenCase(
        id=row.id,
        site_id=row.site_id,
        comment_id=row.comment_id,
        revision=row.revision,
        version=row.version,
        state=CaseState(row.state),
        grounds=tuple(row.grounds),
        comment_status=Status(comment.latest_status),
        comment_revision=comment.revision,
        pending_status=Status(comment.pending_status) if comment.pending_status else None,
        settles_at=comment.settles_at,
        published_revision=comment.published_revision,
        barred=row.barred,
        decided_by=row.decided_by,
        lane=row.lane,
        external_id=comment.external_id,
        due_at=row.due_at,
        asked_by=row.asked_by,
        asked_of=row.asked_of,
    )


def plan_from(row: VerdictRow) -> VerdictPlan:
    """A stored verdict as the room of review sees it."""
    action = Action(row.action)
    return VerdictPlan(
        id=row.id,
        site_id=row.site_id,
        case_id=row.case_id or "",
        comment_id=row.comment_id,
        revision=row.revision,
        action=action,
        ground=Ground(row.ground) if row.ground else None,
        words=row.words or "",
        by=row.by_user,
        at=row.at,
        settles_at=row.settles_at,
        status=Status.PUBLISHED if action is Action.PUBLISH else Status.REJECTED,
        status_before=Status(row.before["status"]),
        undone_at=row.undone_at,
        batch_id=row.batch_id,
    )


def _before(case: CaseRow, comment: CommentRow) -> dict[str, Any]:
    return {
        "status": comment.latest_status,
        "grounds": comment.grounds,
        "reasons": comment.reasons,
        "published_revision": comment.published_revision,
        "case_state": case.state,
    }


def _verdict_values(plan: VerdictPlan, before: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": plan.id,
        "site_id": plan.site_id,
        "case_id": plan.case_id,
        "comment_id": plan.comment_id,
        "revision": plan.revision,
        "action": plan.action.value,
        "ground": plan.ground.value if plan.ground else None,
        "words": plan.words or None,
        "before": before,
        "by_user": plan.by,
        "at": plan.at,
        "settles_at": plan.settles_at,
        "batch_id": plan.batch_id,
    }


def _told(comment: CommentRow, status: Status, grounds: Any, reasons: Any, *, previous: Status | None = None) -> Told:
    changed = previous
    if changed is None and Status(comment.latest_status) is not Status.HELD:
        changed = Status(comment.latest_status)
    return Told(comment.id, comment.external_id, comment.revision, status, list(grounds), list(reasons), changed)


def _pending(leaf: Leaf, plan: VerdictPlan) -> PendingLeaf:
    return PendingLeaf(leaf.type, leaf.body, leaf.hash, leaf.at, ref=plan.comment_id, site_id=plan.site_id)
