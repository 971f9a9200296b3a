"""Who wrote from where, by keyed tags alone; bans of tags; domains that published comments had.

A tag is an HMAC under a key that lies outside the database and is deleted when its time is over: no address can be read or
tried from these tables.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import key, moment, refers, short, words


class AddressSeen(SQLModel, table=True):
    """An author wrote from an address (or, `wide`, from its network) while one tag key was in use."""

    __tablename__ = "address_seen"
    __table_args__ = (Index("ix_address_seen_tag", "tag", "author_id"),)
    author_id: str = Field(sa_column=key())
    tag: str = Field(sa_column=key(40))
    site_id: str = Field(sa_column=refers("site.id"))
    wide: bool = False
    seen_at: datetime = Field(sa_column=moment(index=True))


class AddressCount(SQLModel, table=True):
    """How many authors and comments came from one address or network; kept beside, since counting takes its time."""

    __tablename__ = "address_count"
    tag: str = Field(sa_column=key(40))
    site_id: str = Field(sa_column=refers("site.id"))
    wide: bool = False
    authors: int = 0
    comments: int = 0
    since: datetime = Field(sa_column=moment(index=True))


class TagBan(SQLModel, table=True):
    """A ban of an e-mail address, an address or a network, by its tag; it always ends, and it has a reason."""

    __tablename__ = "tag_ban"
    __table_args__ = (Index("ix_tag_ban_author", "author_id", "created_at"),)
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id"))
    kind: str = Field(sa_column=short(16))
    tag: str = Field(sa_column=short(40, index=True))
    author_id: str = Field(sa_column=short())
    until: datetime = Field(sa_column=moment())
    reason: str = Field(sa_column=words(nullable=False))
    by_user: str = Field(sa_column=short())
    created_at: datetime = Field(sa_column=moment())
    lifted_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    lifted_by: str | None = Field(default=None, sa_column=short(nullable=True))


class KnownDomain(SQLModel, table=True):
    """A domain that a published comment of a site linked to first; it is forgotten when that comment is rejected."""

    __tablename__ = "known_domain"
    site_id: str = Field(sa_column=refers("site.id", primary_key=True))
    domain: str = Field(sa_column=key(253))
    comment_id: str = Field(sa_column=short(index=True))
    created_at: datetime = Field(sa_column=moment())
