"""An unlocked vault opens and re-seals; it lives for one run and never reaches the serving process.

- A private half is closed to the KEK under its own name: it cannot be passed off as another day's.
- A custodian's share is closed to the custodian's own key. Approving means to close it again, to the vault's session key
  and bound to the hash of the request's scope: when the scope changes, it no longer opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as Hpke

from moderation.evidence.seal import (
    Compartment,
    KeyDestroyed,
    Place,
    PrivateKey,
    Suite,
    WillNotOpen,
    open_sealed,
    private_key,
    public_key,
    read_envelope,
    seal,
)
from moderation.evidence.shamir import BadShare, Share
from moderation.evidence.vault_state import VaultState

KEY_SIZE: Final = 32
HPKE: Final = Hpke(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def wrap_info(kek_id: str, name: str) -> bytes:
    return f"moderation/vault/v1|{kek_id}|{name}".encode()


def share_info(request_id: str, scope_hash: str) -> bytes:
    return f"moderation/share/v1|{request_id}|{scope_hash}".encode()


def close_to(public: bytes, message: bytes, info: bytes) -> bytes:
    """Close a short message to an X25519 key."""
    return HPKE.encrypt(message, X25519PublicKey.from_public_bytes(public), info=info)


def open_from(private: bytes, sealed: bytes, info: bytes) -> bytes:
    """Open what `close_to` closed.

    Raises:
        WillNotOpen: another key or another purpose.
    """
    try:
        return HPKE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=info)
    except (InvalidTag, ValueError):
        raise WillNotOpen from None


def my_share(state: VaultState, private: bytes) -> tuple[str, Share]:
    """Find and open the share of whoever holds this private key.

    Raises:
        BadShare: the key belongs to no custodian of this vault, or is none.
    """
    if len(private) != KEY_SIZE:
        raise BadShare("this file holds no custodian's key", hint="give the file of `moderation vault custodian-key`")
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    for custodian in state.custodians:
        if custodian.public == public:
            info = wrap_info(state.kek_id, custodian.name)
            return custodian.name, Share.from_bytes(open_from(private, custodian.share, info))
    raise BadShare("this key belongs to no custodian of this vault", hint="see `moderation vault status`")


def hand_in(state: VaultState, private: bytes, *, request_id: str, scope_hash: str) -> tuple[str, bytes]:
    """Close one's share to the vault's session, for one request with one scope only: (custodian, sealed share)."""
    name, share = my_share(state, private)
    return name, close_to(state.session, share.to_bytes(), share_info(request_id, scope_hash))


def collect(session: bytes, sealed: Iterable[bytes], *, request_id: str, scope_hash: str) -> tuple[Share, ...]:
    """Open the shares that were handed in for this request and this scope.

    Raises:
        WillNotOpen: a share was handed in for another scope.
    """
    info = share_info(request_id, scope_hash)
    return tuple(Share.from_bytes(open_from(session, one, info)) for one in sealed)


class OpenVault:
    """An unlocked vault: it lives for one run and opens what the caller has already written into the log."""

    def __init__(self, state: VaultState, kek: bytes) -> None:
        self._state = state
        self._kek = kek
        self._cache: dict[str, PrivateKey] = {}

    def renewed(self, state: VaultState) -> OpenVault:
        """The same key over what the vault holds by now."""
        return OpenVault(state, self._kek)

    def raw_key(self, name: str) -> bytes:
        """Unwrap the private half of an epoch or a hold.

        Raises:
            WillNotOpen: it was destroyed, or never made here.
        """
        entry = self._state.epochs.get(name) or self._state.holds.get(name)
        if entry is None:
            if gone := self._state.destroyed.get(name):
                raise KeyDestroyed(f"the key `{name}` was destroyed on {gone.date()}")
            raise WillNotOpen(f"the key `{name}` is not in this vault")
        return open_from(self._kek, entry.wrapped, wrap_info(self._state.kek_id, name))

    def raw_keys(self, compartment: Compartment) -> dict[str, tuple[int, bytes]]:
        """Unwrap all private halves of one compartment, for a search; those of the other stay closed."""
        kept = {**self._state.epochs, **self._state.holds}
        return {
            name: (entry.suite, self.raw_key(name)) for name, entry in kept.items() if compartment in name.split(".")
        }

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Open one envelope of a sender record.

        Raises:
            WillNotOpen: key destroyed, wrong place, or changed.
        """
        name = read_envelope(sealed).epoch_id
        if name not in self._cache:
            entry = self._state.epochs.get(name) or self._state.holds.get(name)
            self._cache[name] = private_key(Suite(entry.suite if entry else 1), self.raw_key(name))
        return open_sealed(sealed, key=self._cache[name], place=place)

    def reseal(self, sealed: bytes, place: Place, target: str) -> bytes:
        """Close a record again under another key of this vault: a hold's, or a later day's.

        Raises:
            WillNotOpen: the record cannot be opened, or the target key does not exist.
        """
        entry = self._state.holds.get(target) or self._state.epochs.get(target)
        if entry is None:
            raise WillNotOpen(f"the key `{target}` is not in this vault")
        suite = Suite(entry.suite)
        key = public_key(suite, entry.public)
        return seal(self.open(sealed, place), suite=suite, key=key, epoch_id=target, place=place)
