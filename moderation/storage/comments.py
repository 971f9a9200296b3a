"""Comments as the site reads them: one, a page of them, taken back and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from moderation.callbacks.message import Told
from moderation.errors import Conflict, NotFound
from moderation.evidence.record import Leaf
from moderation.ports import Outcome
from moderation.storage.cases import close_cases
from moderation.storage.database import Database
from moderation.storage.guarded import is_guarded, names_protected
from moderation.storage.outbox import endpoints_of, message_rows
from moderation.storage.standing import change_status, latest_at, settle_row, status_at
from moderation.storage.tables import CaseRow, CommentRow, OutboxRow, RevisionRow
from moderation.storage.unit_of_work import PendingLeaf, UnitOfWork, table_of, unit_of_work
from moderation.vocabulary import CaseState, Lane, Status


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment as the site may see it, a guarded one without its words.

    `published_text` is the wording that readers see while a newer one is held.
    """

    id: str
    external_id: str | None
    article_id: str | None
    parent_id: str | None
    status: Status
    latest_status: Status
    settles_at: datetime | None
    revision: int
    published_revision: int | None
    text: str | None
    title: str | None
    name: str | None
    published_text: str | None
    grounds: tuple[str, ...]
    reasons: tuple[str, ...]
    message: str
    characters: int
    received_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """What the newest wording has beside its text, guarded or not: an edit keeps it."""

    name: str | None
    website: str | None
    title: str | None


def find_row(session: Session, site_id: str, comment_id: str) -> CommentRow:
    """The row of a comment of this site.

    Raises:
        NotFound: this site has no such comment.
    """
    row = session.exec(
        select(CommentRow).where(CommentRow.site_id == site_id, col(CommentRow.id) == comment_id)
    ).first()
    if row is None:
        raise NotFound(f"there is no comment `{comment_id}` here")
    return row


def read_comment(database: Database, site_id: str, comment_id: str, now: datetime) -> CommentView:
    """One comment of a site.

    Raises:
        NotFound: this site has no such comment.
    """
    with database.reading() as session:
        return _views(session, [find_row(session, site_id, comment_id)], now)[0]


def read_for_edit(database: Database, site_id: str, comment_id: str, now: datetime) -> tuple[CommentView, Signed]:
    """One comment of a site, and what a new wording keeps of its newest.

    Raises:
        NotFound: this site has no such comment.
    """
    with database.reading() as session:
        row = find_row(session, site_id, comment_id)
        view = _views(session, [row], now)[0]
        latest = session.get_one(RevisionRow, (row.id, row.revision))  # it was read for the view
        return view, Signed(latest.name, latest.website, latest.title)


def read_by_token(database: Database, token_hash: str, now: datetime) -> tuple[str, CommentView]:
    """The site and the comment of a status token.

    Raises:
        NotFound: no comment has this token.
    """
    with database.reading() as session:
        row = session.exec(select(CommentRow).where(CommentRow.status_token_hash == token_hash)).first()
        if row is None:
            raise NotFound("there is no comment under this address")
        return row.site_id, _views(session, [row], now)[0]


def list_comments(
    database: Database,
    site_id: str,
    lane: Lane,
    now: datetime,
    *,
    status: Status | None = None,
    after: str | None = None,
    limit: int = 100,
) -> list[CommentView]:
    """A page of comments, oldest first, after the id `after`."""
    with database.reading() as session:
        query = select(CommentRow).where(CommentRow.site_id == site_id, CommentRow.lane == lane.value)
        if status is not None:
            settled = col(CommentRow.settles_at) <= now
            query = query.where(
                or_(
                    (col(CommentRow.status) == status.value) & (col(CommentRow.settles_at).is_(None) | ~settled),
                    (col(CommentRow.pending_status) == status.value) & settled,
                )
            )
        if after:
            query = query.where(col(CommentRow.id) > after)
        return _views(session, session.exec(query.order_by(col(CommentRow.id)).limit(limit)).all(), now)


def _views(session: Session, rows: Sequence[CommentRow], now: datetime) -> list[CommentView]:
    ids = [row.id for row in rows]
    found = session.exec(select(RevisionRow).where(col(RevisionRow.comment_id).in_(ids))).all()
    revisions = {(revision.comment_id, revision.number): revision for revision in found}
    return [_view(row, revisions, now) for row in rows]


