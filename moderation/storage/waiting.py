"""Comments that are held only because a score was missing, and their second judgement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from moderation.callbacks.message import Told
from moderation.evidence.record import Leaf
from moderation.policy.record import decode_input
from moderation.ports import Arrival, Judged, Waiting
from moderation.review.priority import highest_harm, rank
from moderation.storage.cases import KIND_HELD, KIND_REVIEW, KIND_UNAVAILABLE, close_cases
from moderation.storage.database import Database
from moderation.storage.domains import learn_from_verdict
from moderation.storage.outbox import endpoints_of, message_rows
from moderation.storage.records import decision_json
from moderation.storage.sites import read_site_facts
from moderation.storage.standing import change_status
from moderation.storage.tables import ArticleRow, CaseRow, CommentRow, OutboxRow, RevisionRow
from moderation.storage.unit_of_work import PendingLeaf, unit_of_work
from moderation.vocabulary import (
    STATUS_OF,
    Action,
    Article,
    Author,
    CaseState,
    Comment,
    Door,
    Facts,
    Field,
    Lane,
    ScoreContext,
    SiteFacts,
    Status,
)


def waiting_for_scores(
    database: Database, limit: int, open_names: Callable[[str, str], tuple[str, ...]] | None = None
) -> list[Waiting]:
    """The oldest open cases that exist only because a score was missing, whom nobody is looking at."""
    with database.reading() as session:
        query = (
            select(CaseRow, CommentRow, RevisionRow)
            .join(CommentRow, col(CommentRow.id) == CaseRow.comment_id)
            .join(
                RevisionRow,
                (col(RevisionRow.comment_id) == CaseRow.comment_id) & (RevisionRow.number == CaseRow.revision),
            )
            .where(
                CaseRow.state == CaseState.OPEN.value,
                CaseRow.kind == KIND_UNAVAILABLE,
                col(CaseRow.leased_by).is_(None),
            )
            .order_by(col(CaseRow.due_at))
            .limit(limit)
        )
        rows = session.exec(query).all()
        sites = read_site_facts(database, {case.site_id for case, _, _ in rows}, open_names=open_names)
        return [_waiting(session, case, comment, revision, sites[case.site_id]) for case, comment, revision in rows]


def _waiting(session: Session, case: CaseRow, row: CommentRow, revision: RevisionRow, site: SiteFacts) -> Waiting:
    given = decode_input(revision.record)
    article = session.get(ArticleRow, (row.site_id, row.article_id)) if row.article_id else None
    told = Article(article.id, article.url, article.title, article.section) if article else None
    comment = Comment(
        text=revision.text or "",
        door=Door(row.door),
        article=told,
        author=Author(name=revision.name, website=revision.website),
        title=revision.title,
        parent_id=row.parent_id,
        lane=Lane(row.lane),
        received_at=row.received_at,
    )
    body = (article.body or "") if article else ""
    facts = Facts(given.author, replace(given.article, body=body), given.sender, site)
    context = ScoreContext(subjects=given.article.subjects, headline=given.article.title)
    return Waiting(row.id, case.id, revision.number, Arrival(row.site_id, comment), facts, context)


def write_rejudged(database: Database, was: Waiting, judged: Judged, record: bytes, leaf: Leaf, now: datetime) -> bool:
    """Write the second decision, unless somebody was faster; both stay in the log."""
    decision, status = judged.decision, STATUS_OF[judged.decision.action]
    with unit_of_work(database) as work:
        session = work.session
        case = session.exec(select(CaseRow).where(CaseRow.id == was.case_id).with_for_update()).one()
        row = session.exec(select(CommentRow).where(CommentRow.id == was.comment_id).with_for_update()).one()
        if case.state != CaseState.OPEN.value or case.leased_by is not None or row.revision != was.revision:
            return False
        revision = session.get(RevisionRow, (was.comment_id, was.revision))
        assert revision is not None
        scores = judged.given.scores.get(Field.TEXT)
        revision.record, revision.decision, revision.judged_at = record, decision_json(decision), now
        revision.action, revision.policy = decision.action.value, decision.policy
        revision.engine, revision.engine_version = (scores.engine, scores.version) if scores else ("", "")
        grounds = [ground.value for ground in decision.grounds]
        row.grounds, row.reasons, row.message = grounds, list(decision.reasons), decision.message
        if decision.action is Action.HOLD or decision.rules:
            case.kind = KIND_HELD if decision.action is Action.HOLD else KIND_REVIEW
            case.grounds, case.ground = grounds, grounds[0] if grounds else None
            case.score, case.score_label = highest_harm(judged.given.scores)
            case.severity, case.due_at, case.version = (
                rank(decision.severity),
                row.received_at + decision.due,
                case.version + 1,
            )
        else:
            close_cases(session, row.id, now)
        if status is not Status.HELD:
            change_status(session, row, status, now)
            learn_from_verdict(session, row, status, now)
            session.flush()
            if row.lane == Lane.LIVE.value:
                told = Told(row.id, row.external_id, row.revision, status, grounds, list(decision.reasons))
                work.insert(OutboxRow, message_rows(endpoints_of(session, row.site_id, row.id), row.site_id, told, now))
        work.log(PendingLeaf(leaf.type, leaf.body, leaf.hash, now, ref=row.id, site_id=row.site_id))
        return True
