"""Sessions and sign-in links: how long they live and what is stored of them.

What this file decides
- A token has 32 random bytes; the database holds only its SHA-256.
- A session ends 4 hours after the last request and 24 hours after signing in, whichever is first.
- A link to sign in lives 24 hours when the operator made it, 30 minutes when it was mailed, and works once; the step to the
  second factor takes five minutes at most.
- Over HTTPS the cookie is `__Host-moderation`, which no neighbour host can set; on loopback it has a plain name, since
  browsers keep no secure cookie without HTTPS everywhere. Plain HTTP on another host cannot sign in.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

IDLE: Final = timedelta(hours=4)
ABSOLUTE: Final = timedelta(hours=24)
TOUCH_AFTER: Final = timedelta(minutes=1)
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1", "[::1]", "testserver"})


class LinkPurpose(StrEnum):
    """Why a link was made."""

    SIGN_IN = "sign_in"
    INVITE = "invite"
    RESET = "reset"
    SECOND = "second"


LIFETIMES: Final = {
    LinkPurpose.SIGN_IN: timedelta(hours=24),
    LinkPurpose.INVITE: timedelta(days=7),
    LinkPurpose.RESET: timedelta(minutes=30),
    LinkPurpose.SECOND: timedelta(minutes=5),
}


class CookieKind(StrEnum):
    """Which cookie this browser can keep."""

    HOST = "__Host-moderation"
    PLAIN = "moderation"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A secret as its owner holds it, and what is stored of it."""

    secret: str
    hash: str


def make_token(random: Callable[[int], bytes]) -> Token:
    """A new token."""
    secret = base64.urlsafe_b64encode(random(32)).decode().rstrip("=")
    return Token(secret, hash_token(secret))


def hash_token(secret: str) -> str:
    """What is stored and looked up."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_alive(created_at: datetime, seen_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether a session still holds at `now`."""
    return now < expires_at and now < created_at + ABSOLUTE and now < seen_at + IDLE


def cookie_kind(scheme: str, host: str) -> CookieKind:
    """The cookie for a request that came by `scheme` to `host` (without its port)."""
    if scheme == "https":
        return CookieKind.HOST
    return CookieKind.PLAIN if host.lower() in LOOPBACK or host.lower().endswith(".localhost") else CookieKind.NONE
