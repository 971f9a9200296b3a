"""Keys of sites.

What this file decides
- `ck_live_` or `ck_test_` and lower-case base32 of 20 random bytes: under 63 characters and free of capitals, since a key must
  survive as a label of a host name.
- A key is shown once; what is stored is its SHA-256. Twenty random bytes need no slow hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from moderation.vocabulary import Lane

KEY_BYTES: Final = 20
SHAPE: Final = re.compile(r"ck_(live|test)_[a-z2-7]{32}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is shown once, its hash, and the hint by which people tell it from others."""

    key: str
    hash: str
    hint: str


def make_key(lane: Lane, random: Callable[[int], bytes]) -> NewKey:
    """A new key for `lane`."""
    secret = base64.b32encode(random(KEY_BYTES)).decode().rstrip("=").lower()
    key = f"ck_{lane.value}_{secret}"
    return NewKey(key, hash_key(key), f"{key[:12]}…{key[-4:]}")


def hash_key(key: str) -> str:
    """What is stored and looked up: SHA-256, hex. Keys are compared in lower case, since a host label is."""
    return hashlib.sha256(key.strip().lower().encode("utf-8", "replace")).hexdigest()


def looks_like_key(value: str) -> bool:
    """Whether it is worth a look-up."""
    return SHAPE.fullmatch(value.strip().lower()) is not None
