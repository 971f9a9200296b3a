"""`moderation settings`: every setting, its value in force and its meaning; secrets hidden."""

from __future__ import annotations

import typer

from moderation.cli.output import give, give_json
from moderation.settings import PREFIX, explain_settings, load_settings

app = typer.Typer()

HELP = f"""Show every setting with its value and meaning.

A setting is an environment variable. `{PREFIX}NAME_FILE=path` reads its value from a file, which suits secrets.
"""


@app.command(help=HELP)
def settings(
    *, as_json: bool = typer.Option(False, "--json", help="One JSON object: name, value and meaning of each.")
) -> None:
    rows = explain_settings(load_settings())
    if as_json:
        give_json({name: {"value": value, "meaning": meaning} for name, value, meaning in rows})
        return
    for name, value, meaning in rows:
        give(f"{name}={value}")
        give(f"    {meaning}")
