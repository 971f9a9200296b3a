"""The people of a site, for its admin: invite, give roles, let go.

What this file decides
- An invitation is a link to hand over; it is shown once. Opening it signs nobody in, a press with a new password does.
- Somebody who has forgotten the password gets a link the same way.
- A person who works at another site as well gets no link through this site's admin, who would own the account there.
- Whoever goes loses the site at once; what they decided last can be looked at as a list.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.access.sessions import LinkPurpose
from moderation.errors import Forbidden, Invalid, NotFound
from moderation.storage.members import Member, list_members, set_roles, works_elsewhere
from moderation.storage.people import add_person, make_link
from moderation.vocabulary import Role
from moderation.web.deciding import refuse_unstorable
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
Roles = Annotated[list[Role] | None, Form()]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everybody here; `link` is shown once, right after it was made."""

    members: tuple[Member, ...]
    roles: tuple[Role, ...] = tuple(Role)
    link: str = ""
    link_for: str = ""


@router.get("/people")
def show_people(desk: Desk = reading(Permission.PEOPLE_MANAGE)) -> Response:
    """Everybody at this site."""
    return _page(desk)


@router.post("/people")
def invite(
    *,
    email: Annotated[str, Form(max_length=254)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    roles: Roles = None,
    desk: Desk = acting(Permission.PEOPLE_MANAGE),
) -> Response:
    """Invite somebody: the link is shown to be handed over."""
    refuse_unstorable(name + email)
    try:
        address = validate_email(email.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise Invalid("this is no e-mail address", hint="look at it again") from None
    if not name.strip() or not roles:
        raise Invalid("an invitation needs a name and a role", hint="fill both in")
    service, now = desk.service, desk.frame.now
    person = add_person(service.database, address, name.strip(), desk.site_id, frozenset(roles), now)
    if works_elsewhere(service.database, person.id, desk.site_id):
        return RedirectResponse(f"{desk.frame.site_url}/people", 303)
    purpose = LinkPurpose.INVITE if person.password_hash is None else LinkPurpose.SIGN_IN
    token = make_link(service.database, person.id, purpose, os.urandom, now)
    return _page(desk, link=_address(desk, token), link_for=person.name)


@router.post("/people/{user}/link")
def new_link(user: str, desk: Desk = acting(Permission.PEOPLE_MANAGE)) -> Response:
    """A link for somebody who has lost the password; only for people who work at no other site."""
    member = _member(desk, user)
    if works_elsewhere(desk.service.database, user, desk.site_id):
        raise Forbidden("this person works at another site as well", hint="the operator makes the link")
    token = make_link(desk.service.database, user, LinkPurpose.RESET, os.urandom, desk.frame.now)
    return _page(desk, link=_address(desk, token), link_for=member.name)


@router.post("/people/{user}/roles")
def change_roles(user: str, roles: Roles = None, desk: Desk = acting(Permission.PEOPLE_MANAGE)) -> Response:
    """Give exactly these roles; none lets the person go."""
    set_roles(desk.service.database, desk.site_id, user, frozenset(roles or ()), desk.frame.now)
    return RedirectResponse(f"{desk.frame.site_url}/people", 303)


def _member(desk: Desk, user: str) -> Member:
    found = next((one for one in list_members(desk.service.database, desk.site_id) if one.id == user), None)
    if found is None:
        raise NotFound("there is no such person here")
    return found


def _address(desk: Desk, token: str) -> str:
    return f"{desk.service.settings.public_url.rstrip('/')}/sign-in/link/{token}"


def _page(desk: Desk, *, link: str = "", link_for: str = "") -> Response:
    members = tuple(list_members(desk.service.database, desk.site_id))
    return desk.pages.render("people.html", desk.frame, PeoplePage(members, link=link, link_for=link_for))
