"""Sites: made by the operator, read by everything."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy import select as columns
from sqlmodel import col, select

from moderation.errors import Conflict, Invalid
from moderation.evidence.application_key import NotReadable
from moderation.ports import SiteRules
from moderation.storage.among import few
from moderation.storage.database import Database
from moderation.storage.site_form import form_rules
from moderation.storage.site_settings import find_site, write_setting
from moderation.storage.switches import switches_of
from moderation.storage.tables import ArticleRow, Membership, Site, User
from moderation.storage.unit_of_work import table_of
from moderation.storage.upsert import upsert
from moderation.vocabulary import SiteFacts

CLOSE_AFTER: Final = "close_after_days"
EDITOR_PUBLISHES: Final = "defamation_needs_editor"
SITE: Final = table_of(Site)
USER: Final = table_of(User)
MEMBER: Final = table_of(Membership)
SITES: Final = columns(SITE).where(few(SITE.c.id, "sites"))
STAFF: Final = (
    columns(MEMBER.c.site_id, USER.c.name)
    .join_from(MEMBER, USER, USER.c.id == MEMBER.c.user_id)
    .where(few(MEMBER.c.site_id, "sites"), USER.c.disabled_at.is_(None))
    .distinct()
)
SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")


def add_site(database: Database, site_id: str, name: str, now: datetime, *, region: str = "IN") -> Site:
    """A new site.

    Raises:
        Invalid: the short name does not fit into a host label.
        Conflict: it exists.
    """
    if not SLUG.fullmatch(site_id):
        raise Invalid("a site's short name is lower-case letters, digits and hyphens", hint="try `gazette`")
    with database.writing() as session:
        if session.get(Site, site_id) is not None:
            raise Conflict(f"the site `{site_id}` exists", hint="choose another short name")
        site = Site(id=site_id, name=name, region=region, settings={}, created_at=now, policy_since=now)
        session.add(site)
        return site


def list_sites(database: Database) -> list[Site]:
    """All sites by short name."""
    with database.reading() as session:
        return list(session.exec(select(Site).order_by(col(Site.id))).all())


def engines_of_sites(database: Database) -> tuple[str, ...]:
    """The engines that single sites have for themselves."""
    return tuple(sorted({site.engine for site in list_sites(database) if site.engine}))


def site_rules(database: Database, site_id: str) -> SiteRules:
    """What intake must know of a site.

    Raises:
        NotFound: there is no such site.
    """
    with database.reading() as session:
        site = find_site(session, site_id)
    return SiteRules(
        site_id=site.id,
        name=site.name,
        region=site.region,
        limit=site.character_limit,
        disclaimer_mode=site.disclaimer_mode,
        policy=site.policy,
        previous_policy=site.previous_policy,
        policy_since=site.policy_since,
        engine=site.engine,
        shadow=site.settings.get("shadow_policy"),
        form=form_rules(site.settings),
    )


def read_site_facts(
    database: Database,
    site_ids: set[str],
    now: datetime | None = None,
    *,
    open_names: Callable[[str, str], tuple[str, ...]] | None = None,
) -> dict[str, SiteFacts]:
    """What checks must know of each site: its staff, its own domains, its lists and its switch."""
    at = now or datetime.now(UTC)
    with database.reading() as session:
        connection, wanted = session.connection(), {"sites": list(site_ids)}
        sites = connection.execute(SITES, wanted).all()
        staff = connection.execute(STAFF, wanted).all()
        switches = switches_of(session, site_ids, at)
    names: dict[str, list[str]] = {}
    for site_id, name in staff:
        names.setdefault(site_id, []).append(name)
    found = {}
    for site in sites:
        facts = _facts(site, tuple(sorted(names.get(site.id, []))), switches.get(site.id, {}))
        found[site.id] = replace(facts, protected_names=_names_of(site, open_names))
    return found


def _names_of(site: Row[Any], open_names: Callable[[str, str], tuple[str, ...]] | None) -> tuple[str, ...] | None:
    """The protected names of a site; None when they are there and cannot be opened."""
    closed = site.settings.get("protected_names")
    if not closed:
        return ()
    try:
        return open_names(site.id, closed) if open_names else None
    except NotReadable:
        return None


def _facts(site: Row[Any], staff: tuple[str, ...], switches: Mapping[tuple[str, str], str]) -> SiteFacts:
    stored = site.settings
    return SiteFacts(
        name=site.name,
        staff=staff + tuple(stored.get("staff", ())),
        own_domains=tuple(stored.get("own_domains", ())),
        known_domains=frozenset(stored.get("known_domains", ())),
        region=site.region,
        switch=switches.get(("site", ""), ""),
        switches=switches,
        close_after_days=int(stored.get(CLOSE_AFTER, 0)),
        rumours=tuple(stored.get("rumours", ())),
        block=tuple(stored.get("block", ())),
        suspect=tuple(stored.get("suspect", ())),
        registered_texts=tuple(stored.get("registered_texts", ())),
    )


def site_settings(database: Database, site_id: str) -> dict[str, Any]:
    """What a site has set for itself, by name.

    Raises:
        NotFound: there is no such site.
    """
    with database.reading() as session:
        site = find_site(session, site_id)
    return dict(site.settings)


def change_site(database: Database, site_id: str, **changes: Any) -> None:
    """Set columns of a site.

    Raises:
        NotFound: there is no such site.
    """
    with database.writing() as session:
        site = find_site(session, site_id)
        for name, value in changes.items():
            setattr(site, name, value)
        session.add(site)


def set_site_choice(database: Database, site_id: str, name: str, value: int, *, by: str, now: datetime) -> None:
    """Set one of the site's own choices, such as `close_after_days`; a line of the log.

    Raises:
        NotFound: there is no such site.
    """
    write_setting(database, site_id, name, value, {"value": int(value)}, by=by, now=now)


def set_editor_publishes(database: Database, site_id: str, by: str, now: datetime, *, wanted: bool) -> None:
    """Let only an editor publish over a defamation flag, or every moderator; a line of the log.

    Raises:
        NotFound: there is no such site.
    """
    write_setting(database, site_id, EDITOR_PUBLISHES, wanted, {"on": wanted}, by=by, now=now)


def put_article(database: Database, site_id: str, article_id: str, now: datetime, **told: Any) -> None:
    """Store what the site told of an article; what it did not tell stays."""
    row = {
        "site_id": site_id,
        "id": article_id,
        "url": "",
        "title": "",
        "section": "",
        "closed": False,
        "hold_all": False,
        "sensitive": "",
        "created_at": now,
        "updated_at": now,
        **{name: value for name, value in told.items() if value is not None},
    }
    changed = {name for name, value in told.items() if value is not None} | {"updated_at"}
    with database.writing() as session:
        upsert(session, ArticleRow, row, keys=("site_id", "id"), update=changed)
