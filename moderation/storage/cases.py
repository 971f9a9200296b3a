"""Cases of the queue: opened with a decision, shown to one person at a time, decided once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from moderation.ports import Received
from moderation.review.priority import highest_harm, rank
from moderation.storage.tables import CaseRow
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import Action, CaseState

KIND_UNAVAILABLE = "unavailable"
KIND_REVIEW = "review"
KIND_HELD = "held"


def case_row(one: Received, author_id: str | None) -> dict[str, Any]:
    """The case of a comment that waits for a person."""
    decision, facts, comment = one.judged.decision, one.judged.facts, one.arrival.comment
    score, label = highest_harm(one.judged.given.scores)
    grounds = [ground.value for ground in decision.grounds]
    return {
        "id": one.sender_id,
        "site_id": one.arrival.site_id,
        "lane": comment.lane.value,
        "comment_id": one.id,
        "revision": one.revision,
        "kind": case_kind(one),
        "state": CaseState.OPEN.value,
        "severity": rank(decision.severity),
        "due_at": one.now + decision.due,
        "grounds": grounds,
        "ground": grounds[0] if grounds else None,
        "section": facts.article.section,
        "article_id": facts.article.id or None,
        "author_id": author_id,
        "language": one.judged.given.comment.language,
        "score": score,
        "score_label": label,
        "cluster": facts.sender.cluster or one.texture.exact or None,
        "version": 1,
        "opened_at": one.now,
    }


def case_kind(one: Received) -> str:
    """Why a person is asked: held by a rule, held because a part was away, or published and to be looked at."""
    decision = one.judged.decision
    if decision.action is Action.PUBLISH:
        return KIND_REVIEW
    scorer_away = any(scores.unavailable for scores in one.judged.given.scores.values())
    only_unavailable = bool(decision.unavailable) and not decision.grounds
    return KIND_UNAVAILABLE if scorer_away and only_unavailable else KIND_HELD


def close_cases(session: Session, comment_id: str, now: datetime) -> None:
    """Withdraw what was open about a comment: it was edited or taken back."""
    table = table_of(CaseRow)
    open_states = [CaseState.OPEN.value, CaseState.ESCALATED.value]
    session.execute(
        update(table)
        .where(table.c.comment_id == comment_id, table.c.state.in_(open_states))
        .values(
            state=CaseState.WITHDRAWN.value,
            version=table.c.version + 1,
            decided_at=now,
            leased_by=None,
            leased_until=None,
        )
    )
