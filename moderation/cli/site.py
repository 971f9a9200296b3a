"""`moderation site`: the news sites of this installation and where they want to be told."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from moderation.cli.output import give, give_json, give_table, say
from moderation.cli.site_form import form
from moderation.settings import load_settings

app = typer.Typer(help="Add and list sites, and open a readers' form.", no_args_is_help=True)
app.command("form")(form)


@app.command()
def add(
    name: str = typer.Argument(..., metavar="NAME", help="Short name, such as `gazette`: letters, digits, hyphens."),
    *,
    title: str = typer.Option(..., "--name", help="The site's name as readers know it."),
    region: str = typer.Option("IN", "--region", help="Country whose law it keeps, as two letters."),
    callback: str = typer.Option("", "--callback", metavar="URL", help="Where decisions are told (Standard Webhooks)."),
    allow_private: bool = typer.Option(False, "--allow-private", help="The callback may lead to a private address."),
    as_json: bool = typer.Option(False, "--json", help='{"site": …, "callback_secret": …}'),
) -> None:
    """Add a site. With --callback, the secret that signs its callbacks is shown, this once."""
    from moderation.bootstrap import build_custody
    from moderation.callback_desk import CallbackDesk, check_callback
    from moderation.storage.migrate import open_current
    from moderation.storage.sites import add_site

    if callback:
        check_callback(callback)
    settings, secret = load_settings(), ""
    database = open_current(settings.database)
    try:
        site = add_site(database, name, title, datetime.now(UTC), region=region.upper())
        if callback:
            desk = CallbackDesk(database, build_custody(settings, database))
            _, secret = desk.add(name, callback, allow_private=allow_private)
    finally:
        database.close()
    if as_json:
        give_json({"site": site.id, "name": title, "callback": callback, "callback_secret": secret})
        return
    give(f"added `{site.id}` ({title})")
    if secret:
        say("Callbacks are signed with this secret. It is shown only now:")
        give(secret)
    say("Next: `moderation vault mint`, so that the site's senders can be sealed under the law of its country")
    say(f"  and `moderation keys create --site {site.id} --mode live`, for its back end")


@app.command("list")
def list_(*, as_json: bool = typer.Option(False, "--json", help="One JSON array.")) -> None:
    """List the sites with their policy and where they are told."""
    from moderation.storage.endpoints import list_endpoints
    from moderation.storage.migrate import open_current
    from moderation.storage.sites import list_sites

    database = open_current(load_settings().database)
    targets: dict[str, list[str]] = {}
    for endpoint in list_endpoints(database):
        targets.setdefault(endpoint.site_id, []).append(endpoint.url + (" (off)" if endpoint.disabled_at else ""))
    rows = [
        {
            "site": site.id,
            "name": site.name,
            "region": site.region,
            "policy": site.policy,
            "engine": site.engine or "",
            "callbacks": targets.get(site.id, []),
        }
        for site in list_sites(database)
    ]
    database.close()
    if as_json:
        give_json(rows)
        return
    heads = ["site", "name", "region", "policy", "engine", "callbacks"]
    give_table([[*(str(row[head]) for head in heads[:-1]), ", ".join(row["callbacks"])] for row in rows], heads)
