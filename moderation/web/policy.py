"""The policy pages: what holds in plain words, an editor, a replay, and the steps into force and back.

What this file decides
- Reading is every moderator's; writing and publishing are the editor's, each by its own permission.
- A text with faults is saved and shown with them; the steps that need a good one say no with the same list.
- Every act is a form with the session's token and leads back to a page that can be loaded again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import JSONResponse, RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import NotFound
from moderation.policy.faults import PolicyInvalid, Weight
from moderation.policy.lifecycle import PolicyState
from moderation.policy.model import Policy
from moderation.policy_desk import PolicyDesk
from moderation.storage.policies import set_two_people
from moderation.storage.replay import texts_of
from moderation.storage.tables import PolicyVersion
from moderation.web.deciding import refuse_unstorable
from moderation.web.policy_view import (
    DiffLine,
    FaultLine,
    ReplayLine,
    RuleLine,
    SampleLine,
    VersionLine,
    diff_lines,
    fault_lines,
    replay_line,
    rule_lines,
    sample_lines,
    version_line,
)
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}/policy", include_in_schema=False)
Text = Annotated[str, Form(max_length=200_000)]
Note = Annotated[str, Form(max_length=500)]


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """What holds now, and the versions."""

    name: str
    hash: str
    disclaimer: str
    rules: tuple[RuleLine, ...]
    sections: tuple[str, ...]
    versions: tuple[VersionLine, ...]
    shadow: str
    two_people: bool


@dataclass(frozen=True, slots=True)
class EditPage:
    """The editor: a text, its faults, and where it is saved."""

    text: str
    note: str
    version: str
    number: int
    faults: tuple[FaultLine, ...]
    checked: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version: what it changes, what a replay found, what can be done with it."""

    version: VersionLine
    rules: tuple[RuleLine, ...]
    faults: tuple[FaultLine, ...]
    errors: int
    diff: tuple[DiffLine, ...]
    replay: Mapping[str, Any] | None
    job: ReplayLine | None
    samples: tuple[SampleLine, ...]
    days: int
    two_people: bool
    own: bool


def desk_for(desk: Desk) -> PolicyDesk:
    """The policy desk behind these pages."""
    return PolicyDesk(desk.service.database, desk.service.shelf, desk.service.clock)


def back(desk: Desk, rest: str = "") -> Response:
    """On to a page that can be loaded again."""
    return RedirectResponse(f"{desk.frame.site_url}/policy{rest}", 303)


@router.get("")
def show_policy(desk: Desk = reading(Permission.POLICY_READ)) -> Response:
    """What holds now, in plain words, and the versions."""
    policies = desk_for(desk)
    now = policies.in_force(desk.site_id)
    shadow, two_people = policies.settings(desk.site_id)
    versions = tuple(version_line(desk.service.database, row, shadow) for row in policies.versions(desk.site_id))
    page = PolicyPage(
        name=now.policy.name,
        hash=now.policy.hash,
        disclaimer=now.policy.disclaimer.text,
        rules=rule_lines(now.policy),
        sections=tuple(now.policy.sections),
        versions=versions,
        shadow=next((f"{one.number}" for one in versions if one.shadow), ""),
        two_people=two_people,
    )
    return desk.pages.render("policy.html", desk.frame, page)


@router.get("/edit")
def edit_policy(version: str = "", desk: Desk = reading(Permission.POLICY_EDIT)) -> Response:
    """The editor, with the text in force or with a version."""
    policies = desk_for(desk)
    if not version:
        return _editor(desk, EditPage(policies.in_force(desk.site_id).text, "", "", 0, (), checked=False))
    row = policies.version(desk.site_id, version)
    draft = row.state == PolicyState.DRAFT.value
    faults = fault_lines(row.text, policies.lint(row.text))
    number, target = (row.number, row.id) if draft else (0, "")
    return _editor(desk, EditPage(row.text, row.note if draft else "", target, number, faults, checked=True))


@router.post("/edit")
def keep_policy(
    text: Text,
    note: Note = "",
    version: Annotated[str, Form(max_length=64)] = "",
    act: Annotated[str, Form(max_length=10)] = "save",
    desk: Desk = acting(Permission.POLICY_EDIT),
) -> Response:
    """Look for faults, or save as a draft."""
    policies, text = desk_for(desk), text.replace("\r\n", "\n").replace("\r", "\n")
    refuse_unstorable(text)
    refuse_unstorable(note)
    if act == "check":
        number = policies.version(desk.site_id, version).number if version else 0
        faults = fault_lines(text, policies.lint(text))
        return _editor(desk, EditPage(text, note, version, number, faults, checked=True))
    saved = policies.save(desk.site_id, text, by=desk.user_id, note=note, version_id=version or None)
    return back(desk, f"/versions/{saved}")


