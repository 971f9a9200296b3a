"""`moderation user`: people who work here, and the links by which they sign in."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import typer

from moderation.cli.output import give, give_json, say
from moderation.errors import NotFound
from moderation.settings import Settings, load_settings
from moderation.vocabulary import Role

app = typer.Typer(help="Add people and make links by which they sign in.", no_args_is_help=True)


@app.command()
def add(
    email: str = typer.Argument(..., metavar="EMAIL", help="The person's e-mail address."),
    *,
    name: str = typer.Option(..., "--name", help="The person's name."),
    site: str = typer.Option(..., "--site", metavar="SITE", help="Short name of the site."),
    role: list[Role] = typer.Option([Role.MODERATOR], "--role", help="What the person is there; may be repeated."),
    as_json: bool = typer.Option(False, "--json", help='{"email": …, "link": …}'),
) -> None:
    """Add a person, or give one who is here a role at another site. Shows a link by which they sign in once."""
    from moderation.storage.migrate import open_current
    from moderation.storage.people import add_person

    settings = load_settings()
    database = open_current(settings.database)
    try:
        person = add_person(database, email, name, site, frozenset(role), datetime.now(UTC))
        link = make_sign_in_link(settings, database, person.email)
    finally:
        database.close()
    if as_json:
        give_json({"email": person.email, "site": site, "roles": [one.value for one in role], "link": link})
        return
    say(f"{person.email} is {', '.join(one.value for one in role)} at `{site}`. This link lets them in once:")
    give(link)


@app.command()
def link(
    email: str = typer.Argument(..., metavar="EMAIL", help="The person's e-mail address."),
    *,
    new_password: bool = typer.Option(
        False, "--new-password", help="The link sets a new password; it lives 30 minutes."
    ),
    as_json: bool = typer.Option(False, "--json", help='{"email": …, "link": …}'),
) -> None:
    """Make a link by which a person signs in once, within 24 hours. Earlier links stop working."""
    from moderation.storage.migrate import open_current

    settings = load_settings()
    database = open_current(settings.database)
    try:
        made = make_sign_in_link(settings, database, email, new_password=new_password)
    finally:
        database.close()
    if as_json:
        give_json({"email": email, "link": made})
        return
    give(made)


def make_sign_in_link(settings: Settings, database: object, email: str, *, new_password: bool = False) -> str:
    """A new link for somebody.

    Raises:
        NotFound: nobody has this address, or the person is disabled.
    """
    from moderation.access.sessions import LinkPurpose
    from moderation.storage.database import Database
    from moderation.storage.people import find_by_email, make_link

    assert isinstance(database, Database)
    person = find_by_email(database, email)
    if person is None or person.disabled:
        raise NotFound("nobody with this address works here", hint="add them with `moderation user add`")
    purpose = LinkPurpose.RESET if new_password else LinkPurpose.SIGN_IN
    token = make_link(database, person.id, purpose, os.urandom, datetime.now(UTC))
    return f"{settings.pages_url}/sign-in/link/{token}"