def _view(row: CommentRow, revisions: dict[tuple[str, int], RevisionRow], now: datetime) -> CommentView:
    latest = revisions[(row.id, row.revision)]
    published = revisions.get((row.id, row.published_revision)) if row.published_revision else None
    settled = row.pending if row.pending and row.settles_at and row.settles_at <= now else None
    status, standing = status_at(row, now), latest_at(row, now)
    guarded = is_guarded(row, latest) or (Status.REJECTED in (status, standing) and names_protected(latest))
    return CommentView(
        id=row.id,
        external_id=row.external_id,
        article_id=row.article_id,
        parent_id=row.parent_id,
        status=status,
        latest_status=standing,
        settles_at=row.settles_at if row.settles_at and row.settles_at > now else None,
        revision=row.revision,
        published_revision=row.published_revision,
        text=None if guarded else latest.text,
        title=None if guarded else latest.title,
        name=None if guarded else latest.name,
        published_text=published.text if published else None,
        grounds=tuple(settled["grounds"] if settled else row.grounds),
        reasons=tuple(settled["reasons"] if settled else row.reasons),
        message="" if settled else row.message,
        characters=latest.characters,
        received_at=row.received_at,
        updated_at=row.updated_at,
    )


def withdraw(database: Database, site_id: str, comment_id: str, leaf: Leaf, now: datetime) -> Outcome:
    """Take a comment back for the site: its case closes, its text stays until it is erased.

    Raises:
        NotFound, Conflict: it is withdrawn already.
    """
    with unit_of_work(database) as work:
        row = _locked(work, site_id, comment_id)
        settle_row(work.session, row, now)
        if row.status == Status.WITHDRAWN.value:
            raise Conflict("this comment is withdrawn already", hint="restore it to bring it back")
        close_cases(work.session, row.id, now)
        row.status_before, row.withdrawn_at = row.latest_status, now
        row.pending_status = row.pending = row.settles_at = None
        change_status(work.session, row, Status.WITHDRAWN, now)
        return _tell(work, row, leaf, now)


def restore(database: Database, site_id: str, comment_id: str, leaf: Leaf, now: datetime) -> Outcome:
    """Bring a withdrawn comment back as it stood; a held one gets its case again.

    Raises:
        NotFound, Conflict: it is not withdrawn.
    """
    with unit_of_work(database) as work:
        row = _locked(work, site_id, comment_id)
        if row.status != Status.WITHDRAWN.value or row.status_before is None:
            raise Conflict("this comment is not withdrawn", hint="read it to see where it stands")
        latest = Status(row.status_before)
        change_status(work.session, row, latest, now)
        row.status_before = row.withdrawn_at = None
        if latest is Status.HELD:
            _reopen(work, row)
        return _tell(work, row, leaf, now, previous=Status.WITHDRAWN)


def _locked(work: UnitOfWork, site_id: str, comment_id: str) -> CommentRow:
    query = select(CommentRow).where(CommentRow.site_id == site_id, col(CommentRow.id) == comment_id).with_for_update()
    row = work.session.exec(query).first()
    if row is None:
        raise NotFound(f"there is no comment `{comment_id}` here")
    return row


def _reopen(work: UnitOfWork, row: CommentRow) -> None:
    table = table_of(CaseRow)
    last = work.session.exec(
        select(CaseRow)
        .where(CaseRow.comment_id == row.id, CaseRow.revision == row.revision)
        .order_by(col(CaseRow.id).desc())
    ).first()
    if last is not None:
        values = {"state": CaseState.OPEN.value, "version": last.version + 1, "decided_at": None, "decided_by": None}
        work.session.execute(table.update().where(table.c.id == last.id).values(values))


def _tell(work: UnitOfWork, row: CommentRow, leaf: Leaf, now: datetime, previous: Status | None = None) -> Outcome:
    status = Status(row.status)
    work.session.add(row)
    work.session.flush()
    if row.lane == Lane.LIVE.value:
        told = Told(row.id, row.external_id, row.revision, status, row.grounds, row.reasons, previous)
        work.insert(OutboxRow, message_rows(endpoints_of(work.session, row.site_id, row.id), row.site_id, told, now))
    work.log(PendingLeaf(leaf.type, leaf.body, leaf.hash, now, ref=row.id, site_id=row.site_id))
    return Outcome(
        id=row.id, status=status, revision=row.revision, grounds=tuple(row.grounds), reasons=tuple(row.reasons)
    )
