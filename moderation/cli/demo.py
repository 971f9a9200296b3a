"""`moderation demo`: fill the demo site through the real intake."""

from __future__ import annotations

import typer

from moderation.cli.output import say
from moderation.settings import load_settings

app = typer.Typer()
MODEL_SECONDS = 60.0


@app.command()
def demo() -> None:
    """Send the demonstration's articles and comments through checks, model and policy. A filled site is left as it is."""
    from moderation.bootstrap import build_service
    from moderation.demo.fill import fill_demo

    service = build_service(load_settings())
    try:
        service.scorer.wait(MODEL_SECONDS)
        counts = fill_demo(service)
    finally:
        service.close()
    if counts:
        say("moderation: " + ", ".join(f"{count} {status.value}" for status, count in sorted(counts.items())))
    else:
        say("moderation: the demo site has comments already; nothing was added")
