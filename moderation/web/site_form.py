"""The page on which a site's people open its readers' form: origins, the grievance officer, quiet hours.

What this file decides
- Everything is on one page, with the line to put into an article below it. A fault keeps what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import Invalid
from moderation.intake.reader_form import FormRules, read_origin, read_quiet
from moderation.storage.site_form import set_form
from moderation.web.deciding import refuse_unstorable
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
MOST_ORIGINS = 20


@dataclass(frozen=True, slots=True)
class SiteFormPage:
    """The settings as they stand, or as they were typed."""

    origins: str
    officer: str
    contact: str
    quiet: str
    zone: str
    script: str
    open: bool
    fault: str = ""


@router.get("/form")
def show_settings(request: Request, desk: Desk = reading(Permission.FORM_SET)) -> Response:
    """How the form stands."""
    rules = desk.service.shelf.rules(desk.site_id).form
    quiet = rules.quiet
    page = SiteFormPage(
        origins="\n".join(sorted(rules.origins)),
        officer=rules.officer,
        contact=rules.contact,
        quiet=str(quiet) if quiet else "",
        zone=quiet.zone if quiet else "Asia/Kolkata",
        script=_script(request, desk),
        open=bool(rules.origins),
    )
    return desk.pages.render("site_form.html", desk.frame, page)


@router.post("/form")
def save_settings(
    request: Request,
    *,
    origins: Annotated[str, Form(max_length=4000)] = "",
    officer: Annotated[str, Form(max_length=200)] = "",
    contact: Annotated[str, Form(max_length=300)] = "",
    quiet: Annotated[str, Form(max_length=20)] = "",
    zone: Annotated[str, Form(max_length=60)] = "Asia/Kolkata",
    desk: Desk = acting(Permission.FORM_SET),
) -> Response:
    """Set all of it."""
    refuse_unstorable(officer + contact)
    typed = SiteFormPage(origins, officer, contact, quiet, zone, _script(request, desk), open=False)
    try:
        named = read_origins(origins)
        hours = read_quiet(quiet, zone.strip()) if quiet.strip() else None
    except Invalid as problem:
        return desk.pages.render("site_form.html", desk.frame, replace(typed, fault=str(problem)), status=422)
    rules = FormRules(named, officer.strip(), contact.strip(), hours)
    set_form(desk.service.database, desk.site_id, rules, by=desk.user_id, at=desk.frame.now)
    desk.service.shelf.forget(desk.site_id)
    return RedirectResponse(f"{desk.frame.site_url}/form", 303)


def read_origins(lines: str) -> frozenset[str]:
    """The origins, one a line.

    Raises:
        Invalid: one is none, or there are too many.
    """
    named = frozenset(read_origin(one) for one in lines.split())
    if len(named) > MOST_ORIGINS:
        raise Invalid(f"a form has at most {MOST_ORIGINS} origins", hint="one origin is all pages of a host")
    return named


def _script(request: Request, desk: Desk) -> str:
    settings = desk.service.settings
    told = "public_url" in settings.model_fields_set
    root = settings.public_url if told else f"{request.url.scheme}://{request.url.netloc}{settings.root_path}"
    source = f"{root.rstrip('/')}/embed/form.js"
    return f'<script src="{source}" data-site="{desk.site_id}" data-article="ARTICLE-ID" defer></script>'
