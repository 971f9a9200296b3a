"""Changes that people make beside verdicts, as lines of the log: roles, switches, an author's standing.

- A line holds ids, closed words and times: no name, no address, no reason in somebody's own words.
- It is written in the transaction of what it tells.
"""

from __future__ import annotations

import os
from datetime import datetime

from moderation.evidence.canonical import Json
from moderation.evidence.record import LeafType, Random, leaf
from moderation.storage.ids import new_id
from moderation.storage.log import write_line
from moderation.storage.unit_of_work import UnitOfWork


def log_change(
    work: UnitOfWork,
    kind: LeafType,
    site_id: str,
    at: datetime,
    data: dict[str, Json],
    *,
    about: str = "",
    rng: Random = os.urandom,
) -> None:
    """Append what was changed, by whom, to the log; `about` is the id under which the line is found."""
    write_line(work, leaf(kind, new_id(), at, data, rng(16)), site_id=site_id, ref=about)


def told(at: datetime | None) -> str:
    """A time as a line holds it; empty for no end."""
    return at.isoformat() if at else ""
