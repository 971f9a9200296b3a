"""Cases, verdicts, messages to the sites, marks of requests and leases of jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer
from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import blob, data, key, moment, refers, short, where_given, words


class CaseRow(SQLModel, table=True):
    """A comment that waits for a person. `version` grows with every change; a stale decision is refused."""

    __tablename__ = "review_case"
    __table_args__ = (
        Index("ix_review_case_next", "site_id", "lane", "state", "due_at", "id"),
        Index("ix_review_case_leased", "leased_by", **where_given("leased_by")),
        Index("ix_review_case_decided", "decided_by", "decided_at"),
        Index("ix_review_case_comment", "comment_id", "id"),
        Index("ix_review_case_done", "site_id", "lane", "decided_at"),
        Index("ix_review_case_article", "site_id", "lane", "state", "article_id", "due_at", "id"),
        Index("ix_review_case_author", "site_id", "lane", "state", "author_id", "due_at", "id"),
        Index("ix_review_case_section", "site_id", "lane", "state", "section", "due_at", "id"),
        Index("ix_review_case_language", "site_id", "lane", "state", "language", "due_at", "id"),
        Index("ix_review_case_ground", "site_id", "lane", "state", "ground", "due_at", "id"),
        Index("ix_review_case_copies", "site_id", "lane", "state", "cluster", "due_at", "id"),
        Index("ix_review_case_told", "site_id", "lane", "ground", "comment_id"),
    )
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id"))
    lane: str = Field(sa_column=short(8))
    comment_id: str = Field(sa_column=refers("comment.id"))
    revision: int
    kind: str = Field(default="held", sa_column=short(16))
    state: str = Field(sa_column=short(16))
    severity: int = 0
    due_at: datetime = Field(sa_column=moment())
    grounds: list[str] = Field(default_factory=list, sa_column=data())
    ground: str | None = Field(default=None, sa_column=short(32, nullable=True))
    section: str = Field(default="", sa_column=short(100))
    article_id: str | None = Field(default=None, sa_column=short(200, nullable=True))
    author_id: str | None = Field(default=None, sa_column=short(nullable=True))
    language: str = Field(default="", sa_column=short(16))
    score: float = 0.0
    score_label: str = Field(default="", sa_column=short(32))
    cluster: str | None = Field(default=None, sa_column=short(32, nullable=True, index=True))
    version: int = 1
    leased_by: str | None = Field(default=None, sa_column=short(nullable=True))
    leased_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    barred: str | None = Field(default=None, sa_column=short(nullable=True))
    asked_by: str | None = Field(default=None, sa_column=short(nullable=True))
    asked_of: str | None = Field(default=None, sa_column=short(nullable=True))
    opened_at: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    decided_by: str | None = Field(default=None, sa_column=short(nullable=True))


class VerdictRow(SQLModel, table=True):
    """What a person decided about one revision; undone verdicts stay, marked."""

    __tablename__ = "verdict"
    __table_args__ = (
        Index("ix_verdict_by", "by_user", "at"),
        Index("ix_verdict_comment", "comment_id", "at"),
        Index("ix_verdict_batch_id", "batch_id", **where_given("batch_id")),
    )
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=short())
    case_id: str | None = Field(default=None, sa_column=refers("review_case.id", nullable=True, index=True))
    comment_id: str = Field(sa_column=refers("comment.id"))
    revision: int
    action: str = Field(sa_column=short(8))
    ground: str | None = Field(default=None, sa_column=short(32, nullable=True))
    words: str | None = Field(default=None, sa_column=words())
    before: dict[str, Any] = Field(default_factory=dict, sa_column=data())
    by_user: str = Field(sa_column=short())
    at: datetime = Field(sa_column=moment())
    settles_at: datetime = Field(sa_column=moment())
    undone_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    batch_id: str | None = Field(default=None, sa_column=short(nullable=True))


class OpinionRow(SQLModel, table=True):
    """A case handed to a colleague: the asker's view, the colleague's, and what came of both."""

    __tablename__ = "opinion"
    __table_args__ = (
        Index("ix_opinion_asked_by", "site_id", "asked_by", "id"),
        Index("ix_opinion_given_by", "site_id", "given_by", "id"),
        Index("ix_opinion_result", "site_id", "result", "id"),
    )
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id"))
    case_id: str = Field(sa_column=refers("review_case.id", index=True))
    comment_id: str = Field(sa_column=refers("comment.id", index=True))
    revision: int
    asked_by: str = Field(sa_column=short())
    asked_of: str | None = Field(default=None, sa_column=short(nullable=True))
    note: str = Field(default="", sa_column=words(nullable=False))
    action: str = Field(sa_column=short(8))
    ground: str | None = Field(default=None, sa_column=short(32, nullable=True))
    asked_at: datetime = Field(sa_column=moment())
    given_by: str | None = Field(default=None, sa_column=short(nullable=True))
    given_action: str | None = Field(default=None, sa_column=short(8, nullable=True))
    given_ground: str | None = Field(default=None, sa_column=short(32, nullable=True))
    given_words: str | None = Field(default=None, sa_column=words())
    given_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    result: str | None = Field(default=None, sa_column=short(16, nullable=True))


class Note(SQLModel, table=True):
    """A moderator's note on a comment or on an author."""

    __tablename__ = "note"
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=short())
    comment_id: str | None = Field(default=None, sa_column=refers("comment.id", nullable=True, index=True))
    author_id: str | None = Field(default=None, sa_column=refers("author.id", nullable=True, index=True))
    by_user: str = Field(sa_column=short())
    words: str = Field(sa_column=words(nullable=False))
    at: datetime = Field(sa_column=moment())


