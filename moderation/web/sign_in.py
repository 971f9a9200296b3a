"""Sign in and out: by password, or by a link that was handed over; with a second factor for those who have one.

What this file decides
- Opening a link shows a button and changes nothing: mail scanners open links. Pressing the button signs in, once.
- A wrong address, a wrong password and a disabled person get the same words and cost the same time.
- Where the browser cannot keep our cookie the page says so before anybody types a password.
- After signing in one lands where one wanted to go, if that is a page of ours, else at one's site.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from moderation.access.passwords import hash_password, is_outdated, verify_password
from moderation.access.sessions import ABSOLUTE, CookieKind, LinkPurpose
from moderation.access.throttle import SignInThrottle
from moderation.access.totp import match_code
from moderation.errors import Conflict, Forbidden
from moderation.storage.people import (
    Person,
    change_person,
    change_preferences,
    end_sessions,
    find_by_email,
    make_link,
    open_session,
    read_link,
    use_link,
)
from moderation.web.viewer import cookie_of, own_form, pages_of, plain_frame, service_of, signed_in_or_none

router = APIRouter(include_in_schema=False)
PROBE: Final = "moderation-probe"


class WrongSignIn(Forbidden):
    """the address and the password do not belong together"""

    code = "wrong_sign_in"
    hint = "try again, or ask the admin for a link"


class NoCookie(Forbidden):
    """your browser kept no cookie, so it cannot stay signed in"""

    code = "no_cookie"
    hint = "allow cookies for this site, and open it by HTTPS or as localhost"


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form; `trouble` is the code of what went wrong."""

    next: str = ""
    trouble: str = ""
    email: str = ""
    cookie: bool = True


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A link that somebody opened."""

    token: str
    name: str
    purpose: str
    cookie: bool = True
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class SecondPage:
    """The second factor is asked for."""

    token: str
    next: str
    trouble: str = ""


@router.get("/sign-in")
def show_sign_in(request: Request, next: Annotated[str, Query(max_length=500)] = "") -> Response:  # noqa: A002
    """The form."""
    if signed_in_or_none(request):
        return RedirectResponse(pages_of(request).base + (_own_path(next) or "/sites"), 303)
    return _form(request, SignInPage(next=_own_path(next)))


@router.post("/sign-in")
def sign_in(
    request: Request,
    email: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=500)] = "",  # noqa: A002
) -> Response:
    """Check address and password."""
    service = service_of(request)
    if PROBE not in request.cookies or cookie_of(request) is CookieKind.NONE:
        return _form(request, SignInPage(_own_path(next), NoCookie.code, email), status=403)
    throttle_of(request).hit(email, request.client.host if request.client else None)
    person = find_by_email(service.database, email)
    stored = person.password_hash if person and not person.disabled else None
    if not verify_password(stored, password) or person is None or stored is None:
        return _form(request, SignInPage(_own_path(next), WrongSignIn.code, email), status=403)
    throttle_of(request).forget(email)
    if is_outdated(stored):
        change_person(service.database, person.id, password_hash=hash_password(password))
    return _first_factor_done(request, person, _own_path(next))


@router.get("/sign-in/link/{token}")
def show_link(request: Request, token: str) -> Response:
    """A link was opened: show whose it is and a button."""
    found = read_link(service_of(request).database, token, service_of(request).clock())
    if found is None or found[1] is LinkPurpose.SECOND:
        raise Conflict("this link was used already or is too old", hint="ask for a new one")
    return _probe(request, _link_page(request, token, found[0], found[1]))


@router.post("/sign-in/link/{token}")
def use_sign_in_link(request: Request, token: str, password: Annotated[str, Form(max_length=1000)] = "") -> Response:
    """The button was pressed: sign in, and set the password where the link is for that."""
    service = service_of(request)
    found = read_link(service.database, token, service.clock())
    if found is None or found[1] is LinkPurpose.SECOND:
        raise Conflict("this link was used already or is too old", hint="ask for a new one")
    person, purpose = found
    if PROBE not in request.cookies or cookie_of(request) is CookieKind.NONE:
        return _probe(request, _link_page(request, token, person, purpose, trouble=NoCookie.code, status=403))
    new = hash_password(password, person=(person.email, person.name)) if password else None
    if purpose in {LinkPurpose.RESET, LinkPurpose.INVITE} and new is None:
        return _probe(request, _link_page(request, token, person, purpose, trouble="password", status=422))
    use_link(service.database, token, service.clock())
    if new:
        change_person(service.database, person.id, password_hash=new)
        end_sessions(service.database, person.id, service.clock())
    return _first_factor_done(request, person, "")


@router.post("/sign-in/second")
def second_factor(
    request: Request,
    token: Annotated[str, Form(max_length=100)],
    code: Annotated[str, Form(max_length=20)] = "",
    next: Annotated[str, Form(max_length=500)] = "",  # noqa: A002
) -> Response:
    """Check the number from the authenticator."""
    service = service_of(request)
    now = service.clock()
    found = read_link(service.database, token, now)
    if found is None or found[1] is not LinkPurpose.SECOND:
        raise Conflict("this step took too long", hint="sign in again")
    person = found[0]
    throttle_of(request).hit(f"second|{person.id}", None)
    secret = service.custody.open_own(person.id, person.totp_secret) if person.totp_secret else ""
    used = match_code(secret, code, now, after=int(person.preferences.get("totp_step", 0))) if secret else None
    if used is None:
        page = SecondPage(token, _own_path(next), "code")
        return pages_of(request).render("second.html", plain_frame(request), page, status=403)
    use_link(service.database, token, now)
    change_preferences(service.database, person.id, totp_step=used)
    return _let_in(request, person, _own_path(next))


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End this session."""
    found = signed_in_or_none(request)
    answer = RedirectResponse(pages_of(request).base + "/sign-in", 303)
    if found:
        end_sessions(
            service_of(request).database, found.person.id, service_of(request).clock(), only=found.session_hash
        )
    answer.delete_cookie(cookie_of(request) or "-", path="/", secure=cookie_of(request) is CookieKind.HOST)
    return answer


