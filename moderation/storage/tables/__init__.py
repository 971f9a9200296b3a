"""Every table of the product; importing this package fills `SQLModel.metadata`."""

from moderation.storage.tables.calls import CallRow, CommentCallback
from moderation.storage.tables.comments import ArticleRow, AuthorRow, CommentRow, RevisionRow, TextSeen
from moderation.storage.tables.labels import LabelRow
from moderation.storage.tables.legal import (
    ApprovalRow,
    AuthorityRow,
    HeldRecord,
    LegalHold,
    LegalRequestRow,
    LogTile,
    LookupRow,
    ProductionRow,
    PurgeRun,
    RequestAddress,
    RequestClock,
    RequestEvent,
    RequestScope,
)
from moderation.storage.tables.log import (
    EpochKey,
    LogAnchor,
    LogCheckpoint,
    LogEntry,
    LogFrontier,
    LogHead,
    SenderRecord,
)
from moderation.storage.tables.mails import ConfirmationRow, MailRow
from moderation.storage.tables.people import ApiKey, Membership, Session, SignInLink, Site, User
from moderation.storage.tables.policies import PolicyVersion
from moderation.storage.tables.queue import (
    CaseRow,
    CaseSkip,
    Endpoint,
    Idempotency,
    JobLease,
    Note,
    OpinionRow,
    OutboxRow,
    VerdictRow,
)
from moderation.storage.tables.standing import AddressCount, AddressSeen, KnownDomain, TagBan
from moderation.storage.tables.switches import SwitchRow

__all__ = [
    "AddressCount",
    "AddressSeen",
    "ApiKey",
    "ApprovalRow",
    "ArticleRow",
    "AuthorRow",
    "AuthorityRow",
    "CallRow",
    "CaseRow",
    "CaseSkip",
    "CommentCallback",
    "CommentRow",
    "ConfirmationRow",
    "Endpoint",
    "EpochKey",
    "HeldRecord",
    "Idempotency",
    "JobLease",
    "KnownDomain",
    "LabelRow",
    "LegalHold",
    "LegalRequestRow",
    "LogAnchor",
    "LogCheckpoint",
    "LogEntry",
    "LogFrontier",
    "LogHead",
    "LogTile",
    "LookupRow",
    "MailRow",
    "Membership",
    "Note",
    "OpinionRow",
    "OutboxRow",
    "PolicyVersion",
    "ProductionRow",
    "PurgeRun",
    "RequestAddress",
    "RequestClock",
    "RequestEvent",
    "RequestScope",
    "RevisionRow",
    "SenderRecord",
    "Session",
    "SignInLink",
    "Site",
    "SwitchRow",
    "TagBan",
    "TextSeen",
    "User",
    "VerdictRow",
]
