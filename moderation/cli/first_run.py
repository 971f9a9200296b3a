"""`moderation first-run`: from an empty folder to a service that can be tried, safe to repeat.

What this file decides
- Missing things are made, present ones stay: tables, a vault in solo mode with keys for the days ahead, a demo site, its first
  moderator and a live key. The key lies in the folder of secrets, so that a line pasted yesterday works today.
- A vault elsewhere is respected: when the database has sealing keys and there is no vault here, none is made.
- Each run prints a new sign-in link; links work once.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import typer

from moderation.cli.output import give, say
from moderation.settings import Settings
from moderation.vocabulary import Lane, Role

if TYPE_CHECKING:
    from moderation.storage.database import Database

app = typer.Typer()

SITE: Final = "demo"
TITLE: Final = "The Karavali Courier"
MODERATOR: Final = "moderator@example.org"


@app.command("first-run")
def first_run(
    *,
    serve: bool = typer.Option(False, "--serve", help="Serve afterwards."),
    host: str | None = typer.Option(None, "--host", help="Address to listen on.  [setting MODERATION_HOST]"),
    port: int | None = typer.Option(None, "--port", min=1, max=65535, help="Port.  [setting MODERATION_PORT]"),
) -> None:
    """Prepare a fresh folder: database, keys, a demo site and a first moderator. Safe to repeat."""
    from moderation.cli.serve import override, run_service

    settings = override(host=host, port=port)
    database = prepare(settings)
    try:
        link, key = prepare_people(settings, database), prepare_key(settings, database)
    finally:
        database.close()
    show(settings, link, key)
    if serve:
        run_service(settings)


def prepare(settings: Settings) -> Database:
    """Tables, sealing keys and the demo site."""
    from moderation.errors import Conflict
    from moderation.storage.migrate import open_current, upgrade
    from moderation.storage.sites import add_site

    upgrade(settings.owner_database, runtime_url=settings.database_url)
    database = open_current(settings.database)
    try:
        add_site(database, SITE, TITLE, datetime.now(UTC))
        say(f"made the site `{SITE}` ({TITLE})")
    except Conflict:
        pass
    prepare_vault(settings, database)
    return database


def prepare_vault(settings: Settings, database: Database) -> None:
    """A vault in solo mode if there is none anywhere, and keys for the days ahead if the vault is here."""
    from moderation.cli.vault_work import mint_for_sites, pin, vault_of
    from moderation.evidence.keys import MINT_DAYS
    from moderation.storage.epochs import read_epoch_rows

    now, vault = datetime.now(UTC), vault_of(settings)
    if not (settings.vault_dir / "vault.json").exists():
        if read_epoch_rows(database):
            say("the vault is not on this machine; its keys are in the database")
            return
        vault.init(now)
        pin(settings, vault)
        say(f"made a vault in `{settings.vault_dir}`: keep a copy of it apart from the database")
    mint_for_sites(settings, MINT_DAYS, now)


def prepare_people(settings: Settings, database: Database) -> str:
    """The first moderator, and a link for signing in."""
    from moderation.cli.user import make_sign_in_link
    from moderation.storage.people import add_person, find_by_email

    if find_by_email(database, MODERATOR) is None:
        roles = frozenset({Role.MODERATOR, Role.EDITOR, Role.ADMIN})
        add_person(database, MODERATOR, "First moderator", SITE, roles, datetime.now(UTC))
        say(f"made the moderator {MODERATOR}")
    return make_sign_in_link(settings, database, MODERATOR)


def prepare_key(settings: Settings, database: Database) -> str:
    """A live key of the demo site: the one of the last run while it is in force, else a new one."""
    from moderation.access.api_keys import hash_key, make_key
    from moderation.evidence import secret_files
    from moderation.storage.ids import new_id
    from moderation.storage.keys import find_key, store_key

    path = settings.secrets_dir / f"{SITE}-site.key"
    if path.exists():
        known = secret_files.read(path).decode("ascii", "replace")
        if find_key(database, hash_key(known)) is not None:
            return known
    made = make_key(Lane.LIVE, os.urandom)
    store_key(database, new_id(), SITE, Lane.LIVE, made, datetime.now(UTC))
    secret_files.replace(path, made.key.encode())
    return made.key


def show(settings: Settings, link: str, key: str) -> None:
    """What to do next, ready to paste."""
    base = settings.public_url.rstrip("/")
    give()
    give(f"  Readers see the form at   {base}/")
    give(f"  Moderators sign in with   {link}")
    give("  A comment, as a site sends it:")
    give()
    give(curl_line(base, key, disclaimer_version(settings)))
    give()
    sys.stdout.flush()  # the service runs on: in a pipe these lines would wait for its end


def disclaimer_version(settings: Settings) -> str:
    """The version of the disclaimer that is in force at a fresh site."""
    from moderation.cli.judging import open_policy

    return open_policy(settings, "default").disclaimer.version


def curl_line(base: str, key: str, version: str) -> str:
    """One line that sends a comment and prints what became of it."""
    comment = {
        "article": {"id": "ferry-fares", "url": f"{base}/", "title": "Ferry fares to rise in June"},
        "author": {"name": "Asha Rao", "email": "asha.rao@example.org"},
        "text": "Only an idiot like you could write such rubbish.",
        "disclaimer": {"accepted": True, "version": version},
    }
    body = json.dumps(comment, separators=(",", ":"))
    send = "-H 'Content-Type: application/json' -d"
    return f"curl -s {base}/api/v1/comments -H 'Authorization: Bearer {key}' {send} '{body}'"
