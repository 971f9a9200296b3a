"""How right is our clock? Asked of the kernel, recorded with what is dated by it.

- `adjtimex` tells whether a time service steers the clock, and the largest error that it admits.
- An answer is kept for a minute; where the kernel cannot be asked, the status is `unknown`, never assumed.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from typing import Final

TIME_ERROR: Final = 5
STA_UNSYNC: Final = 0x0040


class _Timex(ctypes.Structure):
    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )


@dataclass(frozen=True, slots=True)
class ClockStatus:
    """Whether the clock is steered, and by how much it may be wrong. None: the kernel did not say."""

    synchronised: bool | None
    max_error_us: int | None = None
    estimated_error_us: int | None = None

    def __str__(self) -> str:
        if self.synchronised is None:
            return "unknown"
        if not self.synchronised:
            return "not synchronised"
        return f"synchronised, at most {self.max_error_us} us wrong"


def read_clock() -> ClockStatus:
    """Ask the kernel."""
    if not sys.platform.startswith("linux"):
        return ClockStatus(None)
    try:
        given = _Timex()
        state = int(ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(given)))
    except (OSError, AttributeError):
        return ClockStatus(None)
    if state < 0:
        return ClockStatus(None)
    steered = state != TIME_ERROR and not given.status & STA_UNSYNC
    return ClockStatus(steered, int(given.maxerror), int(given.esterror))
