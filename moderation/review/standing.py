"""An author's standing at a moment.

What this file decides
- A ban outranks everything, and one with an end is a suspension.
- What has ended is in force no longer, whatever the row still says: nobody sweeps it away.
"""

from __future__ import annotations

from datetime import datetime


def standing_at(
    now: datetime,
    *,
    trusted: bool,
    premoderated: bool,
    banned_until: datetime | None,
    standing_until: datetime | None,
) -> str:
    """The word of the standing that holds now: `none`, `trust`, `hold`, `suspend` or `ban`."""
    if banned_until is not None and banned_until > now:
        return "ban" if standing_until is None else "suspend"
    if standing_until is not None and standing_until <= now:
        return "none"
    return "trust" if trusted else "hold" if premoderated else "none"
