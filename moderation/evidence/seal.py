"""Close a message so that only the private half of one day's key opens it, and only in its own place.

- HPKE (RFC 9180) in base mode. Suite 1 is X25519, HKDF-SHA256, ChaCha20-Poly1305; suite 2 puts ML-KEM-768 beside X25519
  and costs 1,088 bytes more a message.
- An envelope is `0x01 || suite || length of the epoch id || epoch id || HPKE ciphertext`.
- `info` binds site, epoch, record, comment and compartment: an envelope moved to another comment does not open.

Which key is today's is the business of `keys.py`; private halves live in `vault.py` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
)
from cryptography.hazmat.primitives.hpke import Suite as Hpke

from moderation.errors import Invalid

VERSION: Final = 1
X25519_SIZE: Final = 32
HEAD_SIZE: Final = 3
PublicKey = X25519PublicKey | MLKEM768X25519PublicKey
PrivateKey = X25519PrivateKey | MLKEM768X25519PrivateKey


class Compartment(StrEnum):
    """Address and identity are sealed under different keys: an order for one never opens the other."""

    NETWORK = "network"
    IDENTITY = "identity"


class Suite(IntEnum):
    """The algorithms of an envelope; a number is never given twice."""

    X25519_CHACHA20 = 1
    MLKEM768_X25519_CHACHA20 = 2


class WillNotOpen(Invalid):
    """the sealed record does not open with this key in this place"""

    code = "will_not_open"
    hint = "check that the key, the record and the comment belong together"


class KeyDestroyed(WillNotOpen):
    """the key of this day was destroyed when its time was over"""

    code = "key_destroyed"
    hint = "what was sealed under it stays closed; answer `data_expired`"


class BadEnvelope(Invalid):
    """the sealed record is damaged or of an unknown version"""

    code = "bad_envelope"
    hint = "restore the record from a backup, or upgrade `moderation`"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an envelope belongs; it opens nowhere else."""

    site: str
    record_id: str
    comment_id: str
    compartment: Compartment

    def info(self, epoch_id: str) -> bytes:
        """The context string that HPKE binds. Parts are length-prefixed, so that no two places share one."""
        parts = (self.site, epoch_id, self.record_id, self.comment_id, str(self.compartment))
        return b"moderation/sender/v1|" + b"|".join(b"%d:%s" % (len(p.encode()), p.encode()) for p in parts)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The readable outside of a sealed message."""

    suite: Suite
    epoch_id: str
    ciphertext: bytes


@cache
def _hpke(suite: Suite) -> Hpke:
    kem = KEM.X25519 if suite is Suite.X25519_CHACHA20 else KEM.MLKEM768_X25519
    return Hpke(kem, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def public_key(suite: Suite, raw: bytes) -> PublicKey:
    """Read a public half: X25519 raw, or ML-KEM-768 raw followed by X25519 raw."""
    try:
        if suite is Suite.X25519_CHACHA20:
            return X25519PublicKey.from_public_bytes(raw)
        lattice = MLKEM768PublicKey.from_public_bytes(raw[:-X25519_SIZE])
        return MLKEM768X25519PublicKey(lattice, X25519PublicKey.from_public_bytes(raw[-X25519_SIZE:]))
    except ValueError:
        raise BadEnvelope("the public key has a wrong form", hint="mint the key again") from None


def private_key(suite: Suite, raw: bytes) -> PrivateKey:
    """Read a private half: X25519 raw, or the ML-KEM-768 seed followed by X25519 raw."""
    try:
        if suite is Suite.X25519_CHACHA20:
            return X25519PrivateKey.from_private_bytes(raw)
        lattice = MLKEM768PrivateKey.from_seed_bytes(raw[:-X25519_SIZE])
        return MLKEM768X25519PrivateKey(lattice, X25519PrivateKey.from_private_bytes(raw[-X25519_SIZE:]))
    except ValueError:
        raise WillNotOpen("the private key has a wrong form") from None


def new_pair(suite: Suite) -> tuple[bytes, bytes]:
    """Make a key pair: (private raw, public raw)."""
    curve = X25519PrivateKey.generate()
    private, public = curve.private_bytes_raw(), curve.public_key().public_bytes_raw()
    if suite is Suite.X25519_CHACHA20:
        return private, public
    lattice = MLKEM768PrivateKey.generate()
    return lattice.private_bytes_raw() + private, lattice.public_key().public_bytes_raw() + public


def seal(message: bytes, *, suite: Suite, key: PublicKey, epoch_id: str, place: Place) -> bytes:
    """Close a message for one epoch and one place."""
    name = epoch_id.encode("ascii")
    return bytes((VERSION, suite, len(name))) + name + _hpke(suite).encrypt(message, key, info=place.info(epoch_id))


def read_envelope(sealed: bytes) -> Envelope:
    """Read the outside of an envelope, without any key.

    Raises:
        BadEnvelope: version, suite or length is not ours.
    """
    if (
        len(sealed) <= HEAD_SIZE
        or sealed[0] != VERSION
        or sealed[1] not in set(Suite)
        or len(sealed) < HEAD_SIZE + sealed[2]
    ):
        raise BadEnvelope
    end = HEAD_SIZE + sealed[2]
    try:
        return Envelope(Suite(sealed[1]), sealed[HEAD_SIZE:end].decode("ascii"), sealed[end:])
    except UnicodeDecodeError:
        raise BadEnvelope from None


def open_sealed(sealed: bytes, *, key: PrivateKey, place: Place) -> bytes:
    """Open an envelope.

    Raises:
        BadEnvelope: it is damaged on the outside.
        WillNotOpen: another key, another place, or a changed byte.
    """
    envelope = read_envelope(sealed)
    try:
        return _hpke(envelope.suite).decrypt(envelope.ciphertext, key, info=place.info(envelope.epoch_id))
    except (InvalidTag, ValueError, TypeError):
        raise WillNotOpen from None
