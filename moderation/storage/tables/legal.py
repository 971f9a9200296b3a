"""Lawful requests: who asked, on what law, who approved, what was opened and handed out.

Names of officers, purposes, references and notes lie here only under the application key. What was looked up and what was
purged stands in the log as well; those tables are append-only like it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from moderation.storage.tables.base import BIG, blob, data, key, moment, refers, short, words


class AuthorityRow(SQLModel, table=True):
    """An authority and how it was called back: the number's source is never the letter."""

    __tablename__ = "authority"
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id", index=True))
    country: str = Field(sa_column=short(2))
    kind: str = Field(sa_column=short(16))
    name: str = Field(sa_column=short(300))
    domains: list[str] = Field(default_factory=list, sa_column=data())
    callback_number: str = Field(default="", sa_column=short(100))
    callback_source: str = Field(default="", sa_column=words(nullable=False))
    verified_by: str | None = Field(default=None, sa_column=short(nullable=True))
    verified_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    entered_by: str = Field(sa_column=short())
    created_at: datetime = Field(sa_column=moment())


class LegalRequestRow(SQLModel, table=True):
    """One request. `version` grows with every change, so that nobody acts on an old page."""

    __tablename__ = "legal_request"
    __table_args__ = (Index("ix_legal_request_site", "site_id", "state", "received_at"),)
    id: str = Field(sa_column=key())
    site_id: str = Field(sa_column=refers("site.id"))
    type: str = Field(sa_column=short(32))
    profile: str = Field(sa_column=short(2))
    instrument: str = Field(default="", sa_column=short(100))
    authority_id: str | None = Field(default=None, sa_column=refers("authority.id", nullable=True))
    officer_sealed: bytes | None = Field(default=None, sa_column=blob())
    officer_rank: str = Field(default="", sa_column=short(40))
    basis_id: str = Field(default="", sa_column=short(40))
    elements: list[str] = Field(default_factory=list, sa_column=data())
    purpose_sealed: bytes | None = Field(default=None, sa_column=blob())
    reference_sealed: bytes | None = Field(default=None, sa_column=blob())
    necessity_sealed: bytes | None = Field(default=None, sa_column=blob())
    received_at: datetime = Field(sa_column=moment())
    channel: str = Field(default="", sa_column=short(40))
    order_sha256: str = Field(default="", sa_column=short(64))
    order_sealed: bytes | None = Field(default=None, sa_column=blob())
    order_expires: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    state: str = Field(sa_column=short(24))
    emergency: bool = False
    gag_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    gag_permanent: bool = False
    gag_basis: str = Field(default="", sa_column=short(40))
    outcome: str = Field(default="", sa_column=short(24))
    rejection: list[str] = Field(default_factory=list, sa_column=data())
    entered_by: str = Field(sa_column=short())
    version: int = 1
    created_at: datetime = Field(sa_column=moment())
    closed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class RequestScope(SQLModel, table=True):
    """One line of a request's scope."""

    __tablename__ = "request_scope"
    id: str = Field(sa_column=key())
    request_id: str = Field(sa_column=refers("legal_request.id", index=True))
    comment_id: str = Field(sa_column=refers("comment.id", index=True))
    fields: list[str] = Field(sa_column=data())
    since: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    until: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class RequestAddress(SQLModel, table=True):
    """An address whose comments a request asks for, closed under the application key with its salt."""

    __tablename__ = "request_address"
    id: str = Field(sa_column=key())
    request_id: str = Field(sa_column=refers("legal_request.id", index=True))
    address_sealed: bytes = Field(sa_column=blob(nullable=False))
    since: datetime = Field(sa_column=moment())
    until: datetime = Field(sa_column=moment())


class RequestEvent(SQLModel, table=True):
    """One step of a request; append-only."""

    __tablename__ = "request_event"
    id: str = Field(sa_column=key())
    request_id: str = Field(sa_column=refers("legal_request.id", index=True))
    at: datetime = Field(sa_column=moment())
    actor: str = Field(sa_column=short())
    from_state: str = Field(default="", sa_column=short(24))
    to_state: str = Field(sa_column=short(24))
    note_sealed: bytes | None = Field(default=None, sa_column=blob())
    leaf_idx: int = Field(sa_column=Column(BIG, nullable=False))


