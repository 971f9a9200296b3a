"""The form that other sites embed: its script, and the few questions that the script asks.

What this file decides
- A site is named by its short name, which is public; no key is ever in a page.
- What the form shows comes in one answer, with all words in the form's language. Its token is fetched when a reader first
  touches the form, so that a page may be cached.
- The sender's address is that of the connection, or what a trusted proxy says; nothing that the form sends can name one.
- These routes are an application of their own under `/embed`: its errors are problems, and a guard in front of the whole service
  knows each site's origins.
"""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import FastAPI, Path, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from moderation.api.bodies import problems
from moderation.api.client_address import ClientAddressMiddleware, sender_of
from moderation.api.docs import document_problems
from moderation.api.problems import install
from moderation.bootstrap import Service
from moderation.errors import NotFound
from moderation.intake.accept import Fault, InvalidComment
from moderation.intake.address import read_trust
from moderation.ports import Arrival, Outcome, SiteRules
from moderation.storage.site_form import is_closed
from moderation.vocabulary import Sender
from moderation.web.embed_bodies import (
    FormComment,
    FormDisclaimer,
    FormOut,
    GroundOut,
    Officer,
    StatusOut,
    TokenOut,
)
from moderation.web.embed_guard import EmbedGuard
from moderation.web.form_script import FormScript
from moderation.web.form_send import Sent, article_of, judge, open_form, prepare
from moderation.web.form_status import StatusTold, only_of, tell_outcome, tell_status
from moderation.web.form_token import make_form_token
from moderation.web.form_words import choose_language, direction_of, fault_words, form_words
from moderation.web.pages import HERE

FAULTS: Final = (400, 403, 404, 413, 415, 422, 429, 503)
MINUTE: Final = "public, max-age=60"
HOUR: Final = "public, max-age=3600"
SiteId = Annotated[str, Path(max_length=50)]
Language = Annotated[str, Query(max_length=35)]
ArticleId = Annotated[str, Query(max_length=200)]


def build_embed(service: Service) -> FastAPI:
    """The form's own application."""
    settings = service.settings
    embed = FastAPI(title="moderation: the form to embed", docs_url=None, redoc_url=None)
    embed.state.service = service
    install(embed)
    embed.add_api_route("/form.js", FormScript(HOUR).give, include_in_schema=False)
    embed.add_api_route("/form.css", lambda: _file("form.css", "text/css"), include_in_schema=False)
    for path, route, answer in ROUTES:
        method = "POST" if route is send_comment else "GET"
        embed.add_api_route(path, route, methods=[method], response_model=answer, responses=problems(*FAULTS))
    document_problems(embed)
    trust = read_trust(settings.client_address, settings.trusted_proxies)
    embed.add_middleware(ClientAddressMiddleware, trust=trust)
    return embed


def guard_embed(app: FastAPI, service: Service) -> None:
    """Let the pages of a site's own origins read what `app` answers under `/embed/`, refusals and errors too."""
    https = urlsplit(service.settings.public_url).scheme == "https"
    app.add_middleware(EmbedGuard, origins_of=lambda site: _origins(service, site), https=https)


def show_form(request: Request, site: SiteId, lang: Language = "en", article: ArticleId = "") -> JSONResponse:
    """What the form shows: limit, disclaimer, whom to write to, and every word in the form's language."""
    service = _service(request)
    rules = open_form(service, site)
    language = choose_language(lang)
    policy = service.shelf.policy_for(site)
    disclaimer = FormDisclaimer(
        version=policy.disclaimer.version,
        text=policy.disclaimer.text.strip(),
        mode="notice" if rules.disclaimer_mode == "notice" else "accept",
        language=policy.language,
    )
    shown = FormOut(
        site=rules.name,
        limit=rules.limit,
        language=language,
        direction="rtl" if direction_of(language) == "rtl" else "ltr",
        disclaimer=disclaimer,
        officer=_officer(rules.form.officer, rules.form.contact),
        closed=is_closed(service.database, site, article, service.clock()),
        words=form_words(language),
    )
    return JSONResponse(shown.model_dump(), headers={"Cache-Control": MINUTE})


