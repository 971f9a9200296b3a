"""The token of a form: when it was first touched, once, under a key of the day.

What this file decides
- It says nothing about a person and opens nothing: it dates the form and names one sending. It ends after a day.
- A token that is not ours, of another site, too old or from the future is no token; that is a fact, not a fault.
"""

from __future__ import annotations

import hmac
import os
from datetime import UTC, datetime, timedelta
from typing import Final

from moderation.bootstrap import Service

TOKEN_AGE: Final = timedelta(hours=24)
PARTS: Final = 3
LONGEST_STAMP: Final = 14


def make_form_token(service: Service, site_id: str, now: datetime) -> str:
    """When the form was shown or touched and its nonce, under the day's key."""
    stamp, nonce = int(now.timestamp() * 1000), os.urandom(12).hex()
    return f"{stamp}.{nonce}.{_signature(service, site_id, stamp, nonce, now)}"


def read_token(service: Service, site_id: str, token: str, now: datetime) -> tuple[int | None, str]:
    """Milliseconds since the token was made, and its nonce; nothing of a token that is not ours or too old."""
    parts = token.split(".")
    if len(parts) != PARTS or not (parts[0].isascii() and parts[0].isdigit()) or len(parts[0]) > LONGEST_STAMP:
        return None, ""
    stamp = int(parts[0])
    made = datetime.fromtimestamp(stamp / 1000, UTC)
    if not timedelta(0) <= now - made <= TOKEN_AGE:
        return None, ""
    own = _signature(service, site_id, stamp, parts[1], made)
    if not hmac.compare_digest(own.encode(), parts[2].encode("utf-8", "replace")):
        return None, ""
    return int(now.timestamp() * 1000) - stamp, parts[1]


def _signature(service: Service, site_id: str, stamp: int, nonce: str, at: datetime) -> str:
    return service.custody.fingerprint(site_id, f"form|{stamp}|{nonce}".encode(), at).hex()
