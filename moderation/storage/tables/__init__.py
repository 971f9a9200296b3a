"""Every table of the product; importing this package fills `SQLModel.metadata`."""

from moderation.storage.tables.comments import ArticleRow, AuthorRow, CommentRow, RevisionRow, TextSeen
from moderation.storage.tables.log import (
    EpochKey,
    LogAnchor,
    LogCheckpoint,
    LogEntry,
    LogFrontier,
    LogHead,
    SenderRecord,
)
from moderation.storage.tables.people import ApiKey, Membership, Session, SignInLink, Site, User
from moderation.storage.tables.queue import (
    CaseRow,
    Endpoint,
    Idempotency,
    JobLease,
    Note,
    OutboxRow,
    VerdictRow,
)

__all__ = [
    "ApiKey",
    "ArticleRow",
    "AuthorRow",
    "CaseRow",
    "CommentRow",
    "Endpoint",
    "EpochKey",
    "Idempotency",
    "JobLease",
    "LogAnchor",
    "LogCheckpoint",
    "LogEntry",
    "LogFrontier",
    "LogHead",
    "Membership",
    "Note",
    "OutboxRow",
    "RevisionRow",
    "SenderRecord",
    "Session",
    "SignInLink",
    "Site",
    "TextSeen",
    "User",
    "VerdictRow",
]
