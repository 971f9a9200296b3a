"""What sites and their clients say that a text should have been called: labels to learn from, with where they came from.

No personal data lies here: a text is a keyed tag, a comment is named only if it is one of ours.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import key, moment, refers, short


class LabelRow(SQLModel, table=True):
    """One label: `source` says through which door and call it came, `key_id` under whose key."""

    __tablename__ = "label"
    __table_args__ = (Index("ix_label_site", "site_id", "lane", "at"), Index("ix_label_text", "site_id", "text_tag"))
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id"))
    lane: str = Field(sa_column=short(8))
    comment_id: str | None = Field(default=None, sa_column=refers("comment.id", nullable=True, index=True))
    key_id: str | None = Field(default=None, sa_column=short(nullable=True))
    source: str = Field(sa_column=short(32))
    label: str = Field(sa_column=short(32))
    value: float
    text_tag: str = Field(default="", sa_column=short())
    at: datetime = Field(sa_column=moment())
