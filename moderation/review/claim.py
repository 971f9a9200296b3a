"""Who has a case now.

What this file decides
- A case shown is leased: nobody else is shown it until the lease lapses, is given back, or the case is decided.
- A lapsed lease still decides if nothing changed meanwhile: that is the version's matter (see `verdict`).
"""

from __future__ import annotations

from datetime import datetime


def may_claim(leased_by: str | None, leased_until: datetime | None, user_id: str, now: datetime) -> bool:
    """Whether `user_id` may be shown a case with this lease at `now`."""
    if leased_by is None or leased_by == user_id:
        return True
    return leased_until is None or leased_until <= now
