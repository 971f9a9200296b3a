"""The desk for lawful requests in the browser: what waits, what each one says, and the presses that move it.

What this file decides
- Intake enters, verifies, submits, holds and rejects; an approver approves. One person never does both (`legal_desk`).
- The approver says yes to the scope as it is on the page: its hash travels with the form.
- Nothing can be opened here. The page says which command opens it, on the vault's machine.
- A refusal shows every reason, and the register keeps them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.evidence.application_key import ApplicationKey
from moderation.evidence.profile import Basis, load_catalogue
from moderation.evidence.request import Authority, Rejection, RequestRefused, scope_hash
from moderation.legal_desk import LegalDesk
from moderation.storage.ids import new_id
from moderation.storage.legal import LegalBook
from moderation.storage.legal_rows import Filed
from moderation.storage.senders import place_hold
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}/legal", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """All requests of a site, and the authorities that are known."""

    requests: tuple[Filed, ...]
    authorities: tuple[tuple[Authority, bool], ...]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request; `scope` is the hash that an approval is bound to."""

    filed: Filed
    basis: Basis | None
    scope: str
    trouble: tuple[tuple[str, str], ...] = ()
    rejections: tuple[Rejection, ...] = tuple(Rejection)
    commands: tuple[str, ...] = ()


def desk_over(desk: Desk) -> LegalDesk:
    """The steps of a request over this service's register."""
    service = desk.service
    key = ApplicationKey.load(service.settings.secrets_dir, rng=os.urandom)
    return LegalDesk(LegalBook(service.database, key, new_id=new_id, rng=os.urandom), service.clock)


@router.get("")
def show_register(desk: Desk = reading(Permission.REQUEST_READ)) -> Response:
    """What waits and what is done."""
    book = desk_over(desk).book
    known = tuple((one, one.verified(desk.frame.now)) for one in book.authorities(desk.site_id))
    return desk.pages.render("legal.html", desk.frame, RegisterPage(tuple(book.all(desk.site_id)), known))


@router.get("/requests/{number}")
def show_request(number: str, desk: Desk = reading(Permission.REQUEST_READ)) -> Response:
    """One request."""
    return _page(desk, number)


@router.get("/requests/{number}/letter")
def read_letter(number: str, desk: Desk = reading(Permission.REQUEST_READ)) -> Response:
    """The letter as it came, to be saved: it is a stranger's file and is never shown inside of a page."""
    found = desk_over(desk).book.letter(desk.site_id, number)
    headers = {"Content-Disposition": f'attachment; filename="{number}-letter"'}
    return Response(found, media_type="application/octet-stream", headers=headers)


@router.post("/requests/{number}/submit")
def submit(number: str, desk: Desk = acting(Permission.REQUEST_ENTER)) -> Response:
    """Check it against its law: it waits for approval, or shows every reason against it."""
    try:
        desk_over(desk).submit(desk.site_id, number, desk.user_id)
    except RequestRefused as refusal:
        return _page(desk, number, refusal)
    return _back(desk, number)


@router.post("/requests/{number}/approve")
def approve(
    number: str, scope: Annotated[str, Form(max_length=64)] = "", desk: Desk = acting(Permission.REQUEST_APPROVE)
) -> Response:
    """Say yes to the scope that was on the page."""
    try:
        desk_over(desk).approve(desk.site_id, number, desk.user_id, seen_scope=scope)
    except RequestRefused as refusal:
        return _page(desk, number, refusal)
    return _back(desk, number)


@router.post("/requests/{number}/reject")
def reject(
    number: str, reason: Annotated[Rejection, Form()], desk: Desk = acting(Permission.REQUEST_ENTER)
) -> Response:
    """End it with a reason from the closed list."""
    desk_over(desk).reject(desk.site_id, number, desk.user_id, reason)
    return _back(desk, number)


@router.post("/requests/{number}/hold")
def hold(number: str, desk: Desk = acting(Permission.REQUEST_ENTER)) -> Response:
    """Hold the records in scope: they outlive their day."""
    targets = desk_over(desk).book.find(desk.site_id, number).request.targets
    place_hold(
        desk.service.database,
        desk.site_id,
        number,
        [target.comment_id for target in targets],
        desk.user_id,
        desk.service.clock(),
        hold_id=new_id(),
        until=None,
        rng=os.urandom,
    )
    return _back(desk, number)


def _page(desk: Desk, number: str, refusal: RequestRefused | None = None) -> Response:
    filed = desk_over(desk).book.find(desk.site_id, number)
    reasons = tuple((str(reason), detail) for reason, detail in refusal.reasons) if refusal else ()
    produce = f"moderation vault produce {number} --site {desk.site_id} --as EMAIL --out {number}-P1"
    look = f"moderation vault search {number} --site {desk.site_id} --as EMAIL"
    commands = ((look,) if filed.request.addresses else ()) + ((produce,) if filed.request.targets else ())
    basis = load_catalogue().basis(filed.request.basis_id)
    page = RequestPage(filed, basis, scope_hash(filed.request), reasons, commands=commands)
    return desk.pages.render("legal_request.html", desk.frame, page, status=422 if refusal else 200)


def _back(desk: Desk, number: str) -> Response:
    return RedirectResponse(f"{desk.frame.site_url}/legal/requests/{number}", 303)
