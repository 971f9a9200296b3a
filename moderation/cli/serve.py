"""`moderation serve`: the API and the moderators' pages over HTTP, with the work beside them.

What this file decides
- What would make the service useless is said before it listens: a database of another release, no sealing keys, a taken port.
- The address of a client comes from `MODERATION_CLIENT_ADDRESS` alone: uvicorn's own reading of proxy headers is off.
- Several processes share one socket; each job beside the requests is still done by one of them only (by lease).
- SIGTERM and Ctrl-C let requests end, and then exit with 0.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
from datetime import UTC, datetime
from typing import Any, Final

import typer

from moderation.cli.output import say
from moderation.errors import ModerationError, Unavailable
from moderation.settings import PREFIX, Settings, load_settings

app = typer.Typer()

BACKLOG: Final = 2048
LAST_SECONDS: Final = 20
COUNTED: Final = "floods, tries to sign in and what readers' forms send"


class PortTaken(Unavailable):
    """the address to listen on is taken"""

    code = "port_taken"
    hint = "stop the other program, or choose another port with `--port`"


@app.command()
def serve(
    *,
    host: str | None = typer.Option(None, "--host", help="Address to listen on.  [setting MODERATION_HOST]"),
    port: int | None = typer.Option(None, "--port", min=1, max=65535, help="Port.  [setting MODERATION_PORT]"),
    workers: int = typer.Option(1, "--workers", min=1, max=64, help="Processes that take requests."),
    no_workers: bool = typer.Option(False, "--no-workers", help="Leave the work beside requests to `worker`."),
) -> None:
    """Serve the API and the pages, and do the work beside them."""
    settings = override(host=host, port=port)
    run_service(settings, processes=workers, jobs=not no_workers)


def override(*, host: str | None = None, port: int | None = None) -> Settings:
    """The settings, with what the command line says put into the environment, so that all processes see it."""
    if host is not None:
        os.environ[f"{PREFIX}HOST"] = host
    if port is not None:
        os.environ[f"{PREFIX}PORT"] = str(port)
    return load_settings()


def run_service(settings: Settings, *, processes: int = 1, jobs: bool = True) -> None:
    """Listen until a signal comes."""
    check_start(settings)
    listener = listen(settings)
    # uvicorn raises the signal again once it has shut down; with these handlers that is no violent end.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: None)
    if processes > 1 and not settings.redis_url:
        say(f"moderation: several processes without `MODERATION_REDIS_URL` each count on their own {COUNTED}")
    if processes == 1:
        _run_one(settings, listener, jobs=jobs)
    else:
        _run_many(settings, listener, processes, jobs=jobs)


def check_start(settings: Settings) -> None:
    """Refuse to start when no comment could be taken.

    Raises:
        NotMigrated, NoEpochKey, SecretsUnusable: with what to do about it.
    """
    from moderation.bootstrap import build_custody
    from moderation.evidence.keys import NoEpochKey
    from moderation.storage.migrate import open_current

    database = open_current(settings.database)
    try:
        custody, now = build_custody(settings, database), datetime.now(UTC)
        if not custody.can_seal(now):
            raise NoEpochKey(hint="run `moderation vault init` once and `moderation vault mint` daily")
        if warning := custody.keys().warning(now):
            say(f"moderation: {warning}")
    finally:
        database.close()


def listen(settings: Settings) -> socket.socket:
    """A listening socket.

    Raises:
        PortTaken: somebody else listens there.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as problem:
        where = f"`{settings.host}:{settings.port}`"
        if problem.errno == errno.EADDRINUSE:
            raise PortTaken(f"{where} is taken") from None
        raise PortTaken(f"cannot listen on {where}: {problem.strerror}", hint="look at `MODERATION_HOST`") from None
    listener.set_inheritable(True)
    return listener


def _run_one(settings: Settings, listener: socket.socket, *, jobs: bool) -> None:
    from moderation.app import create_app
    from moderation.cli.service_output import prepare_log
    from moderation.cli.uvicorn_process import build_config, build_server, settle_memory

    prepare_log(settings)
    made = create_app(settings, workers=jobs)
    settle_memory()
    build_server(build_config(made), lambda: _announce(settings)).run(sockets=[listener])


def _run_many(settings: Settings, listener: socket.socket, processes: int, *, jobs: bool) -> None:
    from uvicorn.supervisors import Multiprocess

    from moderation.cli.service_output import prepare_log
    from moderation.cli.uvicorn_process import build_config

    prepare_log(settings)
    factory = "with_jobs" if jobs else "without_jobs"
    config = build_config(f"moderation.cli.serve:{factory}", factory=True, workers=processes)
    _announce(settings)
    Multiprocess(config, sockets=[listener]).run()


def _announce(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    say(f"moderation: serving on http://{host}:{settings.port} (Ctrl-C stops)")


def with_jobs() -> Any:
    """The application of one of several processes."""
    return _made_in_child(jobs=True)


def without_jobs() -> Any:
    """The same, where `moderation worker` does the work beside."""
    return _made_in_child(jobs=False)


def _made_in_child(*, jobs: bool) -> Any:
    from moderation.app import create_app
    from moderation.cli.service_output import prepare_log
    from moderation.cli.uvicorn_process import settle_memory

    settings = load_settings()
    prepare_log(settings)
    try:
        made = create_app(settings, workers=jobs)
    except ModerationError as problem:
        say(f"moderation: {problem}")
        raise SystemExit(1) from None
    settle_memory()
    return made
