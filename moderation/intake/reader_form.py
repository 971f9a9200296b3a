"""What a site has set for its readers' form, and when that form is open at all.

What this file decides
- The form is a public door: it is open only where the operator named an origin that may carry it.
- An origin is a scheme and a host, as browsers send it; `null` and `*` are none, so nobody opens a form to everybody by mistake.
- Quiet hours are when nobody reads: a clock time to a clock time in the site's own zone, over midnight if need be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from moderation.errors import Invalid

SPAN: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when nobody reads comments, in the site's own time."""

    start: time
    end: time
    zone: str = "UTC"

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class FormRules:
    """What a site has set for its form: who may carry it, whom readers may write to, when nobody reads."""

    origins: frozenset[str] = frozenset()
    officer: str = ""
    contact: str = ""
    quiet: QuietHours | None = None


CLOSED_FORM: Final = FormRules()


def read_origin(text: str) -> str:
    """An origin in the one spelling that browsers send.

    Raises:
        Invalid: it is none.
    """
    try:
        parts = urlsplit(text.strip().rstrip("/"))
        port = parts.port
    except ValueError:
        raise Invalid(f"`{text[:80]}` is not an origin", hint="try `https://gazette.example`") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.username:
        raise Invalid(f"`{text[:80]}` is not an origin", hint="try `https://gazette.example`, without a path")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.encode("idna").decode()
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def read_quiet(text: str, zone: str) -> QuietHours:
    """Quiet hours such as `22:00-07:00`.

    Raises:
        Invalid: the hours or the zone cannot be read.
    """
    found = SPAN.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"`{text[:40]}` are no quiet hours", hint="try `22:00-07:00`")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(f"there is no time zone `{zone[:60]}`", hint="try `Asia/Kolkata`") from None
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start == end:
        raise Invalid("quiet hours end where they begin", hint="leave them out if somebody always reads")
    return QuietHours(start, end, zone)
