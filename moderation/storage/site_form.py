"""What a site has set for its readers' form, and the waits that were measured there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, select

from moderation.errors import ModerationError
from moderation.evidence.canonical import Json
from moderation.intake.reader_form import FormRules, read_quiet
from moderation.storage.cases import KIND_HELD
from moderation.storage.database import Database
from moderation.storage.site_settings import write_setting
from moderation.storage.switches import SwitchWord, switches_of
from moderation.storage.tables import ArticleRow, CaseRow
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import CaseState, Lane

WINDOW: Final = timedelta(days=14)
MOST_WAITS: Final = 500
CASE: Final = table_of(CaseRow)
# Built once: every comment of a form asks these.
WAITS: Final = (
    select(CASE.c.opened_at, CASE.c.decided_at)
    .where(
        CASE.c.site_id == bindparam("site"),
        CASE.c.lane == Lane.LIVE.value,
        CASE.c.kind == KIND_HELD,
        CASE.c.state == CaseState.DECIDED.value,
        CASE.c.decided_by.is_not(None),
        CASE.c.decided_at >= bindparam("since"),
    )
    .order_by(CASE.c.decided_at.desc())
    .limit(MOST_WAITS)
)


def form_rules(settings: Mapping[str, Any]) -> FormRules:
    """The form's part of what a site has stored; hours that can no longer be read are none."""
    stored = settings.get("form") or {}
    try:
        quiet = read_quiet(stored["quiet"], stored.get("zone", "UTC")) if stored.get("quiet") else None
    except ModerationError:
        quiet = None
    return FormRules(
        frozenset(stored.get("origins", ())), str(stored.get("officer", "")), str(stored.get("contact", "")), quiet
    )


def set_form(database: Database, site_id: str, rules: FormRules, *, by: str = "", at: datetime | None = None) -> None:
    """Store what a site has set for its form, and log who opened it to whom.

    Raises:
        NotFound: there is no such site.
    """
    stored = {
        "origins": sorted(rules.origins),
        "officer": rules.officer,
        "contact": rules.contact,
        "quiet": str(rules.quiet) if rules.quiet else "",
        "zone": rules.quiet.zone if rules.quiet else "UTC",
    }
    told: dict[str, Json] = {"origins": list(stored["origins"]), "quiet": str(rules.quiet or "")}
    write_setting(database, site_id, "form", stored, told, by=by, now=at or datetime.now(UTC))


def measured_waits(database: Database, site_id: str, now: datetime) -> list[tuple[datetime, datetime]]:
    """When held comments of the last two weeks were held and when a person decided them, the newest first."""
    with database.reading() as session:
        rows = session.connection().execute(WAITS, {"site": site_id, "since": now - WINDOW})
        return [(row.opened_at, row.decided_at) for row in rows]


def is_closed(database: Database, site_id: str, article_id: str, now: datetime) -> bool:
    """Whether no comments are taken under an article now: by itself, or by a switch of the site, its section or itself."""
    with database.reading() as session:
        row = session.get(ArticleRow, (site_id, article_id)) if article_id else None
        words = switches_of(session, [site_id], now).get(site_id, {})
    places = [("site", ""), ("section", row.section if row else ""), ("article", article_id)]
    return bool(row and row.closed) or any(words.get(place) == SwitchWord.CLOSE for place in places)
