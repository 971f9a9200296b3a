"""The page behind a confirmation mail: a reader says whether an e-mail address is theirs.

What this file decides is little: opening the page shows a button and changes nothing, since mail scanners open links; the press
confirms. Nobody is signed in here, and the page tells no address.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from moderation.storage.confirmations import confirm, read_confirmation
from moderation.web.viewer import pages_of, plain_frame, service_of

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """Which site asks, and whether the press has happened."""

    site: str
    done: bool


@router.get("/confirm/{token}")
def show_confirmation(request: Request, token: str) -> Response:
    """The button."""
    site, done = read_confirmation(service_of(request).database, token, service_of(request).clock())
    return pages_of(request).render("confirm.html", plain_frame(request), ConfirmPage(site, done))


@router.post("/confirm/{token}")
def press_confirmation(request: Request, token: str) -> Response:
    """The reader pressed."""
    service = service_of(request)
    site, _ = read_confirmation(service.database, token, service.clock())
    confirm(service.database, token, service.clock())
    return pages_of(request).render("confirm.html", plain_frame(request), ConfirmPage(site, done=True))
