"""The log, its checkpoints, sealed sender records and the public halves of the sealing keys.

Log tables are append-only: triggers refuse UPDATE and DELETE, on PostgreSQL grants do so as well. The one change that passes is
the erasure of a body (`body` to NULL together with `redacted_at`), since the leaf's hash stays.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, Integer
from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import BIG, blob, key, moment, refers, short, words


class LogEntry(SQLModel, table=True):
    """One leaf; `idx` is contiguous over the whole installation."""

    __tablename__ = "log_entry"
    idx: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    body: bytes | None = Field(default=None, sa_column=blob())
    leaf_hash: bytes = Field(sa_column=blob(nullable=False))
    type: str = Field(sa_column=short(40))
    ref: str = Field(default="", sa_column=short(index=True))
    site_id: str = Field(default="", sa_column=short())
    created_at: datetime = Field(sa_column=moment())
    redacted_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class LogHead(SQLModel, table=True):
    """The number of leaves; updating its one row is the lock under which `idx` is assigned."""

    __tablename__ = "log_head"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    size: int = Field(sa_column=Column(BIG, nullable=False))


class LogCheckpoint(SQLModel, table=True):
    """A signed head of the log (C2SP tlog-checkpoint)."""

    __tablename__ = "log_checkpoint"
    size: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    note: str = Field(sa_column=words(nullable=False))
    created_at: datetime = Field(sa_column=moment())


class LogAnchor(SQLModel, table=True):
    """Who outside holds a checkpoint: a time stamp, a witness, a printed line."""

    __tablename__ = "log_anchor"
    id: str = Field(sa_column=key())
    size: int = Field(sa_column=Column(BIG, nullable=False, index=True))
    kind: str = Field(sa_column=short(16))
    blob: bytes = Field(sa_column=blob(nullable=False))
    created_at: datetime = Field(sa_column=moment())


class LogFrontier(SQLModel, table=True):
    """Complete subtrees at the last checkpoint, so that the next one hashes only what is new."""

    __tablename__ = "log_frontier"
    level: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    size: int = Field(sa_column=Column(BIG, nullable=False))
    hash: bytes = Field(sa_column=blob(nullable=False))


class EpochKey(SQLModel, table=True):
    """The public half of one day's key of one compartment."""

    __tablename__ = "epoch_key"
    id: str = Field(sa_column=key(40))
    compartment: str = Field(sa_column=short(16))
    suite: int
    public_key: bytes = Field(sa_column=blob(nullable=False))
    not_before: datetime = Field(sa_column=moment())
    not_after: datetime = Field(sa_column=moment(index=True))
    destroy_after: datetime = Field(sa_column=moment())
    destroyed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    sig: bytes = Field(sa_column=blob(nullable=False))


class SenderRecord(SQLModel, table=True):
    """Sealed details of who sent one revision; nobody can read them without the vault."""

    __tablename__ = "sender_record"
    __table_args__ = (
        Index("ix_sender_record_comment", "comment_id"),
        Index("ix_sender_record_created", "site_id", "created_at"),
        Index("ix_sender_record_epoch_net", "epoch_net"),
        Index("ix_sender_record_epoch_ident", "epoch_ident"),
    )
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=short())
    comment_id: str = Field(sa_column=refers("comment.id"))
    revision: int
    action: str = Field(sa_column=short(8))
    epoch_net: str = Field(sa_column=short(40))
    epoch_ident: str = Field(sa_column=short(40))
    ct_net: bytes | None = Field(default=None, sa_column=blob())
    ct_ident: bytes | None = Field(default=None, sa_column=blob())
    leaf_idx: int = Field(sa_column=Column(BIG, nullable=False))
    created_at: datetime = Field(sa_column=moment())
    retain_until: datetime = Field(sa_column=moment())
    retain_rule: str = Field(sa_column=short(40))
    purged_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
