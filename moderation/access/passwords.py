"""Passwords of people: how they are kept and which are refused.

What this file decides
- argon2id with OWASP's second profile (19 MiB, two passes), so that a sign-in costs about 50 ms on a small machine.
- At least 12 characters, at most 256; no other rule of composition (NIST SP 800-63B), but not one's own address or name.
- An unknown person costs as much time as a known one: `verify` runs against a decoy when there is no hash.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from moderation.errors import Invalid

SHORTEST: Final = 12
LONGEST: Final = 256
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_DECOY: Final = "$argon2id$v=19$m=19456,t=2,p=1$sblb8cY0E7WccXBazaTF8Q$9g0yORXPQCsILnp3T8bu0dYd70nyReAVXChJKYkR/JQ"


class WeakPassword(Invalid):
    """this password is too easy to guess"""

    code = "weak_password"
    hint = "take twelve characters or more, such as four words that do not belong together"


def hash_password(password: str, *, person: tuple[str, ...] = ()) -> str:
    """The hash of a new password; `person` holds what an attacker would try first.

    Raises:
        WeakPassword: too short, too long, of one letter only, or made of the person's own name.
    """
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise WeakPassword(f"a password has {SHORTEST} to {LONGEST} characters")
    own = {part for word in person for part in (word.lower(), word.lower().split("@")[0]) if part}
    if len(set(plain)) < 4 or plain.lower() in own:  # noqa: PLR2004 - one letter over and over
        raise WeakPassword
    return _HASHER.hash(plain)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; takes as long when nothing is stored."""
    try:
        _HASHER.verify(stored or _DECOY, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other costs and should be made anew at the next sign-in."""
    return _HASHER.check_needs_rehash(stored)


def _plain(password: str) -> str:
    # Two keyboards may write the same letter in two ways; NIST SP 800-63B asks for one form.
    return unicodedata.normalize("NFKC", password)
