"""A comment's outcome in Akismet's webhook form, for callers that named a `callback`.

- The message is thin: the guid that the check gave, and `false` for published or `true` for everything else.
- It carries the key that the caller used, since receivers compare it; there is no signature in this protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from moderation.vocabulary import Status

AKISMET: Final = "akismet"
AKISMET_HEADERS: Final[Mapping[str, str]] = MappingProxyType({"X-Akismet-Webhook": "comment-check"})


def akismet_form(payload: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What the caller's webhook is sent."""
    told = payload.get("data", {})
    result = "false" if told.get("status") == Status.PUBLISHED.value else "true"
    return {"key": key, "endpoint": "comment-check", "comments": [{"guid": told.get("id"), "result": result}]}