def _editor(desk: Desk, page: EditPage) -> Response:
    return desk.pages.render("policy_edit.html", desk.frame, page)


@router.get("/versions/{version}")
def show_version(version: str, desk: Desk = reading(Permission.POLICY_READ)) -> Response:
    """One version."""
    return _version_page(desk, desk_for(desk).version(desk.site_id, version))


def _version_page(desk: Desk, row: PolicyVersion, status: int = 200) -> Response:
    policies, database = desk_for(desk), desk.service.database
    faults = policies.lint(row.text)
    errors = sum(fault.weight is Weight.ERROR for fault in faults)
    policy: Policy | None = None if errors else policies.load(row.text)
    shadow, two_people = policies.settings(desk.site_id)
    found = row.replay if row.replay and "comments" in row.replay else None
    texts = texts_of(database, desk.site_id, [one["id"] for one in found["samples"]] if found else [])
    page = VersionPage(
        version=version_line(database, row, shadow),
        rules=rule_lines(policy) if policy else (),
        faults=fault_lines(row.text, faults),
        errors=errors,
        diff=diff_lines(policies.in_force(desk.site_id).text, row.text),
        replay=found,
        job=replay_line(row.replay),
        samples=sample_lines(found, texts, policy) if found else (),
        days=30,
        two_people=two_people,
        own=desk.user_id in (row.created_by, row.proposed_by),
    )
    return desk.pages.render("policy_version.html", desk.frame, page, status=status)


@router.post("/versions/{version}/replay")
def replay_version(
    version: str,
    days: Annotated[int, Form(ge=1, le=366)] = 30,
    desk: Desk = acting(Permission.POLICY_EDIT),
) -> Response:
    """Ask the workers to decide past comments again under this version."""
    policies = desk_for(desk)
    try:
        policies.ask_replay(desk.site_id, version, desk.frame.now - timedelta(days=days))
    except PolicyInvalid:
        return _refused(desk, policies, version)
    return back(desk, f"/versions/{version}#replay")


@router.get("/versions/{version}/replay")
def follow_replay(version: str, desk: Desk = reading(Permission.POLICY_READ)) -> Response:
    """How far the replay of this version is, for the page that shows it."""
    job = replay_line(desk_for(desk).version(desk.site_id, version).replay)
    return JSONResponse({"state": job.state, "done": job.done, "total": job.total} if job else {"state": "done"})


@router.post("/versions/{version}/propose")
def propose_version(version: str, desk: Desk = acting(Permission.POLICY_EDIT)) -> Response:
    """Ask for a second person."""
    policies = desk_for(desk)
    try:
        policies.propose(desk.site_id, version, desk.user_id)
    except PolicyInvalid:
        return _refused(desk, policies, version)
    return back(desk, f"/versions/{version}")


@router.post("/versions/{version}/publish")
def publish_version(version: str, desk: Desk = acting(Permission.POLICY_PUBLISH)) -> Response:
    """Put a version in force, or go back to one that was."""
    policies = desk_for(desk)
    try:
        policies.publish(desk.site_id, version, desk.user_id)
    except PolicyInvalid:
        return _refused(desk, policies, version)
    return back(desk)


@router.post("/versions/{version}/shadow")
def shadow_version(
    version: str,
    stop: Annotated[str, Form(max_length=3)] = "",
    desk: Desk = acting(Permission.POLICY_EDIT),
) -> Response:
    """Let a version decide alongside, or stop it."""
    policies = desk_for(desk)
    try:
        policies.shadow(desk.site_id, None if stop else version, desk.user_id)
    except PolicyInvalid:
        return _refused(desk, policies, version)
    return back(desk, f"/versions/{version}")


@router.post("/two-people")
def ask_two_people(
    wanted: Annotated[str, Form(max_length=3)] = "", desk: Desk = acting(Permission.PEOPLE_MANAGE)
) -> Response:
    """Ask for a second editor before a version goes into force, or stop asking."""
    if not desk.may(Permission.POLICY_READ):
        raise NotFound("there is no such page")
    set_two_people(desk.service.database, desk.site_id, two_people=bool(wanted), by=desk.user_id, now=desk.frame.now)
    return back(desk)


def _refused(desk: Desk, policies: PolicyDesk, version: str) -> Response:
    return _version_page(desk, policies.version(desk.site_id, version), status=422)
