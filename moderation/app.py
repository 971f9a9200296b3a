"""Join the doors into one ASGI application.

What this file decides is which middleware stands in front, in which order: the limit of bodies innermost, before it who may read
what the form is answered; calls are noted outside of all. The workers start and stop with the application unless they run
elsewhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from moderation import __version__
from moderation.api import articles, comments, docs, doors, health, log, switches
from moderation.api.calls import CallNotes, CallWriter
from moderation.api.keys import KeyRing
from moderation.api.limits import BodyLimit
from moderation.api.prefix import Prefixed
from moderation.api.problems import install
from moderation.bootstrap import Service, build_service
from moderation.settings import Settings, load_settings
from moderation.web import build_web, mount_web
from moderation.web.embed import build_embed, guard_embed
from moderation.workers import Job, Workers

DESCRIPTION = """Send comments of readers, learn what became of them.
A key belongs to one site: `Authorization: Bearer ck_live_…`.
With a test key the addresses `publish@test.invalid`, `hold@test.invalid` and `reject@test.invalid` force the outcome."""

# The framework would look for a tracer on every request; `/metrics` tells what there is to tell, and spans could hold comments.
NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}


def create_app(settings: Settings | None = None, *, workers: bool = True, service: Service | None = None) -> FastAPI:
    """The whole service as one application."""
    settings = settings or load_settings()
    service = service or build_service(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        writer = CallWriter()
        own = Workers(service, [Job("calls", 2.0, writer.round, writer.finish, leased=False)])
        running = [own, Workers(service)] if workers else [own]
        for jobs in running:
            jobs.start()
        try:
            yield
        finally:
            for jobs in running:
                jobs.stop()
            service.close()

    app = FastAPI(
        title="moderation",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        root_path=settings.root_path,
        telemetry=NO_TELEMETRY,
    )
    app.state.service = service
    app.state.keys = KeyRing(service, settings.requests_per_minute)
    install(app)
    web = build_web(service)
    app.add_middleware(BodyLimit, answer=partial(doors.answer_too_large, page=web.state.refuse_unread))
    guard_embed(app, service)
    app.add_middleware(CallNotes, book=service.calls, clock=service.clock)
    app.add_middleware(Prefixed, prefix=settings.root_path)
    for room in (comments, articles, switches, *doors.DOORS, health, log, docs):
        app.include_router(room.router)
    app.mount("/api/static", docs.static)
    app.include_router(doors.nothing_here)
    app.mount("/embed", build_embed(service), name="embed")
    mount_web(app, web)
    docs.document_problems(app)
    return app
