"""Publish, reject, skip, undo: what a press on the queue's page does.

What this file decides
- Every act names the case and its version; a stale one gets a friendly page that says who decided what.
- Without script the answer leads on to the next case; with it the answer is a piece with the status line and new cases.
- A press on a case that waits for a second opinion gives it; what came of both views is said in the status line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import Invalid
from moderation.intake.normalise import unstorable
from moderation.opinion_desk import OpinionDesk
from moderation.review.opinion import Answer, OpinionResult
from moderation.review.verdict import OpinionPending, Ruling, StaleVerdict
from moderation.storage.case_file import CaseFile, read_case_file
from moderation.storage.case_leases import lease_case, put_aside, release, renew
from moderation.storage.people import find_person
from moderation.vocabulary import Action, Ground
from moderation.web.case_view import CaseView
from moderation.web.focus import (
    AHEAD,
    Done,
    StatusLine,
    done,
    lease_ahead,
    leased_until,
    settles,
    show_case,
    status_line,
)
from moderation.web.pages import translate
from moderation.web.viewer import Desk, acting, wants_fragment
from moderation.web.words import GROUNDS

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
Text = Annotated[str, Form(max_length=4000)]
Version = Annotated[int, Form(ge=0)]
Ahead = Annotated[str, Form(max_length=400)]


@dataclass(frozen=True, slots=True)
class DecidedPiece:
    """What a script puts into its page after an act."""

    line: StatusLine
    ahead: tuple[CaseView, ...]
    done: Done | None
    until: str
    show: CaseView | None = None


@dataclass(frozen=True, slots=True)
class StalePage:
    """Somebody was faster, or the comment has changed."""

    file: CaseFile
    by: str
    changed: bool


@router.post("/cases/{case}/publish")
def publish(
    request: Request,
    *,
    case: str,
    version: Version,
    words: Text = "",
    ahead: Ahead = "",
    desk: Desk = acting(Permission.CASE_DECIDE),
) -> Response:
    """Publish the comment."""
    editor = settles(desk)
    ruling = Ruling(desk.site_id, case, version, Action.PUBLISH, desk.user_id, words=words, as_editor=editor)
    return rule(request, desk, ruling, ahead)


@router.post("/cases/{case}/reject")
def reject(
    request: Request,
    *,
    case: str,
    version: Version,
    ground: Annotated[Ground | None, Form()] = None,
    words: Text = "",
    ahead: Ahead = "",
    desk: Desk = acting(Permission.CASE_DECIDE),
) -> Response:
    """Reject the comment on a ground."""
    editor = settles(desk)
    ruling = Ruling(desk.site_id, case, version, Action.REJECT, desk.user_id, ground, words, as_editor=editor)
    return rule(request, desk, ruling, ahead)


@router.post("/cases/{case}/skip")
def skip(request: Request, case: str, ahead: Ahead = "", desk: Desk = acting(Permission.QUEUE_READ)) -> Response:
    """Put the case aside for this person."""
    put_aside(desk.service.database, desk.site_id, case, desk.user_id, desk.frame.now)
    return go_on(request, desk, case, ahead, note=translate("Put aside for half an hour."))


@router.post("/verdicts/{verdict}/undo")
def undo(request: Request, verdict: str, desk: Desk = acting(Permission.CASE_DECIDE)) -> Response:
    """Take one's own verdict back and see the case again."""
    plan = desk.service.pipeline.undo(desk.site_id, verdict, desk.user_id)
    if not wants_fragment(request):
        return RedirectResponse(f"{desk.frame.site_url}/queue?case={plan.case_id}", 303)
    database, now = desk.service.database, desk.frame.now
    lease = timedelta(seconds=desk.service.settings.lease_seconds)
    lease_case(database, desk.site_id, plan.case_id, desk.user_id, now, lease)
    line = status_line(desk, translate("Taken back. Here it is again."))
    piece = DecidedPiece(line, (), None, leased_until(desk), show_case(desk, plan.case_id))
    return desk.pages.render("_decided.html", desk.frame, piece)


