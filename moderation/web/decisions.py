"""What one person leaves behind at a site: the keys they made and what they decided lately, as one list each.

What this file decides
- The admin sees what was decided when; the words of comments are for those who may read the queue.
- Keys that the person made and that are still good can be revoked in one press, since whoever made a key has seen it.
- Opening all of them again makes new cases that the same person cannot judge; nothing is told until they are decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import ModerationError, NotFound
from moderation.storage.batches import BatchLine, decisions_of
from moderation.storage.desk_writes import reopen
from moderation.storage.keys import keys_made_by, revoke_keys_of
from moderation.storage.members import former_members, list_members
from moderation.storage.people import find_person
from moderation.storage.tables import ApiKey
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
Days = Annotated[int, Query(ge=1, le=365)]
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """The verdicts of one person in the last days; `opened` of them were opened again just now."""

    user: str
    name: str
    days: int
    lines: tuple[BatchLine, ...]
    more: bool
    opened: int | None
    keys: tuple[ApiKey, ...] = ()
    revoked: int | None = None


@router.get("/people/{user}/decisions")
def show_decisions(
    user: str,
    days: Days = 7,
    opened: Annotated[int | None, Query(ge=0)] = None,
    revoked: Annotated[int | None, Query(ge=0)] = None,
    desk: Desk = reading(Permission.PEOPLE_MANAGE),
) -> Response:
    """What this person decided."""
    lines = _decisions(desk, user, days)
    if not lines and not _belongs(desk, user):
        raise NotFound("there is no such person here")
    name = find_person(desk.service.database, user).name
    keys = tuple(keys_made_by(desk.service.database, desk.site_id, user)) if desk.may(Permission.KEYS_MANAGE) else ()
    page = DecisionsPage(user, name, days, lines[:MOST], len(lines) > MOST, opened, keys, revoked)
    return desk.pages.render("decisions.html", desk.frame, page)


@router.post("/people/{user}/decisions")
def open_again(
    user: str, days: Annotated[int, Form(ge=1, le=365)] = 7, desk: Desk = acting(Permission.CASE_REOPEN)
) -> Response:
    """Put all of them that still stand before somebody else."""
    opened = 0
    for line in _decisions(desk, user, days)[:MOST]:
        if line.undone_at is None:
            try:
                reopen(desk.service.database, desk.site_id, line.comment_id, desk.frame.now, barred=user)
            except ModerationError:
                continue  # withdrawn, or before somebody already
            opened += 1
    where = f"people/{user}/decisions?days={days}&opened={opened}" if desk.may(Permission.PEOPLE_MANAGE) else "queue"
    return RedirectResponse(f"{desk.frame.site_url}/{where}", 303)


@router.post("/people/{user}/keys")
def revoke_keys(user: str, desk: Desk = acting(Permission.KEYS_MANAGE)) -> Response:
    """Make every key useless that this person made here."""
    revoked = revoke_keys_of(desk.service.database, desk.site_id, user, desk.frame.now)
    where = f"people/{user}/decisions?revoked={revoked}" if desk.may(Permission.PEOPLE_MANAGE) else "integrations#keys"
    return RedirectResponse(f"{desk.frame.site_url}/{where}", 303)


def _decisions(desk: Desk, user: str, days: int) -> tuple[BatchLine, ...]:
    since = desk.frame.now - timedelta(days=days)
    return tuple(decisions_of(desk.service.database, desk.site_id, user, since, MOST + 1))


def _belongs(desk: Desk, user: str) -> bool:
    """Whether the person works here, or once did; the names of others are nobody's business."""
    database = desk.service.database
    known = {one.id for one in list_members(database, desk.site_id)}
    return user in known | {id_ for id_, _ in former_members(database, desk.site_id)}
