"""Connect a site: make a key, paste a snippet, see the first comment arrive, go live.

What this file decides
- A key or a secret is shown right after it was made, inside the snippets too, and never again.
- The page watches for the first comment by asking again; without script a link does.
- Shadow mode is for live keys: the policy decides, nothing is blocked, and the page says what would have been.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from moderation.access.api_keys import make_key
from moderation.access.permissions import Permission
from moderation.api.calls import write_down
from moderation.api.perspective import public_root
from moderation.coral_desk import CoralDesk
from moderation.errors import NotFound
from moderation.storage.calls import newest_calls
from moderation.storage.ids import new_id
from moderation.storage.keys import list_keys, revoke_key, set_shadow, store_key
from moderation.storage.progress import Progress, read_progress
from moderation.storage.tables import ApiKey, CallRow
from moderation.vocabulary import Lane
from moderation.web.go_live import Step, go_live_steps
from moderation.web.helper_files import HELPERS, helper_path
from moderation.web.snippets import Snippet, make_snippets
from moderation.web.viewer import Desk, acting, reading, wants_fragment

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
SHOWN_SECRETS: Final = 4


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """Whether the first comment came, and what went wrong if something did since."""

    progress: Progress
    trouble: CallRow | None

    @property
    def arrived(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.progress.newest is not None


@dataclass(frozen=True, slots=True)
class IntegrationsPage:
    """Everything on the page; `key` and `secret` are shown once, right after they were made."""

    keys: tuple[ApiKey, ...]
    snippets: tuple[Snippet, ...]
    waiting: WaitingFor
    steps: tuple[Step, ...]
    coral: tuple[str, ...]
    base: str
    key: str = ""
    lane: str = ""
    secret: str = ""


@router.get("/integrations")
def show_integrations(request: Request, desk: Desk = reading(Permission.KEYS_MANAGE)) -> Response:
    """The page."""
    return _page(request, desk)


@router.get("/integrations/waiting")
def show_waiting(request: Request, desk: Desk = reading(Permission.KEYS_MANAGE)) -> Response:
    """The part that waits, alone for a script; without one, the page."""
    if not wants_fragment(request):
        return RedirectResponse(f"{desk.frame.site_url}/integrations#waiting", 303)
    return desk.pages.render("_waiting.html", desk.frame, _waiting(desk))


@router.post("/integrations/keys")
def new_key(
    request: Request, lane: Annotated[Lane, Form()] = Lane.TEST, desk: Desk = acting(Permission.KEYS_MANAGE)
) -> Response:
    """Make a key and show the page with it, this once."""
    made = make_key(lane, os.urandom)
    store_key(desk.service.database, new_id(), desk.site_id, lane, made, desk.frame.now, by=desk.user_id)
    return _page(request, desk, key=made.key, lane=lane.value)


@router.post("/integrations/keys/{key}/revoke")
def drop_key(key: str, desk: Desk = acting(Permission.KEYS_MANAGE)) -> Response:
    """Make a key useless at once."""
    revoke_key(desk.service.database, key, desk.frame.now, site_id=desk.site_id)
    return _back(desk, "keys")


@router.post("/integrations/keys/{key}/shadow")
def turn_shadow(
    key: str, on: Annotated[str, Form(max_length=4)] = "", desk: Desk = acting(Permission.KEYS_MANAGE)
) -> Response:
    """Let a live key block nothing, or block again."""
    set_shadow(desk.service.database, desk.site_id, key, on=on == "yes")
    return _back(desk, "keys")


@router.post("/integrations/coral")
def bring_secret(
    secret: Annotated[str, Form(max_length=300)] = "", desk: Desk = acting(Permission.KEYS_MANAGE)
) -> Response:
    """Keep the secret that Coral shows."""
    _coral(desk).bring(desk.site_id, secret)
    return _back(desk, "coral")


@router.post("/integrations/coral/make")
def make_secret(request: Request, desk: Desk = acting(Permission.KEYS_MANAGE)) -> Response:
    """Make a secret here and show it, this once."""
    return _page(request, desk, secret=_coral(desk).make(desk.site_id))


@router.post("/integrations/coral/finish")
def finish_coral(desk: Desk = acting(Permission.KEYS_MANAGE)) -> Response:
    """Only the newest secret stays good."""
    _coral(desk).finish_rotation(desk.site_id)
    return _back(desk, "coral")


@router.post("/integrations/coral/revoke")
def revoke_secret(
    hint: Annotated[str, Form(max_length=300)] = "", desk: Desk = acting(Permission.KEYS_MANAGE)
) -> Response:
    """Let one secret be good no longer."""
    _coral(desk).revoke(desk.site_id, hint)
    return _back(desk, "coral")


@router.get("/integrations/files/{name}")
def give_helper(name: str, desk: Desk = reading(Permission.KEYS_MANAGE)) -> Response:  # noqa: ARG001 - the gate
    """A helper's file, to be saved beside one's own."""
    if name not in HELPERS:
        raise NotFound("there is no such file")
    path: Path = helper_path(name)
    return FileResponse(path, media_type="text/plain; charset=utf-8", filename=name)


def _page(request: Request, desk: Desk, *, key: str = "", lane: str = "", secret: str = "") -> Response:
    waiting, base = _waiting(desk), public_root(request, desk.service)
    keys = tuple(list_keys(desk.service.database, desk.site_id))
    page = IntegrationsPage(
        keys=keys,
        snippets=make_snippets(base, desk.site_id, key),
        waiting=waiting,
        steps=go_live_steps(desk, keys, waiting.progress),
        coral=tuple(_coral(desk).hints(desk.site_id)),
        base=base,
        key=key,
        lane=lane,
        secret=secret,
    )
    return desk.pages.render("integrations.html", desk.frame, page)


def _waiting(desk: Desk) -> WaitingFor:
    write_down(desk.service)
    progress = read_progress(desk.service.database, desk.site_id, desk.frame.now)
    failed = newest_calls(desk.service.database, desk.site_id, failed_only=True, limit=1)
    trouble = next((call for call in failed if progress.newest is None or call.at > progress.newest), None)
    return WaitingFor(progress, trouble)


def _coral(desk: Desk) -> CoralDesk:
    service = desk.service
    return CoralDesk(service.database, service.custody, service.clock)


def _back(desk: Desk, part: str) -> Response:
    return RedirectResponse(f"{desk.frame.site_url}/integrations#{part}", 303)
