"""Keyed tags: count and recognise without holding what is counted.

- `tag = HMAC-SHA256(key, "v1|" purpose "|" value)[:16]`. Keys lie under the folder of secrets, never in the database or
  its backups; a stolen database alone cannot be tried against all 2^32 addresses.
- Each purpose has its own keys and its own period. A new key starts each period; a lookup tries all that still count; a
  key is deleted when the last thing tagged with it has expired. Rates: a day, gone after two. Bans: 30 days, gone after
  180. E-mail standing: 30 days, gone after 390. Fingerprints of requests: a day, gone after two.
- An address is tagged by prefix: IPv4 whole and /24; IPv6 /64, /56 and /48. An IPv4-mapped address counts as IPv4.

What a tag is good for is decided by the limits and the bans. A tag is still personal data: it expires with its key.
"""

from __future__ import annotations

import hmac
import ipaddress
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from moderation.errors import Invalid
from moderation.evidence import secret_files
from moderation.evidence.record import Random

TAG_SIZE: Final = 16
KEY_SIZE: Final = 32
DAY_ZERO: Final = date(2020, 1, 1)


class TagPurpose(StrEnum):
    """What a tag is for; tags of two purposes never match."""

    RATE = "rate"
    BAN = "ban"
    EMAIL = "email"
    FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True)
class Period:
    """How long a key makes tags, and how long it recognises them."""

    mints: timedelta
    counts: timedelta


PERIODS: Final = MappingProxyType(
    {
        TagPurpose.RATE: Period(timedelta(days=1), timedelta(days=2)),
        TagPurpose.BAN: Period(timedelta(days=30), timedelta(days=180)),
        TagPurpose.EMAIL: Period(timedelta(days=30), timedelta(days=390)),
        TagPurpose.FINGERPRINT: Period(timedelta(days=1), timedelta(days=2)),
    }
)


class NotAnAddress(Invalid):
    """this is not an IP address"""

    code = "not_an_address"
    hint = "give an IPv4 or IPv6 address, without a port"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and the id of the key that made it."""

    key_id: str
    value: bytes


def plain_address(ip: str) -> str:
    """The one spelling of an address under which senders are kept: without a zone, IPv4 also where it came mapped.

    Raises:
        NotAnAddress: it is none.
    """
    return str(_parse(ip))


def _parse(ip: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        address = ipaddress.ip_address(ip.split("%", 1)[0])
    except ValueError:
        raise NotAnAddress from None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def address_prefixes(ip: str) -> dict[str, str]:
    """Name the prefixes under which an address is counted.

    Raises:
        NotAnAddress: it is none.
    """
    address = _parse(ip)
    bits, lengths = (32, (32, 24)) if address.version == 4 else (128, (64, 56, 48))  # noqa: PLR2004 - the version's number
    whole, kind = int(address), type(address)
    return {f"/{n}": f"{kind(whole >> (bits - n) << (bits - n))}/{n}" for n in lengths}


class TagKeys:
    """The keys of all purposes, read from a folder, made when their period starts and deleted when they expire."""

    def __init__(self, folder: Path, *, rng: Random) -> None:
        self._folder = folder
        self._rng = rng
        self._keys: dict[str, bytes] = {}
        self._older: dict[str, tuple[str, ...]] = {}
        self._of_day: dict[tuple[TagPurpose, date], str] = {}
        self._lock = threading.Lock()

    def tag(self, purpose: TagPurpose, value: str, at: datetime) -> Tag:
        """Tag a value under the key of the period."""
        key_id = self._key_id(purpose, at)
        return Tag(key_id, _digest(self._key(key_id), purpose, value))

    def values(self, purpose: TagPurpose, values: Iterable[str], at: datetime) -> list[bytes]:
        """The tags of many values under the one key of the period, without its name."""
        key = self._key(self._key_id(purpose, at))
        return [_digest(key, purpose, value) for value in values]

    def candidates(self, purpose: TagPurpose, value: str, at: datetime) -> tuple[Tag, ...]:
        """All tags under which the value may be stored, newest first."""
        ids = self._counting(purpose, at)
        return tuple(Tag(key_id, _digest(self._key(key_id), purpose, value)) for key_id in ids)

    def expires(self, purpose: TagPurpose, at: datetime) -> datetime:
        """When a tag made now stops being recognised."""
        start = _start(purpose, at)
        midnight = datetime(start.year, start.month, start.day, tzinfo=UTC)
        return midnight + PERIODS[purpose].mints + PERIODS[purpose].counts

    def sweep(self, at: datetime) -> tuple[str, ...]:
        """Delete the keys that no longer count, and name them."""
        self._older.clear()
        self._of_day.clear()
        keep = {key_id for purpose in TagPurpose for key_id in self._counting(purpose, at)}
        future = {self._key_id(purpose, at + PERIODS[purpose].mints) for purpose in TagPurpose}
        gone = []
        for path in self._files():
            if path.stem not in keep | future:
                path.unlink(missing_ok=True)
                with self._lock:
                    self._keys.pop(path.stem, None)
                gone.append(path.stem)
        return tuple(sorted(gone))

    def _files(self) -> Iterator[Path]:
        return self._folder.glob("*.key") if self._folder.is_dir() else iter(())

    def _key_id(self, purpose: TagPurpose, at: datetime) -> str:
        day = (purpose, at.astimezone(UTC).date())
        found = self._of_day.get(day)
        if found is None:
            found = self._of_day[day] = f"{purpose}-{_start(purpose, at).isoformat()}"
        return found

    def _counting(self, purpose: TagPurpose, at: datetime) -> tuple[str, ...]:
        period = PERIODS[purpose]
        newest = self._key_id(purpose, at)
        if newest not in self._older:
            steps = period.counts // period.mints
            earlier = (self._key_id(purpose, at - period.mints * step) for step in range(1, steps + 1))
            self._older[newest] = tuple(k for k in earlier if (self._folder / f"{k}.key").exists())
        return (newest, *self._older[newest])

    def _key(self, key_id: str) -> bytes:
        key = self._keys.get(key_id)
        if key is None:
            with self._lock:
                key = self._keys.setdefault(
                    key_id, secret_files.create_once(self._folder / f"{key_id}.key", self._rng(KEY_SIZE))
                )
        return key


def _start(purpose: TagPurpose, at: datetime) -> date:
    days = PERIODS[purpose].mints.days
    since = (at.astimezone(UTC).date() - DAY_ZERO).days
    return DAY_ZERO + timedelta(days=since - since % days)


def _digest(key: bytes, purpose: TagPurpose, value: str) -> bytes:
    return hmac.digest(key, f"v1|{purpose}|{value}".encode("utf-8", "backslashreplace"), "sha256")[:TAG_SIZE]