def give_token(request: Request, site: SiteId) -> TokenOut:
    """A token that dates the first touch of the form; good for a day and for one comment."""
    service = _service(request)
    open_form(service, site)
    return TokenOut(token=make_form_token(service, site, service.clock()))


async def send_comment(request: Request, site: SiteId, body: FormComment) -> Response:
    """Take a comment; the answer says where it stands and where that can be seen later."""
    service, language = _service(request), choose_language(body.language)
    sender = sender_of(request.scope, service.clock())
    try:
        outcome = await judge(service, await to_thread.run_sync(_prepare, service, site, body, sender))
    except InvalidComment as problem:
        said = fault_words(problem, language)
        raise InvalidComment(tuple(Fault(f"/{field}", "invalid", words) for field, words in said.items())) from None
    told = await to_thread.run_sync(tell_outcome, service, site, outcome, language)
    return _json(_status(request, told, outcome.status_token, language))


def _prepare(service: Service, site: str, body: FormComment, sender: Sender) -> Arrival | Outcome:
    open_form(service, site)
    service.sent.hit(sender.ip)
    given, under = body.model_dump(exclude={"article", "language"}), body.article
    sent = Sent(**given, article=article_of(service, site, under.id, under.url, under.title))
    return prepare(service, site, sent, sender)


def show_status(
    request: Request, site: SiteId, token: Annotated[str, Path(max_length=100)], lang: Language = "en"
) -> Response:
    """Where a comment stands, for whoever has its unguessable address."""
    language = choose_language(lang)
    told = only_of(tell_status(_service(request), token, language)[1], site)
    return _json(_status(request, told, token, language))


ROUTES: Final = (
    ("/{site}", show_form, FormOut),
    ("/{site}/token", give_token, TokenOut),
    ("/{site}/comments", send_comment, StatusOut),
    ("/{site}/status/{token}", show_status, StatusOut),
)


def _status(request: Request, told: StatusTold, token: str, language: str) -> StatusOut:
    root = root_of(request)
    tail = "" if language == "en" else f"?lang={language}"
    return StatusOut(
        status=told.status.value,
        heading=told.heading,
        sentences=list(told.sentences),
        grounds=[GroundOut(ground=ground, words=words) for ground, words in told.grounds],
        usually_within_minutes=told.wait.minutes,
        longer_than_usual=told.wait.longer,
        read_again_at=told.wait.reads_again,
        officer=_officer(told.officer, told.contact),
        status_url=f"{root}/status/{token}{tail}",
        status_json=f"{root}/embed/{told.site_id}/status/{token}{tail}",
    )


def _json(told: StatusOut) -> Response:
    return Response(told.model_dump_json(), media_type="application/json")  # valid already: not read through again


def root_of(request: Request) -> str:
    """Where readers reach us: the operator's own word for it, else the address that this request used."""
    settings = _service(request).settings
    if "public_url" in settings.model_fields_set:
        return settings.public_url.rstrip("/")
    return f"{request.url.scheme}://{request.url.netloc}{settings.root_path.rstrip('/')}"


def _officer(name: str, contact: str) -> Officer | None:
    return Officer(name=name, contact=contact) if name or contact else None


def _origins(service: Service, site: str) -> frozenset[str]:
    try:
        rules: SiteRules = service.shelf.rules(site)
    except NotFound:
        return frozenset()
    return rules.form.origins


def _file(name: str, kind: str) -> FileResponse:
    return FileResponse(HERE / "static" / name, media_type=kind, headers={"Cache-Control": HOUR})


def _service(request: Request) -> Service:
    service = request.app.state.service
    assert isinstance(service, Service)
    return service
