"""Calls at the doors, kept for the integrator, and whom a comment's outcome is to be told beside the site's endpoints."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, Integer
from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import key, moment, refers, short, words


class CallRow(SQLModel, table=True):
    """One of the last calls of a site's keys; body and query (behind the path) are kept for test keys only."""

    __tablename__ = "api_call"
    __table_args__ = (Index("ix_api_call_site", "site_id", "id"),)
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id"))
    key_id: str = Field(sa_column=short())
    lane: str = Field(sa_column=short(8))
    at: datetime = Field(sa_column=moment())
    method: str = Field(sa_column=short(8))
    path: str = Field(sa_column=short(300))
    status: int
    problem: str = Field(default="", sa_column=short(200))
    milliseconds: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    content_type: str = Field(default="", sa_column=short(100))
    body: str | None = Field(default=None, sa_column=words())


class CommentCallback(SQLModel, table=True):
    """An endpoint that asked to be told of one comment only."""

    __tablename__ = "comment_callback"
    comment_id: str = Field(sa_column=refers("comment.id", primary_key=True))
    endpoint_id: str = Field(sa_column=refers("endpoint.id", primary_key=True))
