"""Enter a request from its letter, and the authority that wrote it.

What this file decides
- An authority is entered with a number to call back and where that number was found: never in the letter.
- The letter is kept, sealed; what it holds is ticked from a closed list, what it asks for as well.
- A letter names comments, or addresses whose comments are to be found in a window of time.
- A comment that does not exist at this site is refused before anything is written.
- "Hold at once" places the hold in the same step: no night falls between the letter and the hold.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import Invalid
from moderation.evidence.canonical import b64
from moderation.evidence.profile import Basis, RequestType, load_catalogue
from moderation.evidence.request import AddressTarget, Authority, AuthorityKind, Target
from moderation.evidence.sender import SenderField
from moderation.evidence.tags import plain_address
from moderation.storage.legal_rows import Draft
from moderation.web.deciding import refuse_unstorable
from moderation.web.legal import desk_over
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}/legal", include_in_schema=False)
Line = Annotated[str, Form(max_length=300)]
Words = Annotated[str, Form(max_length=4000)]
Many = Annotated[list[str], Form()]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """The form for a letter."""

    authorities: tuple[Authority, ...]
    bases: tuple[Basis, ...]
    elements: tuple[str, ...]
    ranks: tuple[str, ...]
    fields: tuple[SenderField, ...] = tuple(SenderField)
    types: tuple[RequestType, ...] = (
        RequestType.INFORMATION_ORDER,
        RequestType.EMERGENCY_INFORMATION,
        RequestType.PRESERVATION,
        RequestType.TAKEDOWN_ORDER,
    )


@dataclass(frozen=True, slots=True)
class AuthorityPage:
    """The form for an authority."""

    kinds: tuple[AuthorityKind, ...] = tuple(AuthorityKind)


@router.get("/new")
def show_entry(desk: Desk = reading(Permission.REQUEST_ENTER)) -> Response:
    """The form for a letter."""
    catalogue = load_catalogue()
    elements = sorted({element for basis in catalogue.bases for element in basis.elements})
    ranks = tuple(rank for ranks in catalogue.ranks.values() for rank in ranks)
    known = tuple(desk_over(desk).book.authorities(desk.site_id))
    page = EntryPage(known, catalogue.bases, tuple(elements), ranks)
    return desk.pages.render("legal_new.html", desk.frame, page)


@router.post("/new")
async def enter(
    *,
    authority: Line = "",
    kind: Annotated[RequestType, Form()] = RequestType.INFORMATION_ORDER,
    basis: Line = "",
    officer: Line = "",
    rank: Line = "",
    reference: Line = "",
    purpose: Words = "",
    necessity: Words = "",
    comments: Words = "",
    received: Line = "",
    element: Many = [],  # noqa: B006 - the framework makes a new list
    field: Many = [],  # noqa: B006
    content: Line = "",
    hold: Line = "",
    addresses: Words = "",
    since: Line = "",
    until: Line = "",
    instrument: Line = "",
    expires: Line = "",
    order: Annotated[UploadFile | None, File()] = None,
    desk: Desk = acting(Permission.REQUEST_ENTER),
) -> Response:
    """Enter a request; its page shows what comes next."""
    for words in (officer, reference, purpose, necessity, comments, instrument):
        refuse_unstorable(words)
    draft = Draft(
        desk.site_id,
        kind,
        basis,
        _moment(received),
        desk.user_id,
        authority_id=authority or None,
        officer=officer,
        officer_rank=rank,
        elements=frozenset(element),
        purpose=purpose,
        reference=reference,
        necessity=necessity,
        instrument=instrument[:100],
        order_expires=_moment(expires) if expires else None,
        order=await order.read() if order is not None else b"",
        targets=tuple(Target(one, _fields(field), content=bool(content)) for one in comments.split()),
        addresses=_addresses(addresses.split(), since, until),
        hold=bool(hold),
    )
    number = desk_over(desk).book.enter(draft, desk.service.clock())
    return RedirectResponse(f"{desk.frame.site_url}/legal/requests/{number}", 303)


@router.get("/authorities/new")
def show_authority(desk: Desk = reading(Permission.REQUEST_ENTER)) -> Response:
    """The form for an authority."""
    return desk.pages.render("legal_authority.html", desk.frame, AuthorityPage())


@router.post("/authorities")
def add_authority(
    name: Line,
    kind: Annotated[AuthorityKind, Form()],
    country: Annotated[str, Form(pattern="^[A-Z]{2}$")],
    number: Line,
    source: Line,
    desk: Desk = acting(Permission.REQUEST_ENTER),
) -> Response:
    """Enter an authority; it counts for nothing until it is called back."""
    for words in (name, number, source):
        refuse_unstorable(words)
    made = Authority("", country, kind, name, number, source)
    desk_over(desk).book.add_authority(desk.site_id, made, desk.user_id, desk.service.clock())
    return RedirectResponse(f"{desk.frame.site_url}/legal", 303)


@router.post("/authorities/{authority}/verify")
def verify_authority(authority: str, desk: Desk = acting(Permission.REQUEST_ENTER)) -> Response:
    """Note that it was called back and confirmed its letter."""
    desk_over(desk).book.verify_authority(desk.site_id, authority, desk.user_id, desk.service.clock())
    return RedirectResponse(f"{desk.frame.site_url}/legal", 303)


def _addresses(given: list[str], since: str, until: str) -> tuple[AddressTarget, ...]:
    if not given:
        return ()
    window = _moment(since), _moment(until)
    return tuple(AddressTarget(plain_address(one), b64(os.urandom(16)), *window) for one in given)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(f"`{text[:30]}` is no date and time", hint="write it as `2026-11-24T06:30`, in UTC") from None


def _fields(names: list[str]) -> tuple[SenderField, ...]:
    try:
        return tuple(SenderField(name) for name in names)
    except ValueError:
        raise Invalid("there is no such field", hint="choose from the list") from None
