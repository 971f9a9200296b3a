"""What a person sets for themselves: keys, looks, what they do not take, breaks, password, second factor, sessions.

What this file decides
- A secret for an authenticator is kept sealed while it is set up, is shown as a picture and as letters, and counts only when
  a number from it came back. Then all other sessions end.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import Annotated, Final

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from moderation.access.passwords import hash_password, verify_password
from moderation.access.totp import make_secret, match_code, otpauth_uri
from moderation.errors import Invalid, NotFound
from moderation.storage.members import OpenSession, open_sessions
from moderation.storage.people import SignedIn, change_person, change_preferences, end_sessions
from moderation.vocabulary import Ground
from moderation.web.keys import DEFAULTS, choose_keys
from moderation.web.viewer import own_form, pages_of, plain_frame, service_of, signed_in

router = APIRouter(prefix="/me", include_in_schema=False)
PENDING: Final = "totp_pending"
THEMES: Final = frozenset({"", "light", "dark"})
Person = Annotated[SignedIn, Depends(signed_in)]
Acting = Annotated[SignedIn, Depends(own_form)]


@dataclass(frozen=True, slots=True)
class MePage:
    """One's own settings; `secret` is shown only while the second factor is being set up."""

    keys: dict[str, str]
    keys_off: bool
    without: tuple[str, ...]
    sessions: tuple[OpenSession, ...]
    current: str
    has_password: bool
    has_second: bool
    email: str
    severe_cap: int | str
    break_minutes: int | str
    secret: str = ""
    uri: str = ""


@router.get("")
def show_me(request: Request, person: Person) -> Response:
    """One's own settings."""
    return _page(request, person)


@router.post("/looks")
def set_looks(
    request: Request,
    person: Acting,
    *,
    theme: Annotated[str, Form(max_length=8)] = "",
    density: Annotated[str, Form(max_length=8)] = "",
    fold: Annotated[str, Form(max_length=4)] = "",
    without: Annotated[list[Ground] | None, Form()] = None,
) -> Response:
    """Theme, density, folding, and grounds that this person does not take."""
    chosen = {
        "theme": theme if theme in THEMES else "",
        "density": "dense" if density == "dense" else "",
        "fold": fold == "yes" or None,
        "without": [ground.value for ground in without] if without else None,
    }
    change_preferences(service_of(request).database, person.person.id, **chosen)
    return _back(request)


@router.post("/keys")
async def set_keys(request: Request, person: Acting) -> Response:
    """Other keys, or none."""
    form = await request.form()
    wanted = {act: str(form.get(f"key-{act}", "")) for act in DEFAULTS}
    keys = choose_keys(wanted)
    off = form.get("off") == "yes"
    change_preferences(service_of(request).database, person.person.id, keys=keys or None, keys_off=off or None)
    return _back(request)


@router.post("/password")
def set_password(
    request: Request,
    person: Acting,
    *,
    old: Annotated[str, Form(max_length=1000)] = "",
    new: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """A new password; all other sessions end."""
    stored = person.person.password_hash
    if stored is not None and not verify_password(stored, old):
        raise Invalid("this is not your present password", hint="ask the admin for a link if it is lost")
    hashed = hash_password(new, person=(person.person.email, person.person.name))
    service = service_of(request)
    change_person(service.database, person.person.id, password_hash=hashed)
    end_sessions(service.database, person.person.id, service.clock(), keep=person.session_hash)
    return _back(request)


@router.post("/second")
def begin_second(request: Request, person: Acting) -> Response:
    """Make a secret; it counts for nothing until a number from it comes back."""
    service = service_of(request)
    sealed = service.custody.seal_own(person.person.id, make_secret(os.urandom))
    change_preferences(service.database, person.person.id, **{PENDING: sealed.hex()})
    return RedirectResponse(f"{pages_of(request).base}/me#second", 303)


@router.get("/second.svg")
def show_code(request: Request, person: Person) -> Response:
    """The pending secret as a picture for an authenticator's camera."""
    secret = _pending(request, person)
    if not secret:
        raise NotFound("no second factor is being set up")
    picture = io.BytesIO()
    code = segno.make(otpauth_uri(secret, person.person.email, "moderation"), error="m")
    code.save(picture, kind="svg", scale=4, border=4, dark="#1d1d1b", light="#ffffff", xmldecl=False)
    return Response(picture.getvalue(), media_type="image/svg+xml")


@router.post("/second/confirm")
def confirm_second(request: Request, person: Acting, code: Annotated[str, Form(max_length=10)] = "") -> Response:
    """Switch the second factor on."""
    service, secret = service_of(request), _pending(request, person)
    if not secret or match_code(secret, code, service.clock()) is None:
        raise Invalid("this is not the current number", hint="look at the clock of both devices, or begin again")
    change_person(service.database, person.person.id, totp_secret=service.custody.seal_own(person.person.id, secret))
    change_preferences(service.database, person.person.id, **{PENDING: None})
    end_sessions(service.database, person.person.id, service.clock(), keep=person.session_hash)
    return _back(request)


@router.post("/second/off")
def end_second(request: Request, person: Acting, password: Annotated[str, Form(max_length=1000)] = "") -> Response:
    """Switch the second factor off; it takes the password."""
    if not verify_password(person.person.password_hash, password):
        raise Invalid("this is not your password", hint="the second factor stays on")
    change_person(service_of(request).database, person.person.id, totp_secret=None)
    return _back(request)


@router.post("/sessions")
def end_others(request: Request, person: Acting, only: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Sign out everywhere else, or in one browser only."""
    service = service_of(request)
    keep = None if only else person.session_hash
    end_sessions(service.database, person.person.id, service.clock(), only=only or None, keep=keep)
    return _back(request)


@router.post("/care")
def set_care(
    request: Request,
    person: Acting,
    severe: Annotated[str, Form(max_length=4)] = "",
    rest: Annotated[str, Form(max_length=4)] = "",
) -> Response:
    """How many severe cases an hour at most, and after how long a break is offered; empty for neither."""
    chosen = {"severe_cap": _number(severe, 1, 200), "break_minutes": _number(rest, 10, 240)}
    change_preferences(service_of(request).database, person.person.id, **chosen)
    return _back(request)


def _number(text: str, least: int, most: int) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdigit() or not least <= int(text) <= most:
        raise Invalid(f"a number from {least} to {most} is asked for", hint="leave it empty for no bound")
    return int(text)


def _pending(request: Request, person: SignedIn) -> str:
    sealed = person.person.preferences.get(PENDING)
    return service_of(request).custody.open_own(person.person.id, bytes.fromhex(sealed)) if sealed else ""


def _back(request: Request) -> Response:
    return RedirectResponse(f"{pages_of(request).base}/me", 303)


def _page(request: Request, person: SignedIn) -> Response:
    service, wishes, secret = service_of(request), person.person.preferences, _pending(request, person)
    page = MePage(
        keys={**DEFAULTS, **wishes.get("keys", {})},
        keys_off=bool(wishes.get("keys_off")),
        without=tuple(wishes.get("without", ())),
        sessions=tuple(open_sessions(service.database, person.person.id, service.clock())),
        current=person.session_hash,
        has_password=person.person.password_hash is not None,
        has_second=person.person.totp_secret is not None,
        email=person.person.email,
        severe_cap=wishes.get("severe_cap", ""),
        break_minutes=wishes.get("break_minutes", ""),
        secret=secret,
        uri=otpauth_uri(secret, person.person.email, "moderation") if secret else "",
    )
    return pages_of(request).render("me.html", plain_frame(request, person), page)
