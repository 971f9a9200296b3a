"""`moderation keys`: keys by which a site's back end speaks to the API. A key is shown once; only its hash is kept."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import typer

from moderation.cli.output import give, give_json, give_table, say
from moderation.settings import load_settings
from moderation.vocabulary import Lane

app = typer.Typer(help="Make, list and revoke the keys of a site.", no_args_is_help=True)


@app.command()
def create(
    *,
    site: str = typer.Option(..., "--site", metavar="NAME", help="Short name of the site."),
    mode: Lane = typer.Option(Lane.LIVE, "--mode", help="Comments of a test key never reach the live queue."),
    as_json: bool = typer.Option(False, "--json", help='{"key": …}'),
) -> None:
    """Make a key and show it, this once."""
    from moderation.access.api_keys import make_key
    from moderation.storage.ids import new_id
    from moderation.storage.keys import store_key
    from moderation.storage.migrate import open_current

    database = open_current(load_settings().database)
    key, key_id = make_key(mode, os.urandom), new_id()
    store_key(database, key_id, site, mode, key, datetime.now(UTC))
    database.close()
    if as_json:
        give_json({"key": key.key, "id": key_id, "site": site, "mode": mode.value})
        return
    say(f"A {mode.value} key of `{site}`. It is shown only now; send it as `Authorization: Bearer …`.")
    give(key.key)


@app.command("list")
def list_(
    *,
    site: str = typer.Option(..., "--site", metavar="NAME", help="Short name of the site."),
    as_json: bool = typer.Option(False, "--json", help="One JSON array."),
) -> None:
    """List a site's keys by id and hint; a key itself cannot be shown again."""
    from moderation.storage.keys import list_keys
    from moderation.storage.migrate import open_current

    database = open_current(load_settings().database)
    rows = list_keys(database, site)
    database.close()
    found = [
        {
            "id": row.id,
            "hint": row.hint,
            "mode": row.mode,
            "created_at": row.created_at.isoformat(timespec="seconds"),
            "used_at": row.used_at.isoformat(timespec="seconds") if row.used_at else "",
            "state": "revoked" if row.revoked_at else ("shadow" if row.shadow else "in force"),
        }
        for row in rows
    ]
    if as_json:
        give_json(found)
        return
    heads = ["id", "hint", "mode", "created_at", "used_at", "state"]
    give_table([[row[head] for head in heads] for row in found], heads)


@app.command()
def revoke(
    key: str = typer.Argument(..., metavar="KEY", help="Its id, its hint, or the key itself."),
    *,
    site: str | None = typer.Option(None, "--site", metavar="NAME", help="Only if it belongs to this site."),
) -> None:
    """Make a key useless at once. Repeating it changes nothing."""
    from moderation.access.api_keys import hash_key, looks_like_key
    from moderation.storage.keys import revoke_key
    from moderation.storage.migrate import open_current

    database = open_current(load_settings().database)
    row = revoke_key(database, hash_key(key) if looks_like_key(key) else key, datetime.now(UTC), site_id=site)
    database.close()
    give(f"revoked {row.hint} of `{row.site_id}`")


@app.command()
def shadow(
    key: str = typer.Argument(..., metavar="KEY", help="Its id, as `list` shows it."),
    *,
    site: str = typer.Option(..., "--site", metavar="NAME", help="Short name of the site."),
    off: bool = typer.Option(False, "--off", help="Let the key block again."),
) -> None:
    """Let a live key record what the policy says and block nothing: every comment is answered as published."""
    from moderation.storage.keys import set_shadow
    from moderation.storage.migrate import open_current

    database = open_current(load_settings().database)
    row = set_shadow(database, site, key, on=not off)
    database.close()
    give(f"{row.hint} of `{row.site_id}` " + ("decides again" if off else "is in shadow mode: nothing is blocked"))
