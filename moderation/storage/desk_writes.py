"""What moderators write beside verdicts: notes, a case opened again, what to mind with an article.

What this file decides
- Every write takes the site; an id of another site is as unknown as one that never was.
- Opening a decided comment again makes a new case about the wording that stands; nothing is told until it is decided.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from moderation.errors import Conflict, Invalid, NotFound
from moderation.storage.author_file import find_author
from moderation.storage.comments import find_row
from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.tables import ArticleRow, CaseRow, Note
from moderation.vocabulary import CaseState, Status

REOPENED_DUE = timedelta(hours=4)


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
            find_author(session, site_id, author)
        about = {"comment_id": comment or None, "author_id": author or None}
        session.add(Note(id=new_id(), site_id=site_id, by_user=by, words=words.strip(), at=now, **about))


def reopen(database: Database, site_id: str, comment_id: str, now: datetime, *, barred: str | None = None) -> str:
    """A new case about the comment's newest wording, which `barred` cannot judge; its id.

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
            score_label=last.score_label if last else "",
            barred=barred,
            opened_at=now,
        )
        session.add(case)
        return case.id


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


__all__ = ["add_note", "list_articles", "reopen", "set_article"]
