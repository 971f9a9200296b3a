"""What moderators write beside verdicts: notes, an author's standing, a case opened again, the switches.

What this file decides
- Every write takes the site; an id of another site is as unknown as one that never was.
- Opening a decided comment again makes a new case about the wording that stands; nothing is told until it is decided.
- A switch has an end or none; what has ended has no effect, whoever forgets to take it away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from moderation.errors import Conflict, Invalid, NotFound
from moderation.storage.comments import find_row
from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.neighbours import Neighbour, NoteLine, neighbours, read_notes
from moderation.storage.tables import ArticleRow, AuthorRow, CaseRow, CommentRow, Note, Site
from moderation.vocabulary import CaseState, Lane, Status

REOPENED_DUE = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class AuthorFile:
    """An author of one site with the newest comments and notes."""

    row: AuthorRow
    comments: tuple[Neighbour, ...]
    notes: tuple[NoteLine, ...]


def add_note(
    database: Database, site_id: str, by: str, words: str, now: datetime, *, comment: str = "", author: str = ""
) -> None:
    """A note on a comment or on an author of this site.

    Raises:
        NotFound, Invalid: nothing was written.
    """
    if not words.strip():
        raise Invalid("a note needs words", hint="write what a colleague should know")
    with database.writing() as session:
        if comment:
            find_row(session, site_id, comment)
        else:
            _author(session, site_id, author)
        about = {"comment_id": comment or None, "author_id": author or None}
        session.add(Note(id=new_id(), site_id=site_id, by_user=by, words=words.strip(), at=now, **about))


def read_author(database: Database, site_id: str, author_id: str, status: str = "") -> AuthorFile:
    """An author of this site.

    Raises:
        NotFound: this site has no such author.
    """
    with database.reading() as session:
        row = _author(session, site_id, author_id)
        query = select(CommentRow).where(CommentRow.author_id == author_id, CommentRow.site_id == site_id)
        if status:
            query = query.where(CommentRow.status == status)
        found = session.exec(query.order_by(col(CommentRow.id).desc()).limit(50)).all()
        notes = read_notes(session, site_id, author_id=author_id)
        return AuthorFile(row, tuple(neighbours(session, found)), notes)


def change_author(database: Database, site_id: str, author_id: str, **changes: Any) -> None:
    """Set an author's standing.

    Raises:
        NotFound: this site has no such author.
    """
    with database.writing() as session:
        row = _author(session, site_id, author_id)
        for name, value in changes.items():
            setattr(row, name, value)
        session.add(row)


def reopen(database: Database, site_id: str, comment_id: str, now: datetime) -> str:
    """A new case about the comment's newest wording; its id.

    Raises:
        NotFound: this site has no such comment.
        Conflict: it is withdrawn, or a case of it is open already.
    """
    with database.writing() as session:
        row = find_row(session, site_id, comment_id)
        if row.status == Status.WITHDRAWN.value:
            raise Conflict("this comment was taken back by its site", hint="the site can restore it")
        last = session.exec(
            select(CaseRow).where(CaseRow.comment_id == comment_id).order_by(col(CaseRow.id).desc())
        ).first()
        if last is not None and last.state in {CaseState.OPEN.value, CaseState.ESCALATED.value}:
            raise Conflict("a case of this comment is open already", hint="decide that one")
        case = CaseRow(
            id=new_id(),
            site_id=site_id,
            lane=row.lane,
            comment_id=row.id,
            revision=row.revision,
            kind="reopened",
            state=CaseState.OPEN.value,
            severity=last.severity if last else 0,
            due_at=now + REOPENED_DUE,
            grounds=list(row.grounds),
            ground=row.grounds[0] if row.grounds else None,
            section=last.section if last else "",
            article_id=row.article_id,
            author_id=row.author_id,
            language=last.language if last else "",
            score=last.score if last else 0.0,
            opened_at=now,
        )
        session.add(case)
        return case.id


def set_switch(database: Database, site_id: str, word: str, until: datetime | None, by: str) -> None:
    """Hold all, close, or neither, for the whole site."""
    with database.writing() as session:
        site = session.get(Site, site_id)
        if site is None:
            raise NotFound(f"there is no site `{site_id}`")
        chosen = {"word": word, "until": until.isoformat() if until else None, "by": by} if word else {}
        site.settings = {**site.settings, "switch": chosen}
        session.add(site)


def set_article(database: Database, site_id: str, article_id: str, **changes: Any) -> None:
    """Hold, close or mark one article.

    Raises:
        NotFound: this site has no such article.
    """
    with database.writing() as session:
        row = session.get(ArticleRow, (site_id, article_id))
        if row is None:
            raise NotFound("there is no such article here")
        for name, value in changes.items():
            setattr(row, name, value)
        session.add(row)


def list_articles(database: Database, site_id: str, limit: int = 50) -> list[ArticleRow]:
    """The newest articles of a site."""
    query = select(ArticleRow).where(ArticleRow.site_id == site_id)
    with database.reading() as session:
        return list(session.exec(query.order_by(col(ArticleRow.created_at).desc(), col(ArticleRow.id)).limit(limit)))


def _author(session: Session, site_id: str, author_id: str) -> AuthorRow:
    row = session.exec(select(AuthorRow).where(AuthorRow.site_id == site_id, AuthorRow.id == author_id)).first()
    if row is None:
        raise NotFound("there is no such author here")
    return row


__all__ = ["AuthorFile", "Lane", "add_note", "change_author", "read_author", "reopen", "set_article", "set_switch"]
