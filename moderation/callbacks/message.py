"""What a message to a site says: thin, so that the site fetches the rest under its own key.

The types are closed; `decision_changed` is sent when a verdict replaces one that was told already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from moderation.vocabulary import Status


class MessageType(StrEnum):
    """What can be told."""

    PUBLISHED = "comment.published"
    HELD = "comment.held"
    REJECTED = "comment.rejected"
    DECISION_CHANGED = "comment.decision_changed"
    WITHDRAWN = "comment.withdrawn"
    PING = "ping"


TYPE_OF = {
    Status.PUBLISHED: MessageType.PUBLISHED,
    Status.HELD: MessageType.HELD,
    Status.REJECTED: MessageType.REJECTED,
    Status.WITHDRAWN: MessageType.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Told:
    """Where a comment stands, as a message tells it."""

    id: str
    external_id: str | None
    revision: int
    status: Status
    grounds: Sequence[str] = ()
    reasons: Sequence[str] = ()
    previous_status: Status | None = None


def message_type(told: Told) -> MessageType:
    """The type of the message about `told`."""
    return MessageType.DECISION_CHANGED if told.previous_status is not None else TYPE_OF[told.status]


def payload(told: Told, at: datetime) -> dict[str, Any]:
    """The body of the message: `{type, timestamp, data}`."""
    data: dict[str, Any] = {
        "id": told.id,
        "external_id": told.external_id,
        "revision": told.revision,
        "status": told.status.value,
        "grounds": list(told.grounds),
        "reasons": list(told.reasons),
    }
    if told.previous_status is not None:
        data["previous_status"] = told.previous_status.value
    return {"type": message_type(told).value, "timestamp": _stamp(at), "data": data}


def ping(site_id: str, at: datetime) -> dict[str, Any]:
    """The body of a test event."""
    return {"type": MessageType.PING.value, "timestamp": _stamp(at), "data": {"site": site_id}}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
