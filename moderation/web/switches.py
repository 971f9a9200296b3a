"""The switches: hold everything, close, or mark one article; reachable from every page, with an end.

What this file decides is only what a press sets; what follows is the policy's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import Invalid
from moderation.storage.desk_writes import list_articles, set_article, set_switch
from moderation.storage.sites import site_settings
from moderation.storage.tables import ArticleRow
from moderation.web.deciding import refuse_unstorable
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
WORDS: Final = frozenset({"", "hold", "close"})


@dataclass(frozen=True, slots=True)
class SwitchesPage:
    """How the switches stand."""

    word: str
    until: datetime | None
    by: str
    articles: tuple[ArticleRow, ...]


@router.get("/switches")
def show_switches(desk: Desk = reading(Permission.SWITCH_SET)) -> Response:
    """How the switches stand now."""
    settings: Mapping[str, Any] = site_settings(desk.service.database, desk.site_id).get("switch", {})
    until = datetime.fromisoformat(settings["until"]) if settings.get("until") else None
    ended = until is not None and until <= desk.frame.now
    page = SwitchesPage(
        "" if ended else str(settings.get("word", "")),
        until,
        str(settings.get("by", "")),
        tuple(list_articles(desk.service.database, desk.site_id)),
    )
    return desk.pages.render("switches.html", desk.frame, page)


@router.post("/switches")
def turn_switch(
    *,
    word: Annotated[str, Form(max_length=8)] = "",
    hours: Annotated[float, Form(ge=0, le=8760)] = 0,
    desk: Desk = acting(Permission.SWITCH_SET),
) -> Response:
    """Hold all, close, or open again."""
    if word not in WORDS:
        raise Invalid("there is no such switch", hint="choose hold, close or open")
    until = desk.frame.now + timedelta(hours=hours) if hours else None
    set_switch(desk.service.database, desk.site_id, word, until, desk.frame.person)
    return RedirectResponse(f"{desk.frame.site_url}/switches", 303)


@router.post("/switches/article")
def turn_article(
    *,
    article: Annotated[str, Form(max_length=200)],
    closed: Annotated[str, Form(max_length=4)] = "",
    hold_all: Annotated[str, Form(max_length=4)] = "",
    sensitive: Annotated[str, Form(max_length=32)] = "",
    guidance: Annotated[str, Form(max_length=1000)] = "",
    desk: Desk = acting(Permission.SWITCH_SET),
) -> Response:
    """Close or hold one article, or say why it is sensitive and what to mind."""
    refuse_unstorable(sensitive + guidance)
    values = {
        "closed": closed == "yes",
        "hold_all": hold_all == "yes",
        "sensitive": sensitive,
        "guidance": guidance or None,
    }
    set_article(desk.service.database, desk.site_id, article, **values)
    return RedirectResponse(f"{desk.frame.site_url}/switches", 303)
