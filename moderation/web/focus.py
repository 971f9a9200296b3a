"""The queue, one case at a time.

What this file decides
- Opening the page leases the case that is due first, and two more, which are ready before a key is pressed.
- Leaving with next or previous gives the case back; skipping puts it aside for this person for half an hour.
- A case that a colleague has open is shown without its buttons, and says who has it.
- Whoever gives a second opinion sees neither the first view nor the scores before their own is given.
- With nothing left the page says so in a sentence, with the day's longest wait.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import GRANTS, Permission, permissions_of
from moderation.review.opinion import may_answer
from moderation.storage.care import SEVERE, severe_taken, working_since
from moderation.storage.case_file import CaseFile, read_case_file
from moderation.storage.case_leases import Wish, lease_case, lease_next, release, take_back
from moderation.storage.members import colleagues_with
from moderation.storage.opinions import OpinionLine, opinions_on
from moderation.storage.people import SignedIn, find_person
from moderation.storage.queue_counts import LastVerdict, oldest_wait, read_tally
from moderation.storage.sites import EDITOR_PUBLISHES, site_settings
from moderation.vocabulary import CaseState, Ground
from moderation.web.blind import notes_of_others
from moderation.web.case_view import CaseView, view_case
from moderation.web.viewer import Desk, acting, pages_of, plain_frame, reading, signed_in_or_none

chooser = APIRouter(include_in_schema=False)
router = APIRouter(prefix="/s/{site}", include_in_schema=False)
AHEAD: Final = 2
BEGINNINGS: Final = (
    (Permission.QUEUE_READ, "/queue"),
    (Permission.REQUEST_READ, "/legal"),
    (Permission.KEYS_MANAGE, "/integrations"),
    (Permission.POLICY_READ, "/policy"),
)


@dataclass(frozen=True, slots=True)
class StatusLine:
    """What the person did last and can take back."""

    last: LastVerdict | None = None
    note: str = ""
    decided: int = 0
    worked: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left: the day's longest wait in seconds, and what was put aside or is with others."""

    waited: float | None
    elsewhere: int
    spent: bool = False


@dataclass(frozen=True, slots=True)
class FocusPage:
    """The page: one case, those that follow, or the end."""

    case: CaseView | None
    ahead: tuple[CaseView, ...]
    done: Done | None
    line: StatusLine
    until: str = ""


@dataclass(frozen=True, slots=True)
class SitesPage:
    """The sites of a person with several."""

    sites: tuple[tuple[str, str, tuple[str, ...]], ...]


@chooser.get("/sites")
def choose_site(request: Request) -> Response:
    """The person's sites; with one there is nothing to choose."""
    person = signed_in_or_none(request)
    if person is None:
        return RedirectResponse(pages_of(request).base + "/sign-in", 303)
    if len(person.sites) == 1:
        return RedirectResponse(f"{pages_of(request).base}/s/{next(iter(person.sites))}{first_page(person)}", 303)
    sites = tuple((site, name, tuple(sorted(person.roles[site]))) for site, name in person.sites.items())
    return pages_of(request).render("sites.html", plain_frame(request, person), SitesPage(sites))


def first_page(person: SignedIn) -> str:
    """Where a person's work begins: the queue, or what those who do not moderate may see instead."""
    allowed = permissions_of(role for roles in person.roles.values() for role in roles)
    return next((page for permission, page in BEGINNINGS if permission in allowed), "/queue")


@router.get("/queue")
def show_queue(
    case: Annotated[str | None, Query(max_length=64)] = None,
    after: Annotated[str | None, Query(max_length=64)] = None,
    before: Annotated[str | None, Query(max_length=64)] = None,
    desk: Desk = reading(Permission.QUEUE_READ),
) -> Response:
    """The case that is due first, or the one that was asked for."""
    service, now = desk.service, desk.frame.now
    lease = timedelta(seconds=service.settings.lease_seconds)
    first: CaseView | None = None
    if case is not None:
        holder = lease_case(service.database, desk.site_id, case, desk.user_id, now, lease)
        first = show_case(desk, case, holder=find_person(service.database, holder).name if holder else "")
    elif after or before:
        release(service.database, desk.site_id, [after or before or ""], desk.user_id)
        turned = lease_next(service.database, wish_of(desk, 1, after=after, before=before), now, lease)
        first = show_case(desk, turned[0]) if turned else None
    onward = first.id if first and (after or before) else None
    cases = lease_ahead(desk, [first.id] if first else [], AHEAD if first else AHEAD + 1, after=onward)
    if first is None and cases:
        first, cases = cases[0], cases[1:]
    page = FocusPage(first, tuple(cases), None if first else done(desk), status_line(desk), leased_until(desk))
    return desk.pages.render("focus.html", desk.frame, page)


@router.post("/queue/aside")
def bring_back(desk: Desk = acting(Permission.QUEUE_READ)) -> Response:
    """Show again what this person had put aside."""
    take_back(desk.service.database, desk.user_id)
    return RedirectResponse(f"{desk.frame.site_url}/queue", 303)


