"""`moderation coral`: the secrets with which a Coral signs what it asks. A secret is never an argument: others could read it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from typing import TYPE_CHECKING

import typer

from moderation.cli.output import give, give_json, give_table, say
from moderation.settings import load_settings

if TYPE_CHECKING:
    from moderation.coral_desk import CoralDesk

app = typer.Typer(help="Bring, make, rotate and revoke the secrets of a site's Coral.", no_args_is_help=True)
SITE = typer.Option(..., "--site", metavar="NAME", help="Short name of the site.")


@contextmanager
def open_desk() -> Iterator[CoralDesk]:
    """The desk over this installation's database."""
    from moderation.bootstrap import build_custody
    from moderation.coral_desk import CoralDesk
    from moderation.storage.migrate import open_current

    settings = load_settings()
    database = open_current(settings.database)
    try:
        yield CoralDesk(database, build_custody(settings, database))
    finally:
        database.close()


@app.command()
def add(*, site: str = SITE) -> None:
    """Keep the signing secret that Coral shows for its external moderation phase. It is read from stdin.

    The newest four are good together: rotate the secret in Coral, add the new one here, then `finish`.
    """
    secret = getpass("Signing secret: ") if sys.stdin.isatty() else sys.stdin.readline()
    with open_desk() as desk:
        hint = desk.bring(site, secret)
    give(f"added {hint} to `{site}`")
    say(f"The phase's callback URL ends in /hooks/coral/{site}")


@app.command()
def make(*, site: str = SITE, as_json: bool = typer.Option(False, "--json", help='{"site": …, "secret": …}')) -> None:
    """Make a secret here and show it, this once, for a caller that takes a secret from outside."""
    with open_desk() as desk:
        secret = desk.make(site)
    if as_json:
        give_json({"site": site, "secret": secret})
        return
    say("It is shown only now:")
    give(secret)


@app.command("list")
def list_(*, site: str = SITE, as_json: bool = typer.Option(False, "--json", help="One JSON array.")) -> None:
    """List the secrets that are good, the newest first, by their last letters."""
    with open_desk() as desk:
        hints = desk.hints(site)
    if as_json:
        give_json(hints)
        return
    give_table([[hint] for hint in hints], ["secret"])


@app.command()
def finish(*, site: str = SITE) -> None:
    """End a rotation: only the newest secret stays good."""
    with open_desk() as desk:
        desk.finish_rotation(site)
        left = desk.hints(site)
    give(f"{len(left)} secret is good" if len(left) == 1 else f"{len(left)} secrets are good")


@app.command()
def revoke(
    hint: str = typer.Argument(..., metavar="HINT", help="Its last four letters, or the hint that `list` shows."),
    *,
    site: str = SITE,
) -> None:
    """Make one secret useless at once. Without any, nothing that claims to be Coral is believed."""
    with open_desk() as desk:
        desk.revoke(site, hint)
    give(f"revoked {hint} of `{site}`")