@router.post("/leases")
def keep_leases(
    ids: Ahead = "",
    gone: Annotated[datetime | None, Form()] = None,
    desk: Desk = acting(Permission.QUEUE_READ),
) -> Response:
    """Keep what is on the page, or give it back when the page is left."""
    known = [one for one in ids.split(",") if one]
    if gone is not None:
        until = gone if gone.tzinfo else gone.replace(tzinfo=UTC)
        release(desk.service.database, desk.site_id, known, desk.user_id, until)
        return Response(status_code=204)
    text = leased_until(desk)
    renew(desk.service.database, desk.site_id, known, desk.user_id, datetime.fromisoformat(text))
    return PlainTextResponse(text)


@router.post("/queue/more")
def send_more(request: Request, desk: Desk = acting(Permission.QUEUE_READ)) -> Response:
    """The next cases for a page that has none left, whose script would otherwise read the whole page anew."""
    return go_on(request, desk, "", "")


def rule(request: Request, desk: Desk, ruling: Ruling, ahead: str) -> Response:
    """Give the verdict and go on; or say who was faster."""
    refuse_unstorable(ruling.words)
    note = ""
    try:
        try:
            desk.service.pipeline.rule(ruling)
        except OpinionPending:
            note = said(desk, OpinionDesk(desk.service.pipeline.ports).answer(ruling))
    except StaleVerdict as problem:
        return show_stale(request, desk, ruling.case_id, problem)
    return go_on(request, desk, ruling.case_id, ahead, note=note, to="opinions" if note else "queue")


def said(desk: Desk, answer: Answer) -> str:
    """What came of two views, for the status line; the first view may be seen from here on."""
    first = find_person(desk.service.database, answer.question.view.by).name
    if answer.result is OpinionResult.AGREED:
        return translate("You and %(name)s agree.", name=first)
    if answer.result is OpinionResult.NEEDS_EDITOR:
        return translate(
            "You and %(name)s agree, and an editor decides: here only an editor publishes this.", name=first
        )
    view = answer.question.view
    if view.action is Action.PUBLISH:
        return translate("%(name)s would publish it. An editor settles it.", name=first)
    ground = translate(GROUNDS[view.ground or Ground.OTHER])
    return translate("%(name)s would reject it as %(ground)s. An editor settles it.", name=first, ground=ground)


def read_act(act: str) -> tuple[Action, Ground | None]:
    """What a form's choice means: `publish`, or `reject:` and a ground.

    Raises:
        Invalid: it means nothing.
    """
    if act == "publish":
        return Action.PUBLISH, None
    try:
        return Action.REJECT, Ground(act.removeprefix("reject:"))
    except ValueError:
        raise Invalid("say what is to happen", hint="choose publish, or a ground") from None


def refuse_unstorable(words: str) -> None:
    """Refuse what no database can keep.

    Raises:
        Invalid: a NUL or a broken character.
    """
    why = unstorable(words) if words else None
    if why:
        raise Invalid(f"these words {why}", hint="type them again")


def go_on(request: Request, desk: Desk, case_id: str, ahead: str, *, note: str = "", to: str = "queue") -> Response:
    """The next case: by a redirect to a page of the site, or as a piece that fills up what the page has ready."""
    if not wants_fragment(request):
        return RedirectResponse(f"{desk.frame.site_url}/{to}", 303)
    known = [one for one in ahead.split(",") if one and one != case_id]
    cases = lease_ahead(desk, known, max(0, AHEAD + 1 - len(known)))
    end = done(desk) if not cases and not known else None
    piece = DecidedPiece(status_line(desk, note), tuple(cases), end, leased_until(desk))
    return desk.pages.render("_decided.html", desk.frame, piece)


def show_stale(request: Request, desk: Desk, case_id: str, problem: StaleVerdict) -> Response:
    """The friendly page or piece about a case that somebody else decided or changed."""
    file = read_case_file(desk.service.database, desk.site_id, case_id)
    by = find_person(desk.service.database, problem.decided_by).name if problem.decided_by else ""
    template = "_stale.html" if wants_fragment(request) else "stale.html"
    page = StalePage(file, by, changed=file.state == "open")
    return desk.pages.render(template, desk.frame, page, status=409)
