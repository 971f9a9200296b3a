"""Switches of the editors: hold all or close, for a site, a section or an article, until a time or until somebody opens."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import key, moment, refers, short


class SwitchRow(SQLModel, table=True):
    """One switch that is on. `target` is empty for the site, else the name of the section or the id of the article."""

    __tablename__ = "switch"
    site_id: str = Field(sa_column=refers("site.id", primary_key=True))
    scope: str = Field(sa_column=key(8))
    target: str = Field(sa_column=key(200))
    word: str = Field(sa_column=short(8))
    until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    by_user: str = Field(sa_column=short())
    created_at: datetime = Field(sa_column=moment())