class RequestClock(SQLModel, table=True):
    """A period that runs from receipt."""

    __tablename__ = "request_clock"
    id: str = Field(sa_column=key())
    request_id: str = Field(sa_column=refers("legal_request.id", index=True))
    rule_id: str = Field(sa_column=short(40))
    starts_at: datetime = Field(sa_column=moment())
    due_at: datetime = Field(sa_column=moment(index=True))
    met_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class ApprovalRow(SQLModel, table=True):
    """One person's yes, bound to the hash of the scope; in custodian mode with the share closed to the session key."""

    __tablename__ = "approval"
    id: str = Field(sa_column=key())
    request_id: str = Field(sa_column=refers("legal_request.id", index=True))
    approver: str = Field(sa_column=short())
    custodian: str = Field(default="", sa_column=short(100))
    scope_hash: str = Field(sa_column=short(64))
    share_sealed: bytes | None = Field(default=None, sa_column=blob())
    at: datetime = Field(sa_column=moment())
    leaf_idx: int = Field(sa_column=Column(BIG, nullable=False))


class LegalHold(SQLModel, table=True):
    """Records that outlive their day: placed at once, carried over to a key of its own by the vault, released at its end."""

    __tablename__ = "legal_hold"
    id: str = Field(sa_column=key())
    request_id: str = Field(sa_column=refers("legal_request.id", index=True))
    placed_by: str = Field(sa_column=short())
    placed_at: datetime = Field(sa_column=moment())
    until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    carried_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    released_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class HeldRecord(SQLModel, table=True):
    """A record that a hold names; its second ciphertext is there once the hold is carried over."""

    __tablename__ = "held_record"
    keeper: str = Field(sa_column=key())
    record_id: str = Field(sa_column=refers("sender_record.id", primary_key=True))
    ct_net: bytes | None = Field(default=None, sa_column=blob())
    ct_ident: bytes | None = Field(default=None, sa_column=blob())
    carried_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    until: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class LookupRow(SQLModel, table=True):
    """One opened record: written before it was opened; append-only."""

    __tablename__ = "lookup_log"
    id: str = Field(sa_column=key())
    request_id: str = Field(sa_column=refers("legal_request.id", index=True))
    record_id: str = Field(sa_column=short(index=True))
    actor: str = Field(sa_column=short())
    fields: list[str] = Field(sa_column=data())
    at: datetime = Field(sa_column=moment())
    leaf_idx: int = Field(sa_column=Column(BIG, nullable=False))


class ProductionRow(SQLModel, table=True):
    """A package that was made, and what became of it."""

    __tablename__ = "production"
    id: str = Field(sa_column=key())
    request_id: str = Field(sa_column=refers("legal_request.id", index=True))
    manifest_sha256: str = Field(sa_column=short(64))
    fields: list[str] = Field(sa_column=data())
    records: int
    made_by: str = Field(sa_column=short())
    made_at: datetime = Field(sa_column=moment())
    leaf_idx: int = Field(sa_column=Column(BIG, nullable=False))
    delivered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    receipt: str = Field(default="", sa_column=words(nullable=False))


class PurgeRun(SQLModel, table=True):
    """One run of the sweep: which keys died, how many records lost their ciphertext; append-only."""

    __tablename__ = "purge_run"
    id: str = Field(sa_column=key())
    at: datetime = Field(sa_column=moment())
    keys: list[Any] = Field(sa_column=data())
    records: int
    leaf_idx: int = Field(sa_column=Column(BIG, nullable=False))


class LogTile(SQLModel, table=True):
    """The root over 256 lines of the log, so that a proof does not hash everything again."""

    __tablename__ = "log_tile"
    number: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_column=blob(nullable=False))
