"""Split a secret so that k of n shares give it back and k-1 tell nothing (Shamir 1979).

- Arithmetic modulo the prime 2^521-1; the secret is 32 bytes.
- A share carries the fingerprint of its set: shares of two rotations are never mixed silently.
- What comes out of wrong shares is noise; the caller checks it against the public key that it must belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moderation.errors import Invalid
from moderation.evidence.record import Random

PRIME: Final = 2**521 - 1
WIDTH: Final = 66
SECRET_SIZE: Final = 32
SET_SIZE: Final = 8


class BadShare(Invalid):
    """the shares do not give the key"""

    code = "bad_share"
    hint = "bring the shares that were made at the last `moderation vault rotate`"


@dataclass(frozen=True, slots=True)
class Share:
    """One point of the polynomial. `set_id` names the rotation that made it, `needed` how many give the secret."""

    set_id: bytes
    needed: int
    index: int
    value: int

    def to_bytes(self) -> bytes:
        return self.set_id + bytes((self.needed, self.index)) + self.value.to_bytes(WIDTH, "big")

    @classmethod
    def from_bytes(cls, data: bytes) -> Share:
        """Read a share.

        Raises:
            BadShare: it is damaged.
        """
        if len(data) != SET_SIZE + 2 + WIDTH:
            raise BadShare("the share is damaged")
        value = int.from_bytes(data[SET_SIZE + 2 :], "big")
        return cls(data[:SET_SIZE], data[SET_SIZE], data[SET_SIZE + 1], value)


def split(secret: bytes, *, needed: int, total: int, rng: Random) -> tuple[Share, ...]:
    """Make `total` shares of which any `needed` give the secret."""
    if len(secret) != SECRET_SIZE or not 1 <= needed <= total <= 255:  # noqa: PLR2004 - an index is one byte
        raise BadShare(f"cannot split into {total} shares of which {needed} are needed", hint="use 2 of 3")
    coefficients = [int.from_bytes(secret, "big"), *(int.from_bytes(rng(80), "big") % PRIME for _ in range(needed - 1))]
    set_id = rng(SET_SIZE)
    return tuple(
        Share(set_id, needed, x, sum(c * pow(x, power, PRIME) for power, c in enumerate(coefficients)) % PRIME)
        for x in range(1, total + 1)
    )


def join(shares: Sequence[Share]) -> bytes:
    """Compute the secret from shares.

    Raises:
        BadShare: too few, from two sets, or not a secret of 32 bytes.
    """
    points = {share.index: share.value for share in shares}
    if len({(share.set_id, share.needed) for share in shares}) != 1:
        raise BadShare("the shares come from different rotations" if shares else "no share was given")
    if len(points) < shares[0].needed:
        raise BadShare(f"{shares[0].needed} shares are needed, {len(points)} were given", hint="ask another custodian")
    total = 0
    for x, y in points.items():
        over = under = 1
        for other in points:
            if other != x:
                over = over * -other % PRIME
                under = under * (x - other) % PRIME
        total = (total + y * over * pow(under, -1, PRIME)) % PRIME
    try:
        return total.to_bytes(SECRET_SIZE, "big")
    except OverflowError:
        raise BadShare from None
