"""`moderation site form`: which pages may carry a site's readers' form, and whom its readers may write to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

from moderation.cli.output import give, give_json, say
from moderation.settings import load_settings

if TYPE_CHECKING:
    from moderation.intake.reader_form import FormRules


def form(
    name: str = typer.Argument(..., metavar="SITE", help="Short name of the site."),
    *,
    origin: list[str] = typer.Option([], "--origin", metavar="URL", help="An origin whose pages may carry the form."),
    drop: list[str] = typer.Option([], "--drop-origin", metavar="URL", help="An origin that may no longer carry it."),
    officer: str | None = typer.Option(None, "--officer", help="Name of the grievance officer."),
    contact: str | None = typer.Option(None, "--contact", help="Where readers write to the officer."),
    quiet: str | None = typer.Option(
        None, "--quiet", metavar="HH:MM-HH:MM", help="When nobody reads; empty for never."
    ),
    zone: str = typer.Option("Asia/Kolkata", "--zone", help="Time zone of the quiet hours."),
    as_json: bool = typer.Option(False, "--json", help='{"site": …, "origins": [...], "script": …}'),
) -> None:
    """Open a site's form to pages of an origin; without options, show how it stands. It is closed while there is none."""
    from moderation.storage.migrate import open_current
    from moderation.storage.site_form import set_form
    from moderation.storage.sites import site_rules

    settings = load_settings()
    database = open_current(settings.database)
    try:
        was = site_rules(database, name).form
        now = _changed(was, origin, drop, officer=officer, contact=contact, quiet=quiet, zone=zone)
        if now != was:
            set_form(database, name, now, by="cli")
    finally:
        database.close()
    show(name, settings.public_url.rstrip("/"), now, as_json=as_json)


def _changed(
    was: FormRules,
    origin: list[str],
    drop: list[str],
    *,
    officer: str | None,
    contact: str | None,
    quiet: str | None,
    zone: str,
) -> FormRules:
    from moderation.intake.reader_form import read_origin, read_quiet

    found = replace(
        was, origins=(was.origins | {read_origin(one) for one in origin}) - {read_origin(one) for one in drop}
    )
    if quiet is not None:
        found = replace(found, quiet=read_quiet(quiet, zone) if quiet else None)
    told: dict[str, Any] = {key: text for key, text in (("officer", officer), ("contact", contact)) if text is not None}
    return replace(found, **told)


def script_of(name: str, base: str) -> str:
    """The line that a page holds."""
    return f'<script src="{base}/embed/form.js" data-site="{name}" data-article="ARTICLE-ID" defer></script>'


def show(name: str, base: str, rules: FormRules, *, as_json: bool) -> None:
    """How a site's form stands, and what to put into a page."""
    script = script_of(name, base)
    if as_json:
        quiet = {"hours": str(rules.quiet), "zone": rules.quiet.zone} if rules.quiet else None
        told = {"officer": rules.officer, "contact": rules.contact, "quiet": quiet}
        give_json({"site": name, "origins": sorted(rules.origins), **told, "script": script})
        return
    if not rules.origins:
        say("The form is closed: name an origin with `--origin https://…`")
        return
    give(f"open to {', '.join(sorted(rules.origins))}")
    if rules.officer or rules.contact:
        give(f"complaints to {', '.join(one for one in (rules.officer, rules.contact) if one)}")
    if rules.quiet:
        give(f"nobody reads {rules.quiet} ({rules.quiet.zone})")
    give(script)
