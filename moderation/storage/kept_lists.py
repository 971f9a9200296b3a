"""What an editor keeps for the checks beside the policy: protected names, unverified claims, texts of others.

What this file decides
- Protected names are stored closed, bound to their site, and never in a policy's text, its history or the log: who reads the
  database or a copy of it learns none of them.
- A change is a line of the log: which list, by whom, and how many entries it has now; never an entry.

Closing and opening is custody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from moderation.errors import Invalid
from moderation.storage.database import Database
from moderation.storage.site_settings import write_setting

MOST: Final = 500


class KeptList(StrEnum):
    """The lists, by the names under which the site's settings hold them."""

    PROTECTED_NAMES = "protected_names"
    RUMOURS = "rumours"
    REGISTERED_TEXTS = "registered_texts"


class TooManyEntries(Invalid):
    """a list has too many entries"""

    code = "too_many_entries"
    hint = f"a list holds {MOST} entries; take some out"


def keep_list(
    database: Database,
    site_id: str,
    kept: KeptList,
    value: str | Sequence[str],
    by: str,
    now: datetime,
    *,
    entries: int,
) -> None:
    """Set one list of a site; protected names come closed.

    Raises:
        NotFound: there is no such site.
        TooManyEntries: every comment would be compared with all of them.
    """
    if entries > MOST:
        raise TooManyEntries(f"the list `{kept.value}` has {entries} entries")
    stored = value if isinstance(value, str) else list(value)
    write_setting(database, site_id, kept.value, stored, {"entries": entries}, by=by, now=now)
