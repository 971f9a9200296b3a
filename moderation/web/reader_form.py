"""The hosted form: a page that works without script, and the target of plain HTML on a site's own pages.

What this file decides
- Every site whose form is open has its page at `/form/{site}`; the demonstration's also stands at `/`. Where there is none, `/`
  leads moderators to their pages.
- The counter is one small script that counts by the shared rule (UTF-16 units, one per line end).
- The sender's address is that of the connection, or what a trusted proxy says; nothing in the form can name one.
- A field that people do not see and the time it took are facts for the checks, never a verdict of this page.
- Every address names the language, so that also a page about what was never read speaks it.
- A comment with faults comes back with everything that was typed; what became of a good one has an unguessable address.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Final
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from moderation.api.client_address import sender_of
from moderation.api.shape import intake_rules
from moderation.appeals.eligibility import NotAppealable, WordsTooLong
from moderation.bootstrap import Service
from moderation.errors import NotFound
from moderation.intake.accept import IntakeRules, InvalidComment
from moderation.ports import Arrival, Outcome, SiteRules
from moderation.storage.reader_pages import PublishedLine, newest_article, published_below
from moderation.text.count import count_characters
from moderation.vocabulary import Article, Sender
from moderation.web.form_send import DEMO, Sent, article_of, judge, open_form, prepare
from moderation.web.form_status import StatusTold, tell_status
from moderation.web.form_token import make_form_token
from moderation.web.form_words import choose_language, fault_words
from moderation.web.pages import Frame, in_language, translate
from moderation.web.viewer import pages_of, plain_frame, service_of
from moderation.web.words import N_

router = APIRouter(include_in_schema=False)
FALLBACK: Final = Article("welcome", title="Night trams return to the old town after nine years", section="Local")
AGAIN: Final = N_("Somebody else looks at it again. You find the answer here.")
Short = Annotated[str, Form(max_length=2000)]
Tag = Annotated[str, Form(max_length=200)]
Language = Annotated[str, Query(max_length=35)]


@dataclass(frozen=True, slots=True)
class ReaderForm:
    """The form with what was typed so far."""

    article: Article
    rules: IntakeRules
    site: SiteRules
    disclaimer: str
    disclaimer_language: str
    token: str
    action: str
    published: tuple[PublishedLine, ...] = ()
    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    left: int = 0


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What became of a comment."""

    told: StatusTold
    note: str = ""
    token: str = ""


@router.get("/")
def show_demo(request: Request, lang: Language = "en") -> Response:
    """The demonstration's form, or the way to the moderators' pages."""
    if not _has_demo(request):
        return RedirectResponse(pages_of(request).base + "/sites", 303)
    return _form(request, DEMO, _demo_article(request), lang)


@router.get("/form/{site}")
def show_form(
    request: Request,
    site: str,
    *,
    article: Annotated[str, Query(max_length=200)] = "",
    url: Annotated[str, Query(max_length=2000)] = "",
    headline: Annotated[str, Query(max_length=500)] = "",
    lang: Language = "en",
) -> Response:
    """A site's form for one article."""
    service = service_of(request)
    open_form(service, site)
    if not article and site == DEMO:
        return _form(request, site, _demo_article(request), lang)
    if not article:
        raise NotFound("this form belongs to an article", hint="name it with `?article=`")
    return _form(request, site, article_of(service, site, article, url, headline), lang)


@router.post("/")
@router.post("/form/{site}")
async def send_form(
    request: Request,
    site: str = DEMO,
    *,
    text: Annotated[str, Form()] = "",
    title: Short = "",
    name: Short = "",
    email: Short = "",
    homepage: Short = "",
    accepted: Annotated[str, Form(max_length=8)] = "",
    version: Tag = "",
    token: Tag = "",
    article: Tag = "",
    url: Short = "",
    headline: Annotated[str, Form(max_length=500)] = "",
    parent: Tag = "",
    lang: Annotated[str, Form(max_length=35)] = "",
) -> Response:
    """Take the comment and lead to what became of it."""
    service, lang = service_of(request), lang or request.query_params.get("lang", "en")
    about = await to_thread.run_sync(_article, request, site, article, url, headline)
    sent = Sent(text, title, name, email, homepage, accepted == "yes", version, token, about, parent)
    sender = sender_of(request.scope, service.clock())
    try:
        outcome = await judge(service, await to_thread.run_sync(_prepare, service, site, sent, sender))
    except InvalidComment as problem:
        typed = {"text": text, "title": title, "name": name, "email": email, "accepted": accepted, "parent": parent}
        faults = fault_words(problem, choose_language(lang))
        return await to_thread.run_sync(_form, request, site, about, lang, typed, faults)
    return RedirectResponse(_status_path(request, outcome.status_token, lang), 303)


