"""The second factor: a number from an authenticator, by RFC 6238.

What this file decides
- SHA-1, six digits, thirty seconds: what every authenticator knows.
- The number of the neighbouring half minute is good as well, since clocks differ; a number is good once.
- The secret is shown once; where it is stored is the caller's, under the application key.
"""

from __future__ import annotations

import base64
import hmac
import struct
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import quote

STEP: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20


def make_secret(random: Callable[[int], bytes]) -> str:
    """A new secret in base32, as authenticators take it."""
    return base64.b32encode(random(SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    """The number of one half minute (RFC 4226, section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def match_code(secret: str, code: str, now: datetime, *, after: int = 0) -> int | None:
    """The half minute whose number this is, or None; those up to `after` are used up."""
    given = "".join(code.split())
    current = int(now.timestamp()) // STEP
    for step in (current, current - 1, current + 1):
        if step > after and hmac.compare_digest(code_at(secret, step).encode(), given.encode("utf-8", "replace")):
            return step
    return None


def otpauth_uri(secret: str, account: str, issuer: str) -> str:
    """What the QR code says."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&digits={DIGITS}&period={STEP}"
