"""Build the pages as an application of their own and hang it behind the API.

What this file decides
- The pages have their own errors, headers and refusal of foreign forms; nothing of that touches the API.
- What the API does not answer is the pages', so that an unknown address gets a page.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from moderation.access.throttle import SignInThrottle
from moderation.api.client_address import ClientAddressMiddleware
from moderation.bootstrap import Service
from moderation.intake.address import read_trust
from moderation.web import (
    authors,
    bulk,
    callbacks,
    calls,
    carried,
    confirm,
    deciding,
    decisions,
    faults,
    files,
    focus,
    guarded,
    integrations,
    kept_lists,
    legal,
    legal_entry,
    listing,
    live,
    lost_password,
    me,
    opinion,
    people,
    policy,
    reader_form,
    sign_in,
    site_form,
    switches,
)
from moderation.web.headers import PageGuard
from moderation.web.pages import HERE, Pages
from moderation.web.pulse import Pulses

ROUTERS = (
    sign_in.router,
    lost_password.router,
    confirm.router,
    focus.chooser,
    focus.router,
    deciding.router,
    opinion.router,
    listing.router,
    bulk.router,
    live.router,
    files.router,
    carried.router,
    authors.router,
    switches.router,
    people.router,
    decisions.router,
    integrations.router,
    callbacks.router,
    calls.router,
    me.router,
    policy.router,
    kept_lists.router,
    guarded.router,
    legal_entry.router,
    legal.router,
    site_form.router,
    reader_form.router,
)


def build_web(service: Service) -> FastAPI:
    """The pages as an application."""
    settings = service.settings
    public = urlsplit(settings.public_url)
    base = settings.root_path.rstrip("/")
    web = FastAPI(title="moderation pages", openapi_url=None, docs_url=None, redoc_url=None)
    web.state.service = service
    web.state.pages = Pages(base)
    web.state.https = public.scheme == "https"
    web.state.pulses = Pulses(service)
    web.state.throttle = SignInThrottle(settings.redis_url)
    web.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for router in ROUTERS:
        web.include_router(router)
    faults.install(web)
    origin = f"{public.scheme}://{public.netloc}"
    admits = partial(reader_form.admits, service, base)
    refuse = faults.refusal(web)
    guard = partial(PageGuard, origin=origin, https=web.state.https, refuse=refuse, admits=admits)
    web.state.refuse_unread = lambda error: guard(refuse(error))
    web.add_middleware(guard)
    trust = read_trust(settings.client_address, settings.trusted_proxies)
    web.add_middleware(ClientAddressMiddleware, trust=trust)
    return web


def mount_web(app: FastAPI, web: FastAPI) -> None:
    """Hang the pages behind everything that `app` answers itself."""
    app.state.stop_following = web.state.pulses.stop
    app.mount("/", web, name="web")
