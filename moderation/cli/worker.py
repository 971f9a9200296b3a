"""`moderation worker`: the work beside the requests, in a process of its own."""

from __future__ import annotations

import signal
import threading

import typer

from moderation.cli.output import say
from moderation.settings import load_settings

app = typer.Typer()


@app.command()
def worker() -> None:
    """Send callbacks, settle verdicts, judge again, replay, sign checkpoints and clear away, until a signal comes.

    Use it beside `moderation serve --no-workers`. Several may run: each job is done by one of them.
    """
    from moderation.bootstrap import build_service
    from moderation.cli.service_output import prepare_log
    from moderation.workers import Workers

    settings = load_settings()
    prepare_log(settings)
    service = build_service(settings)
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    jobs = Workers(service)
    jobs.start()
    say("moderation: working (Ctrl-C stops)")
    stopping.wait()
    jobs.stop()
    service.close()
