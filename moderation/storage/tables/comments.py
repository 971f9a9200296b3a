"""Articles, authors, comments and their revisions.

The author's name is stored in clear: it is published. The e-mail address lies here only under the application key, and as a
keyed tag for standing and bans; addresses of senders lie nowhere here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import blob, data, key, moment, refers, short, where_given, words


class ArticleRow(SQLModel, table=True):
    """An article as the site told it; `body` comes by its own route."""

    __tablename__ = "article"
    site_id: str = Field(sa_column=refers("site.id", primary_key=True))
    id: str = Field(sa_column=key(200))
    url: str = Field(default="", sa_column=words(nullable=False))
    title: str = Field(default="", sa_column=words(nullable=False))
    section: str = Field(default="", sa_column=short(100))
    subjects: list[str] | None = Field(default=None, sa_column=data(nullable=True))
    body: str | None = Field(default=None, sa_column=words())
    closed: bool = False
    hold_all: bool = False
    sensitive: str = Field(default="", sa_column=short(32))
    guidance: str | None = Field(default=None, sa_column=words())
    created_at: datetime = Field(sa_column=moment())
    updated_at: datetime = Field(sa_column=moment())


class AuthorRow(SQLModel, table=True):
    """One author at one site: an account of the site, else an e-mail address (by keyed tag)."""

    __tablename__ = "author"
    __table_args__ = (
        UniqueConstraint("site_id", "identity"),
        Index("ix_author_email_tag", "site_id", "email_tag"),
    )
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id"))
    identity: str = Field(sa_column=short(300))
    external_id: str | None = Field(default=None, sa_column=short(200, nullable=True))
    name: str | None = Field(default=None, sa_column=short(400, nullable=True))
    email_tag: bytes | None = Field(default=None, sa_column=blob())
    email_sealed: bytes | None = Field(default=None, sa_column=blob())
    names: list[str] = Field(default_factory=list, sa_column=data())
    published: int = 0
    rejected: int = 0
    held: int = 0
    recent: str = Field(default="", sa_column=short(64))
    trusted: bool = False
    premoderated: bool = False
    confirmed: bool = False
    standing_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    banned_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    ban_reason: str | None = Field(default=None, sa_column=words())
    created_at: datetime = Field(sa_column=moment())


class CommentRow(SQLModel, table=True):
    """A comment and where it stands. `pending_status` becomes `status` when `settles_at` has passed."""

    __tablename__ = "comment"
    __table_args__ = (
        ForeignKeyConstraint(["site_id", "article_id"], ["article.site_id", "article.id"]),
        Index("ix_comment_list", "site_id", "lane", "id"),
        Index("ix_comment_status", "site_id", "lane", "status", "id"),
        Index("ix_comment_article", "site_id", "article_id", "id"),
        Index("ix_comment_author", "author_id", "id"),
        Index("ix_comment_external", "site_id", "external_id"),
        Index("ix_comment_parent", "site_id", "parent_id", **where_given("parent_id")),
        Index("ix_comment_cluster", "site_id", "cluster", "id"),
    )
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id"))
    lane: str = Field(sa_column=short(8))
    door: str = Field(sa_column=short(16))
    key_id: str | None = Field(default=None, sa_column=short(nullable=True))
    article_id: str | None = Field(default=None, sa_column=short(200, nullable=True))
    author_id: str | None = Field(default=None, sa_column=refers("author.id", nullable=True))
    parent_id: str | None = Field(default=None, sa_column=short(200, nullable=True))
    external_id: str | None = Field(default=None, sa_column=short(200, nullable=True))
    status: str = Field(sa_column=short(16))
    latest_status: str = Field(sa_column=short(16))
    pending_status: str | None = Field(default=None, sa_column=short(16, nullable=True))
    pending: dict[str, Any] | None = Field(default=None, sa_column=data(nullable=True))
    settles_at: datetime | None = Field(default=None, sa_column=moment(nullable=True, index=True))
    revision: int = 1
    published_revision: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    grounds: list[str] = Field(default_factory=list, sa_column=data())
    reasons: list[str] = Field(default_factory=list, sa_column=data())
    message: str = Field(default="", sa_column=words(nullable=False))
    status_token_hash: str = Field(sa_column=short(64, unique=True))
    cluster: str | None = Field(default=None, sa_column=short(32, nullable=True))
    disclaimer_version: str | None = Field(default=None, sa_column=short(nullable=True))
    received_at: datetime = Field(sa_column=moment())
    updated_at: datetime = Field(sa_column=moment())
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    status_before: str | None = Field(default=None, sa_column=short(16, nullable=True))


class RevisionRow(SQLModel, table=True):
    """One wording of a comment, with the whole input of its decision as one compact record."""

    __tablename__ = "revision"
    comment_id: str = Field(sa_column=refers("comment.id", primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True))
    site_id: str = Field(sa_column=short())
    text: str | None = Field(default=None, sa_column=words())
    text_nfc: str | None = Field(default=None, sa_column=words())
    title: str | None = Field(default=None, sa_column=words())
    text_salt: bytes | None = Field(default=None, sa_column=blob())
    name: str | None = Field(default=None, sa_column=short(400, nullable=True))
    website: str | None = Field(default=None, sa_column=words())
    characters: int = 0
    language: str = Field(default="", sa_column=short(16))
    record: bytes = Field(sa_column=blob(nullable=False))
    decision: dict[str, Any] = Field(sa_column=data())
    action: str = Field(sa_column=short(8))
    policy: str = Field(sa_column=short(64))
    engine: str = Field(default="", sa_column=short(64))
    engine_version: str = Field(default="", sa_column=short(64))
    shadow: dict[str, Any] | None = Field(default=None, sa_column=data(nullable=True))
    created_at: datetime = Field(sa_column=moment(index=True))
    judged_at: datetime = Field(sa_column=moment())


class TextSeen(SQLModel, table=True):
    """A keyed tag of a folded text and its MinHash bands: finds repeats without comparing all texts."""

    __tablename__ = "text_seen"
    __table_args__ = (Index("ix_text_seen_band", "site_id", "band", "seen_at"),)
    comment_id: str = Field(sa_column=refers("comment.id", primary_key=True))
    band: str = Field(sa_column=key(40))
    site_id: str = Field(sa_column=short())
    sender_tag: str = Field(default="", sa_column=short(40))
    author_id: str | None = Field(default=None, sa_column=short(nullable=True))
    article_id: str | None = Field(default=None, sa_column=short(200, nullable=True))
    cluster: str = Field(default="", sa_column=short(32))
    seen_at: datetime = Field(sa_column=moment(index=True))
