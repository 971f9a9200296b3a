"""Ed25519 (RFC 8032) in plain Python, for verification only: no secret is handled here."""

from __future__ import annotations

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def recover(y: int, sign: int) -> tuple[int, int, int, int] | None:
    """The point with this y, in extended coordinates."""
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def add(p: tuple[int, int, int, int], q: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Add two points."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Multiply a point."""
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds."""
    base = recover(4 * pow(5, P - 2, P) % P, 0)
    points = []
    for raw in (public, signature[:32]):
        number = int.from_bytes(raw, "little")
        points.append(recover(number & (2**255 - 1), number >> 255))
    s = int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or None in points or base is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, base), add(points[1], times(h, points[0]))  # type: ignore[arg-type]
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0
