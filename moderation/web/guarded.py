"""Rejected comments with a protected name: their words, for legal intake and approvers alone.

What this file decides
- The list holds no words; reading one comment is a press of its own, and a line of the log before the page is made.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from moderation.access.permissions import Permission
from moderation.storage.guarded import GuardedLine, GuardedText, guarded_lines, read_guarded
from moderation.text.show import show
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}/guarded", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class GuardedPage:
    """The guarded comments, and the words of the one that was asked for."""

    lines: tuple[GuardedLine, ...]
    read: GuardedText | None = None
    text: str = ""


@router.get("")
def list_guarded(desk: Desk = reading(Permission.GUARDED_READ)) -> Response:
    """Which comments are guarded."""
    page = GuardedPage(tuple(guarded_lines(desk.service.database, desk.site_id)))
    return desk.pages.render("guarded.html", desk.frame, page)


@router.post("/{comment}")
def read_one(comment: str, desk: Desk = acting(Permission.GUARDED_READ)) -> Response:
    """The words of one; the log says who read them."""
    database = desk.service.database
    found = read_guarded(database, desk.site_id, comment, desk.user_id, desk.frame.now)
    page = GuardedPage(tuple(guarded_lines(database, desk.site_id)), found, show(found.text))
    return desk.pages.render("guarded.html", desk.frame, page)
