"""Which public key is today's. The server knows public halves only; the vault mints them 35 days ahead.

- A key belongs to one day, one compartment and one retention profile; its id is `2026-11-24.network.IN`. Sites under
  different laws must not share a key, or the longest period would rule them all.
- The vault signs each public half. Where the vault's own public key is pinned, a half with a wrong signature is not
  used: whoever can write to the database could otherwise hand in a key of their own.
- No key for today: the newest older one serves up to 7 days, then comments are refused. A log that claims to seal
  senders must not take comments that it cannot seal.
- Warnings start at 14 days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from moderation.errors import Invalid, Unavailable
from moderation.evidence.canonical import b64, canonical, moment
from moderation.evidence.seal import Compartment, PublicKey, Suite, public_key

GRACE: Final = timedelta(days=7)
WARN_DAYS: Final = 14
MINT_DAYS: Final = 35
DEFAULT_PROFILE: Final = "IN"


class NoEpochKey(Unavailable):
    """there is no sealing key for today, so that no comment can be taken"""

    code = "no_epoch_key"
    hint = "run `moderation vault mint`, and let a timer run it daily"


class BadEpochKey(Invalid):
    """a sealing key does not carry the vault's signature"""

    code = "bad_epoch_key"
    hint = "somebody wrote to the table of keys; compare with `moderation vault status`"


@dataclass(frozen=True, slots=True)
class EpochRow:
    """A row of the table `epoch_key`: the public half and its dates."""

    id: str
    compartment: str
    suite: int
    public_key: bytes
    not_before: datetime
    not_after: datetime
    destroy_after: datetime
    sig: bytes
    destroyed_at: datetime | None = None

    def signed_bytes(self) -> bytes:
        """What the vault signs."""
        return b"moderation/epoch-key/v1\n" + canonical(
            {
                "id": self.id,
                "compartment": self.compartment,
                "suite": self.suite,
                "public_key": b64(self.public_key),
                "not_before": moment(self.not_before),
                "not_after": moment(self.not_after),
                "destroy_after": moment(self.destroy_after),
            }
        )


@dataclass(frozen=True, slots=True)
class EpochKey:
    """A public key, parsed once."""

    id: str
    suite: Suite
    key: PublicKey
    not_before: datetime
    not_after: datetime


def epoch_id(day: date, compartment: Compartment, profile: str = DEFAULT_PROFILE) -> str:
    return f"{day.isoformat()}.{compartment}.{profile}"


def check_signature(row: EpochRow, vault_key: bytes) -> None:
    """Check that the vault signed a public half.

    Raises:
        BadEpochKey: it did not.
    """
    try:
        Ed25519PublicKey.from_public_bytes(vault_key).verify(row.sig, row.signed_bytes())
    except (InvalidSignature, ValueError):
        raise BadEpochKey(f"the sealing key `{row.id}` does not carry the vault's signature") from None


class EpochKeys:
    """The public keys that a server process holds in memory; `profiles` are those of the sites that it serves."""

    def __init__(self, keys: Mapping[str, EpochKey], profiles: Collection[str] = (DEFAULT_PROFILE,)) -> None:
        self._keys = MappingProxyType(dict(keys))
        self._profiles = frozenset(profiles) or frozenset({DEFAULT_PROFILE})

    @classmethod
    def load(
        cls,
        rows: Iterable[EpochRow],
        *,
        vault_key: bytes | None = None,
        profiles: Collection[str] = (DEFAULT_PROFILE,),
    ) -> EpochKeys:
        """Parse the rows of the table; with `vault_key` given, each signature is checked.

        Raises:
            BadEpochKey: a row was not signed by the vault.
        """
        keys = {}
        for row in rows:
            if row.destroyed_at is not None:
                continue
            if vault_key is not None:
                check_signature(row, vault_key)
            suite = Suite(row.suite)
            key = public_key(suite, row.public_key)
            keys[row.id] = EpochKey(row.id, suite, key, row.not_before, row.not_after)
        return cls(keys, profiles)

    def choose(self, compartment: Compartment, at: datetime, profile: str = DEFAULT_PROFILE) -> EpochKey:
        """Find the key of the day, or within a week the newest older one.

        Raises:
            NoEpochKey: neither exists.
        """
        today = at.astimezone(UTC).date()
        for back in range(GRACE.days + 1):
            if key := self._keys.get(epoch_id(today - timedelta(days=back), compartment, profile)):
                return key
        raise NoEpochKey

    def can_seal(self, at: datetime) -> bool:
        """Whether a comment that arrives now can be sealed, at every site."""
        try:
            for profile in self._profiles:
                for compartment in Compartment:
                    self.choose(compartment, at, profile)
        except NoEpochKey:
            return False
        return True

    def is_stale(self, at: datetime) -> bool:
        """Whether an older day's key must serve somewhere: an alarm, not yet a stop."""
        return not self._covered(at.astimezone(UTC).date())

    def days_left(self, at: datetime) -> int:
        """How many days from today on are covered without a gap, in every compartment and for every site's law."""
        today = at.astimezone(UTC).date()
        days = 0
        while self._covered(today + timedelta(days=days)):
            days += 1
        return days

    def _covered(self, day: date) -> bool:
        return all(epoch_id(day, part, law) in self._keys for law in self._profiles for part in Compartment)

    def warning(self, at: datetime) -> str:
        """What `doctor`, `/readyz` and the queue say, or an empty text while all is well."""
        days = self.days_left(at)
        if days == 0:
            return (
                f"no sealing key for today; {GRACE.days} days after the last one comments stop: `moderation vault mint`"
            )
        return f"sealing keys last {days} more days: run `moderation vault mint`" if days < WARN_DAYS else ""
