"""Second opinions: handing a case over, taking it back, and the page on which both views are read.

What this file decides is who is offered as a colleague: whoever may decide cases at the site. The answer itself is given by
the ordinary buttons and keys (see `deciding`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import Invalid
from moderation.opinion_desk import OpinionDesk
from moderation.review.opinion import Question, View
from moderation.review.verdict import StaleVerdict
from moderation.storage.case_leases import lease_case
from moderation.storage.opinions import OpinionLine, opinions_of_person, opinions_to_settle
from moderation.web.deciding import Ahead, Version, go_on, read_act, refuse_unstorable, show_stale
from moderation.web.focus import colleagues, settles
from moderation.web.pages import translate
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
Short = Annotated[str, Form(max_length=64)]


@dataclass(frozen=True, slots=True)
class OpinionsPage:
    """What waits for this person, what an editor has to settle, and what this person asked or answered."""

    waiting: tuple[OpinionLine, ...]
    settle: tuple[OpinionLine, ...]
    past: tuple[OpinionLine, ...]


@router.get("/opinions")
def show_opinions(desk: Desk = reading(Permission.QUEUE_READ)) -> Response:
    """Second opinions that concern this person."""
    database = desk.service.database
    lines = opinions_of_person(database, desk.site_id, desk.user_id)
    open_ones = tuple(line for line in lines if line.waiting and not line.mine)
    settle = opinions_to_settle(database, desk.site_id, desk.user_id) if settles(desk) else []
    named = {line.id for line in [*open_ones, *settle]}
    past = tuple(line for line in lines if line.id not in named)
    return desk.pages.render("opinions.html", desk.frame, OpinionsPage(open_ones, tuple(settle), past))


@router.post("/cases/{case}/opinion")
def ask(
    request: Request,
    *,
    case: str,
    version: Version,
    colleague: Short = "",
    view: Short = "",
    note: Annotated[str, Form(max_length=2000)] = "",
    ahead: Ahead = "",
    desk: Desk = acting(Permission.CASE_DECIDE),
) -> Response:
    """Hand the case to a colleague, with one's own view, which the colleague does not see before theirs is given."""
    refuse_unstorable(note)
    if not view:
        raise Invalid("say first what you would do", hint="your colleague sees it only afterwards")
    action, ground = read_act(view)
    name = dict(colleagues(desk)).get(colleague, "")
    if colleague and not name:
        raise Invalid("there is no such colleague here", hint="choose one of the list, or anybody")
    asking = View(desk.user_id, action, ground)
    question = Question("", desk.site_id, case, version, asking, colleague or None, note.strip(), desk.frame.now)
    try:
        OpinionDesk(desk.service.pipeline.ports).ask(question)
    except StaleVerdict as problem:
        return show_stale(request, desk, case, problem)
    told = translate("Handed to %(name)s.", name=name) if name else translate("Handed to the next colleague.")
    return go_on(request, desk, case, ahead, note=told, to="opinions")


@router.post("/cases/{case}/opinion/back")
def take_back(case: str, desk: Desk = acting(Permission.CASE_DECIDE)) -> Response:
    """Take the question back and see the case again."""
    OpinionDesk(desk.service.pipeline.ports).take_back(desk.site_id, case, desk.user_id)
    lease = timedelta(seconds=desk.service.settings.lease_seconds)
    lease_case(desk.service.database, desk.site_id, case, desk.user_id, desk.frame.now, lease)
    return RedirectResponse(f"{desk.frame.site_url}/queue?case={case}", 303)
