"""Everything that a person must see to decide one case, read at once.

What this file decides
- Every read takes the site: an id of another site is as unknown as one that never was.
- What was found about the comment comes from the record of its decision, never from a new look, so that the page shows what
  the policy saw.

What the page makes of it is the door's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from moderation.errors import NotFound
from moderation.policy.record import RecordUnreadable, decode_input
from moderation.review.standing import standing_at
from moderation.storage.database import Database
from moderation.storage.guarded import is_guarded
from moderation.storage.neighbours import Neighbour, NoteLine, Thread, read_notes, read_thread, user_name
from moderation.storage.records import decision_from
from moderation.storage.tables import ArticleRow, AuthorRow, CaseRow, CommentRow, RevisionRow, VerdictRow
from moderation.vocabulary import CaseState, Decision, DecisionInput, Status


@dataclass(frozen=True, slots=True)
class Wording:
    """One revision of a comment."""

    number: int
    text: str
    title: str
    name: str
    website: str
    characters: int
    language: str
    at: datetime
    erased: bool
    guarded: bool
    decision: Decision
    given: DecisionInput | None


@dataclass(frozen=True, slots=True)
class AuthorLine:
    """What is known of the author, without an address."""

    id: str
    name: str
    published: int
    rejected: int
    held: int
    names: Sequence[str]
    trusted: bool
    premoderated: bool
    banned_until: datetime | None
    standing_until: datetime | None
    last_ground: str = ""
    since: datetime | None = None

    def standing(self, now: datetime) -> str:
        """The word of the standing that holds now."""
        return standing_at(self, now)


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """The article above."""

    id: str
    title: str
    url: str
    section: str
    sensitive: str
    guidance: str
    hold_all: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with all that belongs to it."""

    id: str
    site_id: str
    comment_id: str
    version: int
    state: str
    kind: str
    severity: int
    due_at: datetime
    opened_at: datetime
    decided_at: datetime | None
    decided_by: str
    leased_by: str | None
    leased_until: datetime | None
    grounds: tuple[str, ...]
    cluster: str | None
    lane: str
    asked_by: str | None
    asked_of: str | None
    barred: str | None
    status: Status
    parent_id: str | None
    received_at: datetime
    wording: Wording
    earlier: Wording | None
    article: ArticleLine | None
    author: AuthorLine | None
    thread: Thread
    notes: tuple[NoteLine, ...] = ()
    alike: int = 0
    verdict: dict[str, Any] = field(default_factory=dict)

    @property
    def parent(self) -> Neighbour | None:
        """What the comment replies to."""
        return self.thread.above[-1] if self.thread.above else None


def read_case_file(database: Database, site_id: str, case_id: str) -> CaseFile:
    """One case of a site.

    Raises:
        NotFound: this site has no such case.
    """
    with database.reading() as session:
        found = session.exec(
            select(CaseRow, CommentRow)
            .join(CommentRow, col(CommentRow.id) == CaseRow.comment_id)
            .where(CaseRow.site_id == site_id, CaseRow.id == case_id)
        ).first()
        if found is None:
            raise NotFound("there is no such case here")
        case, comment = found
        return _file(session, case, comment)


def _file(session: Session, case: CaseRow, comment: CommentRow) -> CaseFile:
    return CaseFile(
        id=case.id,
        site_id=case.site_id,
        comment_id=comment.id,
        version=case.version,
        state=case.state,
        kind=case.kind,
        severity=case.severity,
        due_at=case.due_at,
        opened_at=case.opened_at,
        decided_at=case.decided_at,
        decided_by=user_name(session, case.decided_by),
        leased_by=case.leased_by,
        leased_until=case.leased_until,
        grounds=tuple(case.grounds),
        cluster=case.cluster,
        lane=case.lane,
        asked_by=case.asked_by,
        asked_of=case.asked_of,
        barred=case.barred,
        status=Status(comment.status),
        parent_id=comment.parent_id,
        received_at=comment.received_at,
        wording=wording(session, comment, case.revision),
        earlier=wording(session, comment, case.revision - 1) if case.revision > 1 else None,
        article=article_line(session, comment),
        author=author_line(session, comment.author_id),
        thread=read_thread(session, comment),
        notes=read_notes(session, case.site_id, comment_id=comment.id),
        alike=_count_alike(session, case),
        verdict={} if case.state == CaseState.OPEN.value else _last_verdict(session, case.id),
    )


def wording(session: Session, comment: CommentRow, number: int) -> Wording:
    """One revision with what the policy saw of it; a guarded one without its words."""
    row = session.get(RevisionRow, (comment.id, number))
    if row is None:
        raise NotFound("there is no such wording")
    try:
        given = decode_input(row.record)
    except RecordUnreadable:
        given = None
    guarded = is_guarded(comment, row)
    return Wording(
        number=row.number,
        text="" if guarded else row.text or "",
        title="" if guarded else row.title or "",
        name="" if guarded else row.name or "",
        website="" if guarded else row.website or "",
        characters=row.characters,
        language=row.language,
        at=row.created_at,
        erased=row.text is None,
        guarded=guarded,
        decision=decision_from(row.decision),
        given=given,
    )


def article_line(session: Session, comment: CommentRow) -> ArticleLine | None:
    """The article of a comment."""
    row = session.get(ArticleRow, (comment.site_id, comment.article_id)) if comment.article_id else None
    if row is None:
        return None
    guidance = row.guidance or ""
    return ArticleLine(row.id, row.title, row.url, row.section, row.sensitive, guidance, row.hold_all, row.closed)


def author_line(session: Session, author_id: str | None) -> AuthorLine | None:
    """The author of a comment, with the ground of the last rejection."""
    row = session.get(AuthorRow, author_id) if author_id else None
    if row is None:
        return None
    last = ""
    if row.rejected:
        grounds = session.exec(
            select(CommentRow.grounds)
            .where(CommentRow.author_id == row.id, CommentRow.status == Status.REJECTED.value)
            .order_by(col(CommentRow.id).desc())
            .limit(1)
        ).first()
        last = grounds[0] if grounds else ""
    return AuthorLine(
        id=row.id,
        name=row.name or "",
        published=row.published,
        rejected=row.rejected,
        held=row.held,
        names=tuple(row.names),
        trusted=row.trusted,
        premoderated=row.premoderated,
        banned_until=row.banned_until,
        standing_until=row.standing_until,
        last_ground=last,
        since=row.created_at,
    )


def _count_alike(session: Session, case: CaseRow) -> int:
    if not case.cluster:
        return 0
    query = select(func.count()).where(
        CaseRow.cluster == case.cluster, CaseRow.site_id == case.site_id, CaseRow.state == case.state
    )
    return int(session.exec(query).one())


def _last_verdict(session: Session, case_id: str) -> dict[str, Any]:
    row = session.exec(
        select(VerdictRow)
        .where(VerdictRow.case_id == case_id, col(VerdictRow.undone_at).is_(None))
        .order_by(col(VerdictRow.at).desc())
        .limit(1)
    ).first()
    if row is None:
        return {}
    return {"id": row.id, "action": row.action, "ground": row.ground or "", "by": row.by_user, "at": row.at}
