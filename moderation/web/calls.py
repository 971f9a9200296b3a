"""The last calls of a site's keys: what was asked, what was answered, and how to ask again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from moderation.access.permissions import Permission
from moderation.api.calls import write_down
from moderation.api.perspective import public_root
from moderation.errors import NotFound
from moderation.storage.calls import find_call, newest_calls
from moderation.storage.keys import list_keys
from moderation.storage.tables import CallRow
from moderation.web.snippets import replay_command
from moderation.web.viewer import Desk, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class CallsPage:
    """The calls, newest first, and by which key each was made."""

    calls: tuple[CallRow, ...]
    hints: Mapping[str, str]
    problems: bool


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call, and the command that repeats it when its body was kept."""

    call: CallRow
    hint: str
    command: str


@router.get("/integrations/calls")
def show_calls(
    problems: Annotated[str, Query(max_length=4)] = "",
    desk: Desk = reading(Permission.KEYS_MANAGE),
) -> Response:
    """The last hundred."""
    write_down(desk.service)
    found = newest_calls(desk.service.database, desk.site_id, failed_only=bool(problems))
    return desk.pages.render("calls.html", desk.frame, CallsPage(tuple(found), _hints(desk), bool(problems)))


@router.get("/integrations/calls/{call}")
def show_call(request: Request, call: str, desk: Desk = reading(Permission.KEYS_MANAGE)) -> Response:
    """One call."""
    found = find_call(desk.service.database, desk.site_id, call)
    if found is None:
        raise NotFound("this call is not kept any more")
    command = replay_command(public_root(request, desk.service), found)
    page = CallPage(found, _hints(desk).get(found.key_id, found.key_id), command)
    return desk.pages.render("call.html", desk.frame, page)


def _hints(desk: Desk) -> dict[str, str]:
    return {key.id: key.hint for key in list_keys(desk.service.database, desk.site_id)}
