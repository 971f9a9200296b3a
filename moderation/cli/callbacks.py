"""`moderation callbacks`: where sites are told, the secrets that sign it, and what could not be brought."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from moderation.cli.output import give, give_json, give_table, say
from moderation.settings import load_settings

if TYPE_CHECKING:
    from moderation.callback_desk import CallbackDesk

app = typer.Typer(help="Add, rotate, switch and test a site's callbacks; send lost ones again.", no_args_is_help=True)
SITE = typer.Option(..., "--site", metavar="NAME", help="Short name of the site.")
WHICH = typer.Argument(..., metavar="ENDPOINT", help="Its id, as `list` shows it.")
AS_JSON = typer.Option(False, "--json", help="The result for programs.")


@contextmanager
def open_desk() -> Iterator[CallbackDesk]:
    """The desk over this installation's database."""
    from moderation.bootstrap import build_custody
    from moderation.callback_desk import CallbackDesk
    from moderation.storage.migrate import open_current

    settings = load_settings()
    database = open_current(settings.database)
    try:
        yield CallbackDesk(database, build_custody(settings, database))
    finally:
        database.close()


@app.command()
def add(
    url: str = typer.Argument(..., metavar="URL", help="Where decisions are told (Standard Webhooks)."),
    *,
    site: str = SITE,
    allow_private: bool = typer.Option(False, "--allow-private", help="The callback may lead to a private address."),
    as_json: bool = AS_JSON,
) -> None:
    """Add a target and show the secret that signs what it is sent, this once."""
    with open_desk() as desk:
        endpoint, secret = desk.add(site, url, allow_private=allow_private)
    _show_secret(endpoint, secret, as_json=as_json)


@app.command("list")
def list_(*, site: str = SITE, as_json: bool = AS_JSON) -> None:
    """List a site's targets, how many secrets sign for each, and whether it is switched off."""
    with open_desk() as desk:
        rows = [
            {
                "id": one.id,
                "url": one.url,
                "style": one.style,
                "secrets": desk.good_secrets(one),
                "private": one.allow_private,
                "state": f"off: {one.disabled_why}" if one.disabled_at else "on",
            }
            for one in desk.endpoints(site)
        ]
    if as_json:
        give_json(rows)
        return
    heads = ["id", "state", "secrets", "style", "url"]
    give_table([[str(row[head]) for head in heads] for row in rows], heads)


@app.command()
def rotate(
    endpoint: str = WHICH,
    *,
    site: str = SITE,
    finish: bool = typer.Option(False, "--finish", help="End the rotation: only the newest secret signs from now on."),
    as_json: bool = AS_JSON,
) -> None:
    """Make a new secret and show it; until --finish, messages are signed with it and with the one before."""
    with open_desk() as desk:
        if finish:
            desk.finish_rotation(site, endpoint)
            give(f"only the newest secret of {endpoint} signs now")
            return
        secret = desk.rotate(site, endpoint)
    _show_secret(endpoint, secret, as_json=as_json)
    if not as_json:
        say(f"Once the site knows it: `moderation callbacks rotate {endpoint} --site {site} --finish`")


def _show_secret(endpoint: str, secret: str, *, as_json: bool) -> None:
    if as_json:
        give_json({"endpoint": endpoint, "secret": secret})
        return
    say(f"The secret of {endpoint}. It is shown only now:")
    give(secret)


@app.command()
def on(endpoint: str = WHICH, *, site: str = SITE) -> None:
    """Switch a target on; what waits for it is sent."""
    with open_desk() as desk:
        desk.switch(site, endpoint, on=True)
    give(f"{endpoint} is on")


@app.command()
def off(endpoint: str = WHICH, *, site: str = SITE) -> None:
    """Switch a target off; it is told nothing until it is on again."""
    with open_desk() as desk:
        desk.switch(site, endpoint, on=False)
    give(f"{endpoint} is off")


@app.command()
def ping(endpoint: str = WHICH, *, site: str = SITE) -> None:
    """Send a test event; the worker brings it."""
    with open_desk() as desk:
        give(desk.ping(site, endpoint))


@app.command()
def dead(*, site: str = SITE, as_json: bool = AS_JSON) -> None:
    """List the messages that were given up, the newest hundred."""
    with open_desk() as desk:
        found = desk.messages(site, dead_only=True)
    rows = [
        {"id": one.id, "type": one.type, "comment": one.comment_id, "error": one.last_error or "", "url": one.url}
        for one in found
    ]
    if as_json:
        give_json(rows)
        return
    heads = ["id", "type", "error", "url"]
    give_table([[str(row[head]) for head in heads] for row in rows], heads)


@app.command()
def replay(
    messages: list[str] = typer.Argument(
        None, metavar="[MESSAGE]...", help="Ids of messages; none means all dead ones."
    ),
    *,
    site: str = SITE,
) -> None:
    """Send messages again that were given up or arrived."""
    with open_desk() as desk:
        give(f"{desk.replay(site, messages or None)} messages are sent again")
