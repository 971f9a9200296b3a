"""Versions of the sites' policies, and which of them is in force.

What this file decides
- A site names its policy: a shipped file by its name, or a version by `version:<id>`.
- Numbers of versions are contiguous per site, given under the writing transaction.
- Putting a version in force changes the site and both versions and writes the log entry, in one transaction.
- What decides alongside and whether two people must publish are settings of the site, and their changes lines of the log.
- The former policy stays named, so that a page which a reader has open is judged under the disclaimer that it showed.

It leaves who may do it to `policy/lifecycle.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, func, select

from moderation.errors import NotFound
from moderation.evidence.record import Leaf
from moderation.policy.lifecycle import PolicyState, may_activate, may_edit
from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.site_settings import write_setting
from moderation.storage.tables import PolicyVersion, Site
from moderation.storage.unit_of_work import PendingLeaf, unit_of_work

VERSION_PREFIX: Final = "version:"
SHADOW: Final = "shadow_policy"
TWO_PEOPLE: Final = "policy_two_people"


@dataclass(frozen=True, slots=True)
class DraftText:
    """What an editor saves."""

    text: str
    hash: str
    note: str
    by: str
    based_on: str = ""


@dataclass(frozen=True, slots=True)
class Activation:
    """What goes into force with a version: who does it, the site's new limit and mode, and the line of the log."""

    by: str
    limit: int
    mode: str
    leaf: Leaf


def version_name(version_id: str) -> str:
    """The name by which a site names a version."""
    return VERSION_PREFIX + version_id


def version_text(database: Database, name: str) -> str:
    """The text of the version that a site names.

    Raises:
        NotFound: there is none.

    """
    with database.reading() as session:
        row = session.get(PolicyVersion, name.removeprefix(VERSION_PREFIX))
    if row is None:
        raise NotFound(f"there is no policy `{name}`")
    return row.text


def list_versions(database: Database, site_id: str) -> list[PolicyVersion]:
    """All versions of a site's policy, newest first."""
    with database.reading() as session:
        rows = select(PolicyVersion).where(PolicyVersion.site_id == site_id).order_by(col(PolicyVersion.number).desc())
        return list(session.exec(rows).all())


def read_version(database: Database, site_id: str, version_id: str) -> PolicyVersion:
    """One version of a site's policy.

    Raises:
        NotFound: this site has none of this id.

    """
    with database.reading() as session:
        return _version(session, site_id, version_id)


def keep_first(database: Database, site_id: str, draft: DraftText, now: datetime) -> None:
    """Keep the policy in force as the first version, when a site has none: there is something to go back to."""
    with database.writing() as session:
        if session.exec(select(PolicyVersion.id).where(PolicyVersion.site_id == site_id)).first() is None:
            row = _new_row(session, site_id, draft, now)
            row.state, row.activated_at = PolicyState.ACTIVE.value, now
            session.add(row)


def save_draft(
    database: Database, site_id: str, draft: DraftText, now: datetime, *, version_id: str | None = None
) -> str:
    """Save a draft, a new one or over an older draft, and give its id.

    Raises:
        VersionSettled: the version is no draft any more.
        NotFound: this site has none of this id.

    """
    with database.writing() as session:
        if version_id is None:
            row = _new_row(session, site_id, draft, now)
        else:
            row = _version(session, site_id, version_id)
            may_edit(PolicyState(row.state))
            row.text, row.hash, row.note, row.created_by = draft.text, draft.hash, draft.note, draft.by
            row.replay = None
        session.add(row)
        return row.id


def propose_version(database: Database, site_id: str, version_id: str, by: str) -> None:
    """Ask for a second person: the text stands still from now on.

    Raises:
        VersionSettled: it was proposed before.
        NotFound: this site has none of this id.

    """
    with database.writing() as session:
        row = _version(session, site_id, version_id)
        may_edit(PolicyState(row.state))
        row.state, row.proposed_by = PolicyState.PROPOSED.value, by
        session.add(row)


def activate_version(database: Database, site_id: str, version_id: str, what: Activation, now: datetime) -> None:
    """Put a version in force.

    Raises:
        SecondPersonNeeded: the site asks for two people.
        VersionInForce: it is in force.
        NotFound: this site has none of this id.

    """
    with unit_of_work(database) as work:
        session = work.session
        site = session.exec(select(Site).where(col(Site.id) == site_id).with_for_update()).one()
        row = _version(session, site_id, version_id)
        may_activate(
            PolicyState(row.state),
            by=what.by,
            written_by=row.created_by,
            proposed_by=row.proposed_by,
            two_people=bool(site.settings.get(TWO_PEOPLE)),
        )
        in_force = select(PolicyVersion).where(
            PolicyVersion.site_id == site_id, PolicyVersion.state == PolicyState.ACTIVE.value
        )
        for other in session.exec(in_force):
            other.state = PolicyState.RETIRED.value
            session.add(other)
        row.state, row.approved_by, row.activated_at = PolicyState.ACTIVE.value, what.by, now
        site.previous_policy, site.policy, site.policy_since = site.policy, version_name(row.id), now
        site.character_limit, site.disclaimer_mode = what.limit, what.mode
        settings = dict(site.settings)
        if settings.get(SHADOW) == site.policy:
            del settings[SHADOW]
        site.settings = settings
        session.add(row)
        session.add(site)
        session.flush()
        leaf = what.leaf
        work.log(PendingLeaf(leaf.type, leaf.body, leaf.hash, now, ref=row.id, site_id=site_id))


def set_shadow(database: Database, site_id: str, name: str | None, *, by: str, now: datetime) -> None:
    """Let a second policy decide alongside, or stop it."""
    write_setting(database, site_id, SHADOW, name, {"policy": name or ""}, by=by, now=now)


def set_two_people(database: Database, site_id: str, *, two_people: bool, by: str, now: datetime) -> None:
    """Ask for a second editor before a version goes into force, or stop asking."""
    write_setting(database, site_id, TWO_PEOPLE, two_people, {"on": two_people}, by=by, now=now)


def policy_settings(database: Database, site_id: str) -> tuple[str | None, bool]:
    """The policy that decides alongside, and whether two people are needed."""
    with database.reading() as session:
        site = session.get(Site, site_id)
    stored: dict[str, Any] = site.settings if site else {}
    return stored.get(SHADOW), bool(stored.get(TWO_PEOPLE))


def _new_row(session: Session, site_id: str, draft: DraftText, now: datetime) -> PolicyVersion:
    highest = session.exec(select(func.max(PolicyVersion.number)).where(PolicyVersion.site_id == site_id)).one()
    return PolicyVersion(
        id=new_id(),
        site_id=site_id,
        number=(highest or 0) + 1,
        based_on=draft.based_on,
        text=draft.text,
        hash=draft.hash,
        note=draft.note,
        state=PolicyState.DRAFT.value,
        created_by=draft.by,
        created_at=now,
    )


def _version(session: Session, site_id: str, version_id: str) -> PolicyVersion:
    row = session.exec(
        select(PolicyVersion).where(PolicyVersion.site_id == site_id, PolicyVersion.id == version_id)
    ).first()
    if row is None:
        raise NotFound(f"there is no version `{version_id}` of the policy here")
    return row
