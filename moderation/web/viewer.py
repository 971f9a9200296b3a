"""Who asks, at which site, and whether they may: the gate in front of every page.

What this file decides
- Without a session a page leads to the sign-in page and back; a form is refused, since its words would be lost on the way.
- A site at which one has no role is as unknown as one that does not exist: 404.
- Every route of a site names its permission by `reading(...)` or `acting(...)`; acting also asks for the session's token.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Form, Request

from moderation.access.csrf import refuse_wrong_token
from moderation.access.permissions import Permission, permissions_of, require
from moderation.access.sessions import CookieKind, cookie_kind
from moderation.bootstrap import Service
from moderation.errors import Forbidden, ModerationError, NotFound
from moderation.scoring.loading import ModelState
from moderation.storage.opinions import count_asked
from moderation.storage.people import SignedIn, read_session
from moderation.storage.queue_counts import read_counts
from moderation.web.keys import keys_of
from moderation.web.pages import Frame, Numbers, Pages

FRAGMENT_HEADER = "x-fragment"


class NotSignedIn(ModerationError):
    """nobody is signed in"""

    code = "not_signed_in"
    hint = "sign in"


@dataclass(frozen=True, slots=True)
class Desk:
    """A signed-in person at one site."""

    service: Service
    pages: Pages
    signed_in: SignedIn
    site_id: str
    frame: Frame

    @property
    def user_id(self) -> str:
        return self.signed_in.person.id

    def may(self, permission: Permission) -> bool:
        """Whether the person may do this here."""
        return permission in self.frame.permissions


def service_of(request: Request) -> Service:
    """The service behind this door."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


def pages_of(request: Request) -> Pages:
    """The templates."""
    pages = request.app.state.pages
    assert isinstance(pages, Pages)
    return pages


def cookie_of(request: Request) -> CookieKind:
    """The cookie that this browser can keep for us."""
    scheme = "https" if request.app.state.https else request.url.scheme
    return cookie_kind(scheme, request.url.hostname or "")


def signed_in_or_none(request: Request) -> SignedIn | None:
    """Who is signed in, if anybody."""
    token = request.cookies.get(cookie_of(request) or "-")
    service = service_of(request)
    return read_session(service.database, token, service.clock()) if token else None


def signed_in(request: Request) -> SignedIn:
    """Who is signed in.

    Raises:
        NotSignedIn: nobody is.
    """
    found = signed_in_or_none(request)
    if found is None:
        raise NotSignedIn
    return found


def plain_frame(request: Request, person: SignedIn | None = None) -> Frame:
    """The frame of a page that belongs to no site."""
    pages, service = pages_of(request), service_of(request)
    frame = Frame(base=pages.base, now=service.clock(), path=request.url.path)
    if person is None:
        return frame
    wishes = person.person.preferences
    if len(person.sites) == 1:  # nobody needs to choose: the rooms of the one site stand on every page
        ((site_id, site_name),) = person.sites.items()
        allowed = permissions_of(person.roles_at(site_id))
        frame = replace(frame, site_id=site_id, site_name=site_name, permissions=allowed)
    return replace(
        frame,
        switches=tuple(
            (site, name)
            for site, name in person.sites.items()
            if Permission.SWITCH_SET in permissions_of(person.roles_at(site))
        ),
        person=person.person.name,
        csrf=person.csrf,
        many_sites=len(person.sites) > 1,
        theme=str(wishes.get("theme", "")),
        density=str(wishes.get("density", "")),
        fold=bool(wishes.get("fold", False)),
        keys=keys_of(wishes),
    )


def banner_of(service: Service) -> str:
    """What everybody must know now: `sealing` when keys run out and comments will stop, `loading` or `failed` when the
    model does not score.
    """
    if service.custody.keys().warning(service.clock()):
        return "sealing"
    state = service.scorer.health.state
    return "" if state is ModelState.READY else state.value


def desk_of(request: Request, site: str, person: SignedIn, permission: Permission) -> Desk:
    """The person at this site.

    Raises:
        NotFound: they are nothing here, or there is no such site.
        Forbidden: their roles do not allow this.
    """
    roles = person.roles_at(site)
    if not roles:
        raise NotFound("there is no such page")
    require(roles, permission)
    service, pages = service_of(request), pages_of(request)
    allowed = permissions_of(roles)
    frame = replace(
        plain_frame(request, person),
        site_id=site,
        site_name=person.sites[site],
        permissions=allowed,
        numbers=cache(lambda: numbers_of(service, site, person.person.id, allowed)),
        banner=banner_of(service),
    )
    return Desk(service, pages, person, site, frame)


def numbers_of(service: Service, site: str, user_id: str, allowed: frozenset[Permission]) -> Numbers:
    """How the queue stands for one person: second opinions asked of them, and for an editor what there is to settle."""
    counts = read_counts(service.database, site)
    asked = count_asked(service.database, site, user_id) if Permission.QUEUE_READ in allowed else 0
    return Numbers(counts, asked + (counts.escalated if Permission.OPINION_SETTLE in allowed else 0))


def reading(permission: Permission) -> Any:
    """The gate of a page that changes nothing."""

    def gate(request: Request, site: str, person: Annotated[SignedIn, Depends(signed_in)]) -> Desk:
        return desk_of(request, site, person, permission)

    return Depends(_named(gate, permission, acts=False))


def acting(permission: Permission) -> Any:
    """The gate of a form that changes something."""

    def gate(
        request: Request,
        site: str,
        person: Annotated[SignedIn, Depends(signed_in)],
        csrf: Annotated[str, Form()] = "",
    ) -> Desk:
        refuse_wrong_token(person.csrf, csrf)
        return desk_of(request, site, person, permission)

    return Depends(_named(gate, permission, acts=True))


def own_form(request: Request, csrf: Annotated[str, Form()] = "") -> SignedIn:
    """The gate of a form about oneself."""
    person = signed_in(request)
    refuse_wrong_token(person.csrf, csrf)
    return person


def _named(gate: Callable[..., Desk], permission: Permission, *, acts: bool) -> Callable[..., Desk]:
    gate.permission = permission  # type: ignore[attr-defined]  # a test walks the routes and reads it
    gate.acts = acts  # type: ignore[attr-defined]
    return gate


def wants_fragment(request: Request) -> bool:
    """Whether a script of ours asked for a piece of a page."""
    return request.headers.get(FRAGMENT_HEADER) == "1"


__all__ = ["Desk", "Forbidden", "NotSignedIn", "acting", "reading", "signed_in"]
