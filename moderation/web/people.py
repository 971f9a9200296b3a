"""The people of a site, for its admin: invite, give roles, let go.

What this file decides
- An invitation goes by mail, or is a link to hand over that is shown once. Opening it signs nobody in, a press does.
- Somebody who has forgotten the password gets a link the same way.
- A person who works at another site as well gets no link through this site's admin, who would own the account there.
- Whoever goes loses the site at once; what they decided last is shown as one list. Changes of roles are lines of the log.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.access.sessions import LinkPurpose
from moderation.errors import Forbidden, Invalid, NotFound
from moderation.mail_desk import Mail, can_mail, lifetime_of, queue_mail
from moderation.mail_words import added_words, invitation_words
from moderation.storage.batches import decisions_of
from moderation.storage.keys import keys_made_by
from moderation.storage.members import Member, former_members, list_members, set_roles, works_elsewhere
from moderation.storage.people import add_person, make_link
from moderation.vocabulary import Role
from moderation.web.deciding import refuse_unstorable
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
Roles = Annotated[list[Role] | None, Form()]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everybody here and those who decided here once; `link` is shown once, right after it was made."""

    members: tuple[Member, ...]
    former: tuple[tuple[str, str], ...] = ()
    roles: tuple[Role, ...] = tuple(Role)
    link: str = ""
    link_for: str = ""
    told: str = ""
    mails: bool = False


@router.get("/people")
def show_people(desk: Desk = reading(Permission.PEOPLE_MANAGE)) -> Response:
    """Everybody at this site."""
    return _page(desk)


@router.post("/people")
def invite(
    *,
    email: Annotated[str, Form(max_length=254)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    how: Annotated[str, Form(max_length=8)] = "link",
    roles: Roles = None,
    desk: Desk = acting(Permission.PEOPLE_MANAGE),
) -> Response:
    """Invite somebody, by mail or by a link that is shown to be handed over."""
    refuse_unstorable(name + email)
    try:
        address = validate_email(email.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise Invalid("this is no e-mail address", hint="look at it again") from None
    if not name.strip() or not roles:
        raise Invalid("an invitation needs a name and a role", hint="fill both in")
    service, now = desk.service, desk.frame.now
    by_mail = how == "mail" and can_mail(service)
    person = add_person(service.database, address, name.strip(), desk.site_id, frozenset(roles), now, by=desk.user_id)
    if works_elsewhere(service.database, person.id, desk.site_id):
        if by_mail:
            words = added_words(desk.frame.site_name, person.name, desk.frame.person, _sign_in(desk))
            queue_mail(service, Mail(person.email, words, lifetime_of(LinkPurpose.INVITE)))
        return _page(desk, told="mailed" if by_mail else "added", link_for=person.name)
    purpose = LinkPurpose.INVITE if person.password_hash is None else LinkPurpose.SIGN_IN
    link = _address(desk, make_link(service.database, person.id, purpose, os.urandom, now))
    if not by_mail:
        return _page(desk, link=link, link_for=person.name)
    words = invitation_words(desk.frame.site_name, person.name, desk.frame.person, link)
    queue_mail(service, Mail(person.email, words, lifetime_of(purpose)))
    return _page(desk, told="mailed", link_for=person.name)


@router.post("/people/{user}/link")
def new_link(user: str, desk: Desk = acting(Permission.PEOPLE_MANAGE)) -> Response:
    """A link for somebody who has lost the password; only for people who work at no other site."""
    member = _member(desk, user)
    if works_elsewhere(desk.service.database, user, desk.site_id):
        raise Forbidden("this person works at another site as well", hint="the operator makes the link")
    token = make_link(desk.service.database, user, LinkPurpose.RESET, os.urandom, desk.frame.now)
    return _page(desk, link=_address(desk, token), link_for=member.name)


@router.post("/people/{user}/roles")
def change_roles(
    user: str,
    roles: Roles = None,
    keep_keys: Annotated[str, Form()] = "",
    desk: Desk = acting(Permission.PEOPLE_MANAGE),
) -> Response:
    """Give exactly these roles; none lets the person go, and leads to what became of their keys and what they decided last."""
    database, now = desk.service.database, desk.frame.now
    keys = len(keys_made_by(database, desk.site_id, user))
    set_roles(database, desk.site_id, user, frozenset(roles or ()), now, by=desk.user_id, keep_keys=bool(keep_keys))
    week = decisions_of(database, desk.site_id, user, now - timedelta(days=7), 1)
    ended = f"?revoked={keys}" if keys and not keep_keys else ""
    where = f"people/{user}/decisions{ended}" if not roles and (week or keys) and user != desk.user_id else "people"
    return RedirectResponse(f"{desk.frame.site_url}/{where}", 303)


def _member(desk: Desk, user: str) -> Member:
    found = next((one for one in list_members(desk.service.database, desk.site_id) if one.id == user), None)
    if found is None:
        raise NotFound("there is no such person here")
    return found


def _address(desk: Desk, token: str) -> str:
    return f"{desk.service.settings.pages_url}/sign-in/link/{token}"


def _sign_in(desk: Desk) -> str:
    return f"{desk.service.settings.pages_url}/sign-in"


def _page(desk: Desk, *, link: str = "", link_for: str = "", told: str = "") -> Response:
    database = desk.service.database
    page = PeoplePage(
        tuple(list_members(database, desk.site_id)),
        tuple(former_members(database, desk.site_id)),
        link=link,
        link_for=link_for,
        told=told,
        mails=can_mail(desk.service),
    )
    return desk.pages.render("people.html", desk.frame, page)