def wish_of(
    desk: Desk, count: int, *, showing: list[str] | None = None, after: str | None = None, before: str | None = None
) -> Wish:
    """What this person may be shown."""
    without = tuple(desk.signed_in.person.preferences.get("without", ()))
    shown = tuple(showing or ())
    below = SEVERE if is_spent(desk) else None
    return Wish(desk.site_id, desk.user_id, count, shown, after, before, without, settles=settles(desk), below=below)


def is_spent(desk: Desk) -> bool:
    """Whether this person has taken as many severe cases within the hour as they want to."""
    bound = desk.signed_in.person.preferences.get("severe_cap")
    return bound is not None and severe_taken(desk.service.database, desk.user_id, desk.frame.now) >= int(bound)


def rest_due(desk: Desk) -> timedelta | None:
    """How long this person has decided without a break, once that is as long as they chose."""
    minutes = desk.signed_in.person.preferences.get("break_minutes")
    if minutes is None:
        return None
    worked = desk.frame.now - working_since(desk.service.database, desk.user_id, desk.frame.now)
    return worked if worked >= timedelta(minutes=int(minutes)) else None


def lease_ahead(desk: Desk, showing: list[str], count: int, *, after: str | None = None) -> list[CaseView]:
    """The next cases, leased for this person; those that are on the page already are not given again.

    Behind a case that somebody went on to come those after it: what was given back is a colleague's to take.
    """
    lease = timedelta(seconds=desk.service.settings.lease_seconds)
    database, now = desk.service.database, desk.frame.now
    found: list[str] = []
    # With a bound on severe cases each one is asked for alone, so that three at once do not overrun it.
    step = 1 if "severe_cap" in desk.signed_in.person.preferences else count
    while len(found) < count:
        more = lease_next(database, wish_of(desk, step, showing=[*showing, *found], after=after), now, lease)
        found += more
        if len(more) < step or step == count:
            break
    return [show_case(desk, case_id) for case_id in found]


def leased_until(desk: Desk) -> str:
    """Until when the cases of this page are this person's; a later page's leases run longer."""
    return (desk.frame.now + timedelta(seconds=desk.service.settings.lease_seconds)).isoformat()


def show_case(desk: Desk, case_id: str, *, holder: str = "") -> CaseView:
    """One case as this person sees it: blind when their second opinion is asked for, without buttons when it is another's."""
    file = read_case_file(desk.service.database, desk.site_id, case_id)
    opinion = _opinion_on(desk, file)
    waiting = opinion is not None and opinion.waiting
    blind = waiting and can_answer(file, desk.user_id, desk.frame.now)
    if blind and opinion is not None:
        file = replace(file, notes=notes_of_others(file.notes, opinion.asked_by))
    view = view_case(desk.service, file, desk.frame.now, fold=desk.frame.fold, blind=blind)
    mine = not holder and desk.may(Permission.CASE_DECIDE) and (blind or not waiting)
    if file.state == CaseState.ESCALATED:
        mine = mine and settles(desk)
    flagged = Ground.DEFAMATORY.value in file.grounds and not settles(desk)
    return replace(
        view,
        holder=holder,
        opinion=opinion,
        decidable=view.open and mine,
        colleagues=colleagues(desk) if view.open and mine and opinion is None else (),
        editor_publishes=flagged and bool(site_settings(desk.service.database, desk.site_id).get(EDITOR_PUBLISHES)),
    )


def colleagues(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Everybody else who decides cases here, by id and name."""
    roles = [role for role, allowed in GRANTS.items() if Permission.CASE_DECIDE in allowed]
    return tuple(colleagues_with(desk.service.database, desk.site_id, roles, desk.user_id))


def settles(desk: Desk) -> bool:
    """Whether this person is an editor: settles what two people differ about, publishes over a defamation flag."""
    return desk.may(Permission.OPINION_SETTLE) and desk.may(Permission.DEFAMATION_PUBLISH)


def can_answer(file: CaseFile, user_id: str, now: datetime) -> bool:
    """Whether a second opinion on this case is asked of this person."""
    return may_answer(file.asked_by, file.asked_of, user_id, barred=file.barred, overdue=file.due_at <= now)


def _opinion_on(desk: Desk, file: CaseFile) -> OpinionLine | None:
    if file.asked_by is None and file.state != CaseState.ESCALATED:
        return None
    lines = opinions_on(desk.service.database, desk.site_id, desk.user_id, file.comment_id)
    return next((line for line in lines if line.case_id == file.id), None)


def status_line(desk: Desk, note: str = "") -> StatusLine:
    """What this person did last today, and how much."""
    today = _today(desk.frame.now)
    database = desk.service.database
    last, decided = read_tally(database, desk.site_id, desk.user_id, today, today - timedelta(days=1))
    return StatusLine(last, note, decided, rest_due(desk))


def done(desk: Desk) -> Done:
    """The end of the queue."""
    waited = oldest_wait(desk.service.database, desk.site_id, _today(desk.frame.now))
    return Done(waited, desk.frame.counts.open if desk.frame.counts else 0, is_spent(desk))


def _today(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
