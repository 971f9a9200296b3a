"""Versions of the sites' policies: what was written, by whom, who put it in force, and what a replay had found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import data, key, moment, refers, short, words


class PolicyVersion(SQLModel, table=True):
    """One version of a site's policy; its text never changes after it was in force."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("site_id", "number"),)
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id"))
    number: int = Field(sa_column=Column(Integer, nullable=False))
    based_on: str = Field(default="", sa_column=short(64))
    text: str = Field(sa_column=words(nullable=False))
    hash: str = Field(sa_column=short(64))
    note: str = Field(default="", sa_column=words(nullable=False))
    state: str = Field(sa_column=short(16))
    replay: dict[str, Any] | None = Field(default=None, sa_column=data(nullable=True))
    created_by: str = Field(sa_column=short())
    created_at: datetime = Field(sa_column=moment())
    proposed_by: str | None = Field(default=None, sa_column=short(nullable=True))
    approved_by: str | None = Field(default=None, sa_column=short(nullable=True))
    activated_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
