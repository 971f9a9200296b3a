"""Where a site is told: its targets, their secrets, a test event, and the messages that could not be brought.

What this file decides
- A target added here must be public; one on the operator's own network is added by `moderation callbacks add --allow-private`.
- A secret is shown right after it was made and never again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.callback_desk import CallbackDesk
from moderation.storage.outbox import STANDARD, Message
from moderation.storage.tables import Endpoint
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}/integrations", include_in_schema=False)
Ids = Annotated[list[str] | None, Form()]


@dataclass(frozen=True, slots=True)
class Target:
    """A target and how many secrets sign for it."""

    endpoint: Endpoint
    secrets: int
    standard: bool


@dataclass(frozen=True, slots=True)
class CallbacksPage:
    """The targets and the newest messages; `secret` is shown once."""

    targets: tuple[Target, ...]
    messages: tuple[Message, ...]
    dead: int
    dead_only: bool
    secret: str = ""
    secret_of: str = ""
    rotated: bool = False


@router.get("/callbacks")
def show_callbacks(
    dead: Annotated[str, Query(max_length=4)] = "",
    desk: Desk = reading(Permission.CALLBACKS_MANAGE),
) -> Response:
    """Targets and messages, or the dead letters alone."""
    return _page(desk, dead_only=bool(dead))


@router.post("/callbacks")
def add_target(
    url: Annotated[str, Form(max_length=2000)] = "", desk: Desk = acting(Permission.CALLBACKS_MANAGE)
) -> Response:
    """Add a target and show its secret, this once."""
    _, secret = _desk(desk).add(desk.site_id, url.strip())
    return _page(desk, secret=secret, secret_of=url.strip())


@router.post("/callbacks/replay")
def replay_messages(
    ids: Ids = None,
    everything: Annotated[str, Form(max_length=4)] = "",
    desk: Desk = acting(Permission.CALLBACKS_MANAGE),
) -> Response:
    """Send messages again."""
    _desk(desk).replay(desk.site_id, None if everything == "yes" else ids or ())
    return _back(desk)


@router.post("/callbacks/{endpoint}/rotate")
def rotate_secret(endpoint: str, desk: Desk = acting(Permission.CALLBACKS_MANAGE)) -> Response:
    """A second secret; both sign until the rotation is ended."""
    callbacks = _desk(desk)
    secret = callbacks.rotate(desk.site_id, endpoint)
    url = next(one.url for one in callbacks.endpoints(desk.site_id) if one.id == endpoint)
    return _page(desk, secret=secret, secret_of=url, rotated=True)


@router.post("/callbacks/{endpoint}/finish")
def finish_rotation(endpoint: str, desk: Desk = acting(Permission.CALLBACKS_MANAGE)) -> Response:
    """Only the newest secret signs."""
    _desk(desk).finish_rotation(desk.site_id, endpoint)
    return _back(desk)


@router.post("/callbacks/{endpoint}/switch")
def switch_target(
    endpoint: str, on: Annotated[str, Form(max_length=4)] = "", desk: Desk = acting(Permission.CALLBACKS_MANAGE)
) -> Response:
    """On or off."""
    _desk(desk).switch(desk.site_id, endpoint, on=on == "yes")
    return _back(desk)


@router.post("/callbacks/{endpoint}/ping")
def send_test_event(endpoint: str, desk: Desk = acting(Permission.CALLBACKS_MANAGE)) -> Response:
    """A test event; the list of messages says whether it arrived."""
    _desk(desk).ping(desk.site_id, endpoint)
    return _back(desk)


def _desk(desk: Desk) -> CallbackDesk:
    service = desk.service
    return CallbackDesk(service.database, service.custody, service.clock)


def _page(
    desk: Desk, *, dead_only: bool = False, secret: str = "", secret_of: str = "", rotated: bool = False
) -> Response:
    callbacks = _desk(desk)
    endpoints = callbacks.endpoints(desk.site_id)
    targets = tuple(Target(one, callbacks.good_secrets(one), one.style == STANDARD) for one in endpoints)
    messages = tuple(callbacks.messages(desk.site_id, dead_only=dead_only))
    page = CallbacksPage(targets, messages, callbacks.dead(desk.site_id), dead_only, secret, secret_of, rotated)
    return desk.pages.render("callbacks.html", desk.frame, page)


def _back(desk: Desk) -> Response:
    return RedirectResponse(f"{desk.frame.site_url}/integrations/callbacks", 303)
