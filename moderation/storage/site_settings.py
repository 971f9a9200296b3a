"""A site's row, and what it has set for itself: written by name, each change a line of the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from moderation.errors import NotFound
from moderation.evidence.canonical import Json
from moderation.evidence.record import LeafType
from moderation.storage.database import Database
from moderation.storage.desk_log import log_change
from moderation.storage.tables import Site
from moderation.storage.unit_of_work import unit_of_work


def find_site(session: Session, site_id: str) -> Site:
    """A site's row.

    Raises:
        NotFound: there is no such site.
    """
    site = session.get(Site, site_id)
    if site is None:
        raise NotFound(f"there is no site `{site_id}`", hint="see `moderation site list`")
    return site


def write_setting(
    database: Database, site_id: str, name: str, value: Any, told: Mapping[str, Json], *, by: str, now: datetime
) -> None:
    """Set one of a site's settings; the log holds its name, who set it, and what may be `told` of it.

    Raises:
        NotFound: there is no such site.
    """
    with unit_of_work(database) as work:
        site = find_site(work.session, site_id)
        site.settings = {**site.settings, name: value}
        work.session.add(site)
        log_change(work, LeafType.CONFIG_CHANGED, site_id, now, {"what": name, **told, "by": by}, about=name)