class Endpoint(SQLModel, table=True):
    """Where a site wants to be told; secrets lie under the application key."""

    __tablename__ = "endpoint"
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id", index=True))
    url: str = Field(sa_column=words(nullable=False))
    style: str = Field(default="standard", sa_column=short(16))
    secrets_sealed: bytes = Field(sa_column=blob(nullable=False))
    allow_private: bool = False
    disabled_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    disabled_why: str | None = Field(default=None, sa_column=words())
    created_at: datetime = Field(sa_column=moment())


class OutboxRow(SQLModel, table=True):
    """A message to a site, written in the transaction of what it tells; `due_at` is the next attempt."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "state", "due_at"), Index("ix_outbox_comment", "comment_id"))
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=short(index=True))
    endpoint_id: str | None = Field(default=None, sa_column=refers("endpoint.id", nullable=True))
    comment_id: str | None = Field(default=None, sa_column=short(nullable=True))
    verdict_id: str | None = Field(default=None, sa_column=short(nullable=True, index=True))
    type: str = Field(sa_column=short(40))
    payload: dict[str, Any] = Field(sa_column=data())
    state: str = Field(default="waiting", sa_column=short(16))
    due_at: datetime = Field(sa_column=moment())
    attempts: int = 0
    last_status: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    last_error: str | None = Field(default=None, sa_column=words())
    created_at: datetime = Field(sa_column=moment())
    delivered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Idempotency(SQLModel, table=True):
    """The mark of one request. The fingerprint is an HMAC: the body holds sender details."""

    __tablename__ = "idempotency"
    site_id: str = Field(sa_column=refers("site.id", primary_key=True))
    key: str = Field(sa_column=key(255))
    fingerprint: bytes = Field(sa_column=blob(nullable=False))
    response: dict[str, Any] = Field(sa_column=data())
    expires_at: datetime = Field(sa_column=moment(index=True))


class JobLease(SQLModel, table=True):
    """Who does a job now, so that two processes never both do it."""

    __tablename__ = "job_lease"
    name: str = Field(sa_column=key())
    holder: str = Field(sa_column=short())
    until: datetime = Field(sa_column=moment())


class CaseSkip(SQLModel, table=True):
    """A case that one person has put aside for a while; for everybody else it stays where it is."""

    __tablename__ = "case_skip"
    case_id: str = Field(sa_column=refers("review_case.id", primary_key=True))
    user_id: str = Field(sa_column=refers("user_account.id", primary_key=True))
    until: datetime = Field(sa_column=moment())
