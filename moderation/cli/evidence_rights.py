"""`moderation evidence rights`: what a reader may ask for."""

from __future__ import annotations

import json
import os
import sys

import typer

from moderation.settings import load_settings

app = typer.Typer(help="Readers' rights: a copy, or erasure.", no_args_is_help=True)
SITE = typer.Option(..., "--site", metavar="SITE", help="Short name of the site.")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


def _chosen(site: str, comment: list[str], email: str) -> list[str]:
    from moderation.bootstrap import build_custody
    from moderation.cli.vault_work import utc_now
    from moderation.errors import Invalid
    from moderation.storage.migrate import open_current
    from moderation.storage.rights import comments_of_author

    if bool(comment) == bool(email):
        raise Invalid("give either comments or a verified e-mail address", hint="use `--comment` or `--email`")
    if comment:
        return comment
    settings = load_settings()
    database = open_current(settings.database)
    try:
        tags = build_custody(settings, database).email_tags(site, email, utc_now())
        return comments_of_author(database, site, tags)
    finally:
        database.close()


@app.command(name="export")
def rights_export(
    *,
    site: str = SITE,
    comment: list[str] = typer.Option([], "--comment", help="A comment's id."),
    email: str = typer.Option("", "--email", help="An e-mail address that the reader has proved to own."),
) -> None:
    """Give a reader a copy of what is held, as JSON."""
    from moderation.storage.migrate import open_current
    from moderation.storage.rights import export

    chosen = _chosen(site, comment, email)
    database = open_current(load_settings().database)
    try:
        _tell(json.dumps(export(database, site, chosen), default=str, ensure_ascii=False, indent=2))
    finally:
        database.close()


@app.command(name="erase")
def rights_erase(
    *,
    site: str = SITE,
    comment: list[str] = typer.Option([], "--comment", help="A comment's id."),
    email: str = typer.Option("", "--email", help="An e-mail address that the reader has proved to own."),
    actor: str = typer.Option(..., "--as", metavar="EMAIL", help="Who acts: a person with the role `dpo`."),
) -> None:
    """Erase a reader's words; what a legal hold names is kept. Exit code 1 when something was kept."""
    from moderation.access.permissions import Permission
    from moderation.cli.vault_work import person_at, utc_now
    from moderation.storage.migrate import open_current
    from moderation.storage.rights import erase

    chosen = _chosen(site, comment, email)
    database = open_current(load_settings().database)
    try:
        who = person_at(database, site, actor, Permission.RIGHTS_SERVE)
        done = erase(database, site, chosen, who, utc_now(), rng=os.urandom)
    finally:
        database.close()
    _tell(f"erased {len(done.comments)} comments, kept {len(done.held)} that a law forbids to erase")
    raise typer.Exit(1 if done.held else 0)
