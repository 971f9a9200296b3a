"""Appeals in the store: what was decided about a wording, and the case in which somebody else looks again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, select

from moderation.appeals.eligibility import Decided
from moderation.storage.comments import find_row
from moderation.storage.ids import new_id
from moderation.storage.standing import latest_at
from moderation.storage.tables import CaseRow, CommentRow, Note, RevisionRow, VerdictRow
from moderation.vocabulary import Appeal, CaseState

APPEAL_DUE: Final = timedelta(hours=24)
KIND_APPEAL = "appeal"
BY_AUTHOR = "author"


def read_decided(session: Session, site_id: str, appeal: Appeal) -> Decided:
    """Where the newest wording stands, and who decided it.

    Raises:
        NotFound: this site has no such comment.
    """
    row = find_row(session, site_id, appeal.comment_id)
    verdict = session.exec(
        select(VerdictRow)
        .where(
            VerdictRow.comment_id == row.id, VerdictRow.revision == row.revision, col(VerdictRow.undone_at).is_(None)
        )
        .order_by(col(VerdictRow.at).desc())
    ).first()
    judged = session.exec(
        select(RevisionRow.judged_at).where(RevisionRow.comment_id == row.id, RevisionRow.number == row.revision)
    ).one()
    return Decided(
        status=latest_at(row, appeal.opened_at),
        decided_at=verdict.at if verdict else judged,
        decided_by=verdict.by_user if verdict else None,
        appealed=_cases(session, row, KIND_APPEAL) is not None,
    )


def open_appeal_case(session: Session, site_id: str, appeal: Appeal, barred: str | None) -> None:
    """A case for somebody who is not barred; the author's words stand beside it as a note."""
    row = find_row(session, site_id, appeal.comment_id)
    was = _cases(session, row, None)
    session.add(
        CaseRow(
            id=new_id(),
            site_id=site_id,
            lane=row.lane,
            comment_id=row.id,
            revision=row.revision,
            kind=KIND_APPEAL,
            state=CaseState.OPEN.value,
            severity=was.severity if was else 1,
            due_at=appeal.opened_at + APPEAL_DUE,
            grounds=list(row.grounds),
            ground=row.grounds[0] if row.grounds else None,
            section=was.section if was else "",
            article_id=row.article_id,
            author_id=row.author_id,
            language=was.language if was else "",
            score=was.score if was else 0.0,
            score_label=was.score_label if was else "",
            cluster=row.cluster,
            barred=barred,
            opened_at=appeal.opened_at,
        )
    )
    if appeal.words.strip():
        words = appeal.words.strip()
        session.add(
            Note(id=new_id(), site_id=site_id, comment_id=row.id, by_user=BY_AUTHOR, words=words, at=appeal.opened_at)
        )


def _cases(session: Session, row: CommentRow, kind: str | None) -> CaseRow | None:
    query = select(CaseRow).where(CaseRow.comment_id == row.id, CaseRow.revision == row.revision)
    if kind:
        query = query.where(CaseRow.kind == kind)
    return session.exec(query.order_by(col(CaseRow.id).desc())).first()
