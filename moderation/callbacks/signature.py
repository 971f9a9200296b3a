"""Sign a message as Standard Webhooks 1.0.0 says.

- Secrets are `whsec_` and base64 of 24 to 64 random bytes; while one is rotated both signatures are sent.
- Signed is `{id}.{timestamp}.{body}`, by HMAC-SHA256; the id stays over all attempts, the timestamp does not.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Sequence
from typing import Final

PREFIX: Final = "whsec_"
SECRET_SIZE: Final = 32


def make_secret(random: Callable[[int], bytes]) -> str:
    """A new secret, as it is shown to the site."""
    return PREFIX + base64.b64encode(random(SECRET_SIZE)).decode()


def sign(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of one attempt; `timestamp` in seconds since 1970."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_hmac(secret, signed)}" for secret in secrets),
    }


def _hmac(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
