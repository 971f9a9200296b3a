"""Close a message so that only the private half of one day's key opens it, and only in its own place.

- HPKE (RFC 9180) in base mode. Suite 1 is X25519, HKDF-SHA256, ChaCha20-Poly1305; suite 2 puts ML-KEM-768 beside X25519
  and costs 1,088 bytes more a message.
- An envelope is `0x01 || suite || length of the epoch id || epoch id || HPKE ciphertext`, or of version 2 with a content
  key that a batch shares: see `batch.py`, which closes them. Both open here.
- Site, epoch, record, comment and compartment are bound: an envelope moved to another comment does not open.

Which key is today's is the business of `keys.py`; private halves live in `vault.py` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
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
BATCH_VERSION: Final = 2
X25519_SIZE: Final = 32
HEAD_SIZE: Final = 3
NUMBER_SIZE: Final = 4
NONCE_SIZE: Final = 12
CLOSED_SIZE: Final = MappingProxyType({1: 32 + 32 + 16, 2: 1088 + 32 + 32 + 16})  # encapsulation, content key, tag
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


SUITES: Final = MappingProxyType({int(suite): suite for suite in Suite})


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
        parts = (self.site, epoch_id, self.record_id, self.comment_id, self.compartment)
        sizes = [len(part) if part.isascii() else len(part.encode()) for part in parts]
        return ("moderation/sender/v1|" + "|".join(map("{}:{}".format, sizes, parts))).encode()


@dataclass(frozen=True, slots=True)
class Envelope:
    """The readable outside of a sealed message; in version 2 the ciphertext begins with the closed content key."""

    version: int
    suite: Suite
    epoch_id: str
    ciphertext: bytes


class ContentKeys:
    """The content keys of the batches that were opened last, for whoever opens many records in a row."""

    def __init__(self) -> None:
        self._last: dict[bytes, ChaCha20Poly1305] = {}

    def cipher(self, closed: bytes, suite: Suite, key: PrivateKey, epoch_id: str) -> ChaCha20Poly1305:
        """Open a batch's content key, or take the one that the record before had."""
        found = self._last.get(closed)
        if found is None:
            found = ChaCha20Poly1305(hpke_of(suite).decrypt(closed, key, info=batch_info(epoch_id)))
            self._last = {closed: found}
        return found


@cache
def hpke_of(suite: Suite) -> Hpke:
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
    head = envelope_head(VERSION, suite, epoch_id)
    return head + hpke_of(suite).encrypt(message, key, info=place.info(epoch_id))


def envelope_head(version: int, suite: Suite, epoch_id: str) -> bytes:
    """The readable outside of an envelope."""
    name = epoch_id.encode("ascii")
    return bytes((version, suite, len(name))) + name


def batch_info(epoch_id: str) -> bytes:
    """What HPKE binds to a batch's content key; its records bind their places themselves."""
    return b"moderation/batch/v1|" + epoch_id.encode()


def nonce_of(number: int) -> bytes:
    """A record's number in its batch as the nonce of its cipher: a content key never meets one twice."""
    return number.to_bytes(NONCE_SIZE, "big")


def read_envelope(sealed: bytes) -> Envelope:
    """Read the outside of an envelope, without any key.

    Raises:
        BadEnvelope: version, suite or length is not ours.
    """
    if (
        len(sealed) <= HEAD_SIZE
        or sealed[0] not in {VERSION, BATCH_VERSION}
        or sealed[1] not in SUITES
        or len(sealed) < HEAD_SIZE + sealed[2]
    ):
        raise BadEnvelope
    end = HEAD_SIZE + sealed[2]
    try:
        return Envelope(sealed[0], SUITES[sealed[1]], sealed[HEAD_SIZE:end].decode("ascii"), sealed[end:])
    except UnicodeDecodeError:
        raise BadEnvelope from None


def open_sealed(sealed: bytes, *, key: PrivateKey, place: Place, content_keys: ContentKeys | None = None) -> bytes:
    """Open an envelope. Whoever opens many in a row hands in `content_keys`, so that a batch's key is opened once.

    Raises:
        BadEnvelope: it is damaged on the outside.
        WillNotOpen: another key, another place, or a changed byte.
    """
    return open_envelope(read_envelope(sealed), key=key, place=place, content_keys=content_keys)


def open_envelope(
    envelope: Envelope, *, key: PrivateKey, place: Place, content_keys: ContentKeys | None = None
) -> bytes:
    """Open an envelope whose outside was read already.

    Raises:
        WillNotOpen: another key, another place, or a changed byte.
    """
    name, body, info = envelope.epoch_id, envelope.ciphertext, place.info(envelope.epoch_id)
    try:
        if envelope.version == VERSION:
            return hpke_of(envelope.suite).decrypt(body, key, info=info)
        start = CLOSED_SIZE[envelope.suite]
        end = start + NUMBER_SIZE
        cipher = (content_keys or ContentKeys()).cipher(body[:start], envelope.suite, key, name)
        return cipher.decrypt(bytes(NONCE_SIZE - NUMBER_SIZE) + body[start:end], body[end:], info)
    except (InvalidTag, ValueError, TypeError):
        raise WillNotOpen from None