def throttle_of(request: Request) -> SignInThrottle:
    """The counter of tries."""
    throttle = request.app.state.throttle
    assert isinstance(throttle, SignInThrottle)
    return throttle


def _first_factor_done(request: Request, person: Person, target: str) -> Response:
    if person.totp_secret is None:
        return _let_in(request, person, target)
    service = service_of(request)
    token = make_link(service.database, person.id, LinkPurpose.SECOND, os.urandom, service.clock())
    return pages_of(request).render("second.html", plain_frame(request), SecondPage(token, target))


def _let_in(request: Request, person: Person, target: str) -> Response:
    service = service_of(request)
    agent = request.headers.get("user-agent", "")
    token = open_session(service.database, person.id, agent, os.urandom, service.clock())
    answer = RedirectResponse(pages_of(request).base + (target or "/sites"), 303)
    kind = cookie_of(request)
    answer.set_cookie(
        kind,
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        path="/",
        secure=kind is CookieKind.HOST,
        httponly=True,
        samesite="lax",
    )
    answer.delete_cookie(PROBE, path="/")
    return answer


def _form(request: Request, page: SignInPage, status: int = 200) -> Response:
    cookie = cookie_of(request) is not CookieKind.NONE
    page = SignInPage(page.next, page.trouble, page.email, cookie)
    return _probe(request, pages_of(request).render("sign_in.html", plain_frame(request), page, status=status))


def _link_page(
    request: Request, token: str, person: Person, purpose: LinkPurpose, *, trouble: str = "", status: int = 200
) -> Response:
    cookie = cookie_of(request) is not CookieKind.NONE
    page = LinkPage(token, person.name, purpose.value, cookie, trouble)
    return pages_of(request).render("link.html", plain_frame(request), page, status=status)


def _probe(request: Request, answer: Response) -> Response:
    secure = cookie_of(request) is CookieKind.HOST
    answer.set_cookie(PROBE, "1", max_age=3600, path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def _own_path(target: str) -> str:
    """A path on this host, or nothing: two slashes of either kind lead to another host."""
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if safe else ""


__all__ = ["own_form", "router"]