def _prepare(service: Service, site: str, sent: Sent, sender: Sender) -> Arrival | Outcome:
    service.sent.hit(sender.ip)
    return prepare(service, site, sent, sender)


def _article(request: Request, site: str, article: str, url: str, headline: str) -> Article:
    open_form(service_of(request), site)
    if article:
        return article_of(service_of(request), site, article, url, headline)
    if site != DEMO:
        raise NotFound("this form belongs to an article", hint="give it the field `article`")
    return _demo_article(request)


@router.get("/status/{token}")
def show_status(
    request: Request, token: str, appealed: Annotated[str, Query(max_length=1)] = "", lang: Language = "en"
) -> Response:
    """Where a comment stands, for whoever has its address."""
    frame = _frame(request, lang)
    with in_language(frame.language):
        note = translate(AGAIN) if appealed else ""
    page = StatusPage(tell_status(service_of(request), token, frame.language)[1], note, token)
    return pages_of(request).render("status.html", frame, page)


@router.post("/status/{token}/appeal")
def send_appeal(
    request: Request, token: str, words: Annotated[str, Form(max_length=4000)] = "", lang: Language = "en"
) -> Response:
    """Ask for a second look by another person. The address itself is the secret: nobody else can send this."""
    service, frame = service_of(request), _frame(request, lang)
    comment_id, told = tell_status(service, token, frame.language)
    try:
        service.pipeline.appeal(told.site_id, comment_id, words)
    except (NotAppealable, WordsTooLong) as problem:
        return pages_of(request).render("status.html", frame, StatusPage(told, problem.message), status=409)
    path = _status_path(request, token, lang)
    return RedirectResponse(path + ("&" if "?" in path else "?") + "appealed=1", 303)


def _form(
    request: Request,
    site_id: str,
    article: Article,
    lang: str,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
) -> Response:
    service, typed, base = service_of(request), typed or {}, pages_of(request).base
    policy, rules = service.shelf.policy_for(site_id), intake_rules(service, site_id)
    page = ReaderForm(
        article=article,
        rules=rules,
        site=service.shelf.rules(site_id),
        disclaimer=policy.disclaimer.text,
        disclaimer_language=policy.language,
        token=make_form_token(service, site_id, service.clock()),
        action=f"{base}/form/{site_id}{_tail(lang)}",
        published=tuple(published_below(service.database, site_id, article.id)),
        typed=typed,
        faults=faults or {},
        left=rules.limit - count_characters(typed.get("text", "")),
    )
    return pages_of(request).render("reader.html", _frame(request, lang), page, status=422 if faults else 200)


def _frame(request: Request, lang: str) -> Frame:
    return replace(plain_frame(request), language=choose_language(lang))


def _status_path(request: Request, token: str, lang: str) -> str:
    return f"{pages_of(request).base}/status/{token}{_tail(lang)}"


def _tail(lang: str) -> str:
    language = choose_language(lang)
    return f"?lang={quote(language)}" if language != "en" else ""


def _demo_article(request: Request) -> Article:
    found = newest_article(service_of(request).database, DEMO)
    return found if found and found.title else replace(FALLBACK)


def _has_demo(request: Request) -> bool:
    try:
        service_of(request).shelf.rules(DEMO)
    except NotFound:
        return False
    return True


def admits(service: Service, base: str, path: str, origin: str) -> bool:
    """Whether a page of this origin may send a site's form."""
    start, _, site = path.removeprefix(base).rpartition("/")
    if start != "/form" or not origin:
        return False
    try:
        return origin in service.shelf.rules(site).form.origins
    except NotFound:
        return False
