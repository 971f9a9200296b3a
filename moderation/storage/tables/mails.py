"""Mails that wait to be sent, and readers who were asked to confirm an e-mail address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import blob, key, moment, refers, short, words


class MailRow(SQLModel, table=True):
    """A mail: whom, subject and words lie under the application key, and are blanked when it was sent or given up."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_due", "state", "due_at"),)
    id: str = Field(sa_column=key())
    sealed: bytes | None = Field(default=None, sa_column=blob())
    state: str = Field(default="waiting", sa_column=short(16))
    due_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    attempts: int = 0
    last_error: str | None = Field(default=None, sa_column=words())
    created_at: datetime = Field(sa_column=moment())
    sent_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class ConfirmationRow(SQLModel, table=True):
    """A reader was asked whether an e-mail address is theirs; the row holds only the hash of the link's token."""

    __tablename__ = "confirmation"
    token_hash: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id"))
    author_id: str = Field(sa_column=short(index=True))
    email_tag: bytes = Field(sa_column=blob(nullable=False, index=True))
    expires_at: datetime = Field(sa_column=moment())
    created_at: datetime = Field(sa_column=moment())
    confirmed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
