"""Real key pairs for tests: made by the same functions as the vault's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from moderation.evidence.keys import EpochRow, epoch_id
from moderation.evidence.seal import Compartment, Suite, new_pair

DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
VAULT = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
VAULT_PUBLIC = VAULT.public_key().public_bytes_raw()


def mint(
    day: date = DAY, profile: str = "IN", suite: Suite = Suite.X25519_CHACHA20, days: int = 1
) -> tuple[list[EpochRow], dict[str, bytes]]:
    rows, privates = [], {}
    for offset in range(days):
        for compartment in Compartment:
            private, public = new_pair(suite)
            start = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=offset)
            name = epoch_id(start.date(), compartment, profile)
            end = start + timedelta(days=1)
            row = EpochRow(name, compartment, suite, public, start, end, end + timedelta(days=180), b"")
            rows.append(_signed(row))
            privates[name] = private
    return rows, privates


def _signed(row: EpochRow) -> EpochRow:
    from dataclasses import replace

    return replace(row, sig=VAULT.sign(row.signed_bytes()))
