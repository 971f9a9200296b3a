"""Sites, people, what a person is where, their sessions and the sites' keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import blob, data, key, moment, refers, short, words


class Site(SQLModel, table=True):
    """A news site; `id` is what the operator types (`demo`), every query takes it."""

    __tablename__ = "site"
    id: str = Field(sa_column=key())
    name: str = Field(sa_column=short(200))
    region: str = Field(default="IN", sa_column=short(2))
    character_limit: int = 2000
    disclaimer_mode: str = Field(default="accept", sa_column=short(16))
    policy: str = Field(default="default", sa_column=short(64))
    policy_since: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    previous_policy: str | None = Field(default=None, sa_column=short(64, nullable=True))
    engine: str | None = Field(default=None, sa_column=short(64, nullable=True))
    settings: dict[str, Any] = Field(default_factory=dict, sa_column=data())
    created_at: datetime = Field(sa_column=moment())


class User(SQLModel, table=True):
    """A person who works here; readers of the news site are never users."""

    __tablename__ = "user_account"
    id: str = Field(sa_column=key())
    email: str = Field(sa_column=short(254, unique=True))
    name: str = Field(sa_column=short(200))
    password_hash: str | None = Field(default=None, sa_column=words())
    totp_secret: bytes | None = Field(default=None, sa_column=blob())
    preferences: dict[str, Any] = Field(default_factory=dict, sa_column=data())
    disabled_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    created_at: datetime = Field(sa_column=moment())


class Membership(SQLModel, table=True):
    """What a person is at a site; several roles are several rows."""

    __tablename__ = "membership"
    user_id: str = Field(sa_column=refers("user_account.id", primary_key=True))
    site_id: str = Field(sa_column=refers("site.id", primary_key=True))
    role: str = Field(sa_column=key(16))


class Session(SQLModel, table=True):
    """A signed-in browser; the cookie holds the token, the row only its hash."""

    __tablename__ = "session"
    id_hash: str = Field(sa_column=key())
    user_id: str = Field(sa_column=refers("user_account.id", index=True))
    csrf: str = Field(sa_column=short())
    user_agent: str = Field(default="", sa_column=short(200))
    created_at: datetime = Field(sa_column=moment())
    seen_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    revoked_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class SignInLink(SQLModel, table=True):
    """A link that lets a person in once, after a press; the row holds only the token's hash."""

    __tablename__ = "sign_in_link"
    token_hash: str = Field(sa_column=key())
    user_id: str = Field(sa_column=refers("user_account.id", index=True))
    purpose: str = Field(sa_column=short(16))
    expires_at: datetime = Field(sa_column=moment())
    used_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class ApiKey(SQLModel, table=True):
    """A site's key; shown once, stored as SHA-256, revocable."""

    __tablename__ = "api_key"
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id", index=True))
    mode: str = Field(sa_column=short(8))
    key_hash: str = Field(sa_column=short(64, unique=True))
    hint: str = Field(sa_column=short(32))
    shadow: bool = False
    created_at: datetime = Field(sa_column=moment())
    used_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    made_by: str | None = Field(default=None, sa_column=short(nullable=True))
