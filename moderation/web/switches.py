"""The switches: hold everything or close, for the site, a section or an article; and articles that need care.

What this file decides
- From every page the switches are one press away, and turning one is the second.
- A switch ends after some hours, at a time, or when somebody opens; what follows from it is the policy's.
- Articles close by themselves after as many days as the site says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import Invalid
from moderation.mail_desk import can_mail
from moderation.storage.confirmations import CONFIRM_EMAIL
from moderation.storage.desk_writes import list_articles, set_article
from moderation.storage.sites import CLOSE_AFTER, EDITOR_PUBLISHES, set_editor_publishes, set_site_choice, site_settings
from moderation.storage.switches import Place, Scope, SwitchLine, SwitchWord, Turn, read_switches, turn_switch
from moderation.storage.tables import ArticleRow
from moderation.web.deciding import refuse_unstorable
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
Target = Annotated[str, Query(max_length=220)]


@dataclass(frozen=True, slots=True)
class SwitchesPage:
    """The switches that are on, and the places that can be switched; `chosen` is the one that a link named."""

    on: tuple[SwitchLine, ...]
    sections: tuple[str, ...]
    articles: tuple[ArticleRow, ...]
    titles: dict[str, str]
    close_after: int
    confirm: bool
    mails: bool
    chosen: str
    editor_publishes: bool


@router.get("/switches")
def show_switches(place: Target = "", desk: Desk = reading(Permission.SWITCH_SET)) -> Response:
    """How the switches stand now."""
    database = desk.service.database
    articles, rules = tuple(list_articles(database, desk.site_id)), site_settings(database, desk.site_id)
    page = SwitchesPage(
        tuple(read_switches(database, desk.site_id, desk.frame.now)),
        tuple(sorted({one.section for one in articles if one.section})),
        articles,
        {one.id: one.title or one.id for one in articles},
        int(rules.get(CLOSE_AFTER, 0)),
        bool(rules.get(CONFIRM_EMAIL)),
        can_mail(desk.service),
        place,
        bool(rules.get(EDITOR_PUBLISHES)),
    )
    return desk.pages.render("switches.html", desk.frame, page)


@router.post("/switches")
def turn(
    *,
    word: Annotated[SwitchWord, Form()],
    place: Annotated[str, Form(max_length=220)] = "site",
    hours: Annotated[float, Form(ge=0, le=8760)] = 0,
    until: Annotated[str, Form(max_length=32)] = "",
    desk: Desk = acting(Permission.SWITCH_SET),
) -> Response:
    """Hold all, close, or open again."""
    refuse_unstorable(place)
    end = _moment(until) or (desk.frame.now + timedelta(hours=hours) if hours else None)
    turned = Turn(_place(place), word, None if word is SwitchWord.OPEN else end, desk.user_id)
    turn_switch(desk.service.database, desk.site_id, turned, desk.frame.now)
    return RedirectResponse(f"{desk.frame.site_url}/switches", 303)


@router.post("/switches/age")
def close_by_age(days: Annotated[int, Form(ge=0, le=3650)] = 0, desk: Desk = acting(Permission.SWITCH_SET)) -> Response:
    """Let articles close by themselves after so many days; 0 never."""
    set_site_choice(desk.service.database, desk.site_id, CLOSE_AFTER, days, by=desk.user_id, now=desk.frame.now)
    return RedirectResponse(f"{desk.frame.site_url}/switches", 303)


@router.post("/switches/confirm")
def ask_for_addresses(
    confirm: Annotated[str, Form(max_length=4)] = "", desk: Desk = acting(Permission.SWITCH_SET)
) -> Response:
    """Ask new readers by mail whether their e-mail address is theirs, or do not."""
    wanted, now = confirm == "yes", desk.frame.now
    set_site_choice(desk.service.database, desk.site_id, CONFIRM_EMAIL, int(wanted), by=desk.user_id, now=now)
    return RedirectResponse(f"{desk.frame.site_url}/switches", 303)


@router.post("/switches/defamation")
def turn_defamation(
    editor: Annotated[str, Form(max_length=4)] = "", desk: Desk = acting(Permission.DEFAMATION_PUBLISH)
) -> Response:
    """Whether only an editor publishes over a defamation flag."""
    wanted = editor == "yes"
    set_editor_publishes(desk.service.database, desk.site_id, desk.user_id, desk.frame.now, wanted=wanted)
    return RedirectResponse(f"{desk.frame.site_url}/switches", 303)


@router.post("/switches/article")
def mark_article(
    *,
    article: Annotated[str, Form(max_length=200)],
    sensitive: Annotated[Literal["", "sexual_offence", "minor", "suicide", "sub_judice", "riot"], Form()] = "",
    guidance: Annotated[str, Form(max_length=1000)] = "",
    desk: Desk = acting(Permission.SWITCH_SET),
) -> Response:
    """Say why one article is sensitive and what to mind."""
    refuse_unstorable(guidance)
    values = {"sensitive": sensitive, "guidance": guidance or None}
    set_article(desk.service.database, desk.site_id, article, **values)
    return RedirectResponse(f"{desk.frame.site_url}/switches", 303)


def _place(text: str) -> Place:
    scope, _, target = text.partition(":")
    try:
        return Place(Scope(scope), target)
    except ValueError:
        raise Invalid("there is no such place", hint="choose the site, a section or an article") from None


def _moment(text: str) -> datetime | None:
    """The time of a form's field, which is meant in UTC and says so."""
    if not text.strip():
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("this is no time", hint="write it as 2026-12-01T06:00") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
