"""An author's standing at a moment.

What this file decides
- A ban outranks everything, and one with an end is a suspension.
- What has ended is in force no longer, whatever the row still says: nobody sweeps it away.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Stood(Protocol):
    """What was set for an author, and until when."""

    @property
    def trusted(self) -> bool: ...
    @property
    def premoderated(self) -> bool: ...
    @property
    def banned_until(self) -> datetime | None: ...
    @property
    def standing_until(self) -> datetime | None: ...


def standing_at(author: Stood, now: datetime) -> str:
    """The word of the standing that holds now: `none`, `trust`, `hold`, `suspend` or `ban`."""
    if author.banned_until is not None and author.banned_until > now:
        return "ban" if author.standing_until is None else "suspend"
    if author.standing_until is not None and author.standing_until <= now:
        return "none"
    return "trust" if author.trusted else "hold" if author.premoderated else "none"
