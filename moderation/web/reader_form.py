"""The form that a reader meets, at work on the demo site: send a comment and see what became of it.

What this file decides
- It stands at `/` only where a site called `demo` exists; elsewhere `/` leads moderators to their pages.
- The form works without script; the counter is one small script that counts by the shared rule (UTF-16 units, one per line end).
- The sender's address is that of the connection, or what a trusted proxy says; nothing in the form can name one.
- A field that people do not see and the time it took are facts for the checks, never a verdict of this page.
- A form sent twice is one comment: its nonce is the idempotency key. What became of it has an unguessable address.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from moderation.access.sessions import hash_token
from moderation.api.client_address import sender_of
from moderation.api.shape import intake_rules
from moderation.appeals.eligibility import NotAppealable, WordsTooLong
from moderation.bootstrap import Service
from moderation.errors import NotFound
from moderation.intake.accept import IntakeRules, InvalidComment, accept
from moderation.ports import Arrival, Mark, Outcome
from moderation.storage.comments import CommentView, read_by_token
from moderation.storage.idempotency import find_answer
from moderation.storage.reader_pages import PublishedLine, first_article, published_below
from moderation.storage.sites import site_rules
from moderation.text.count import count_characters
from moderation.vocabulary import Article, Author, Comment, Door, FormFacts
from moderation.web.viewer import pages_of, plain_frame, service_of

router = APIRouter(include_in_schema=False)
DEMO: Final = "demo"
PATIENCE: Final = 30.0
TOKEN_AGE: Final = timedelta(hours=24)
FALLBACK: Final = Article("welcome", title="Night trams return to the old town after nine years", section="Local")


@dataclass(frozen=True, slots=True)
class ReaderForm:
    """The form with what was typed so far."""

    article: Article
    rules: IntakeRules
    disclaimer: str
    token: str
    site_name: str
    published: tuple[PublishedLine, ...] = ()
    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    left: int = 0


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What became of a comment."""

    view: CommentView
    site_name: str
    note: str = ""
    token: str = ""


@router.get("/")
def show_form(request: Request) -> Response:
    """The form, or the way to the moderators' pages."""
    service = service_of(request)
    if not _has_demo(service):
        return RedirectResponse(pages_of(request).base + "/sites", 303)
    return _form(request, {}, {})


@router.post("/")
def send_form(
    request: Request,
    *,
    text: Annotated[str, Form(max_length=40_000)] = "",
    title: Annotated[str, Form(max_length=2000)] = "",
    name: Annotated[str, Form(max_length=2000)] = "",
    email: Annotated[str, Form(max_length=2000)] = "",
    homepage: Annotated[str, Form(max_length=2000)] = "",
    accepted: Annotated[str, Form(max_length=8)] = "",
    version: Annotated[str, Form(max_length=64)] = "",
    token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take the comment and lead to what became of it."""
    service = service_of(request)
    if not _has_demo(service):
        raise NotFound("there is no such page")
    now = service.clock()
    typed = {"text": text, "title": title, "name": name, "email": email, "accepted": accepted}
    elapsed, nonce = read_token(service, token, now)
    draft = Comment(
        text=text,
        door=Door.FORM,
        article=_article(service),
        author=Author(name=name or None, email=email or None),
        sender=sender_of(request.scope, now),
        title=title or None,
        disclaimer_version=version or None,
        disclaimer_accepted=accepted == "yes",
        form=FormFacts(homepage or None, elapsed, token if nonce else None),
        received_at=now,
    )
    try:
        comment = accept(draft, intake_rules(service, DEMO), now)
    except InvalidComment as problem:
        faults = {fault.pointer.rsplit("/", 1)[-1]: fault.message for fault in problem.faults}
        return _form(request, typed, faults)
    body = f"{text}\x1f{title}\x1f{name}\x1f{email}"
    mark = Mark(f"form:{nonce}", service.custody.fingerprint(DEMO, body.encode(), now)) if nonce else None
    told = find_answer(service.database, DEMO, mark, now) if mark else None
    outcome: Outcome = told or service.intake.submit(Arrival(DEMO, comment, None, mark)).result(PATIENCE)
    return RedirectResponse(f"{pages_of(request).base}/status/{outcome.status_token}", 303)


@router.get("/status/{token}")
def show_status(request: Request, token: str, appealed: Annotated[str, Query(max_length=1)] = "") -> Response:
    """Where a comment stands, for whoever has its address."""
    service = service_of(request)
    site_id, view = read_by_token(service.database, hash_token(token), service.clock())
    note = "Somebody else looks at it again. You find the answer here." if appealed else ""
    page = StatusPage(view, site_rules(service.database, site_id).name, note, token)
    return pages_of(request).render("status.html", plain_frame(request), page)


@router.post("/status/{token}/appeal")
def send_appeal(request: Request, token: str, words: Annotated[str, Form(max_length=4000)] = "") -> Response:
    """Ask for a second look by another person. The address itself is the secret: nobody else can send this."""
    service = service_of(request)
    site_id, view = read_by_token(service.database, hash_token(token), service.clock())
    try:
        service.pipeline.appeal(site_id, view.id, words)
    except (NotAppealable, WordsTooLong) as problem:
        page = StatusPage(view, site_rules(service.database, site_id).name, note=problem.message)
        return pages_of(request).render("status.html", plain_frame(request), page, status=409)
    return RedirectResponse(f"{pages_of(request).base}/status/{token}?appealed=1", 303)


def make_form_token(service: Service, now: datetime) -> str:
    """When the form was shown and its nonce, under the day's key."""
    stamp, nonce = int(now.timestamp() * 1000), os.urandom(12).hex()
    return f"{stamp}.{nonce}.{_signature(service, stamp, nonce, now)}"


def read_token(service: Service, token: str, now: datetime) -> tuple[int | None, str]:
    """Milliseconds since the form was shown, and its nonce; nothing of a token that is not ours or too old."""
    parts = token.split(".")
    if len(parts) != 3 or not parts[0].isdigit() or len(parts[0]) > 15:  # noqa: PLR2004 - its three parts
        return None, ""
    stamp = int(parts[0])
    shown = datetime.fromtimestamp(stamp / 1000, UTC)
    if not timedelta(0) <= now - shown <= TOKEN_AGE or _signature(service, stamp, parts[1], shown) != parts[2]:
        return None, ""
    return int(now.timestamp() * 1000) - stamp, parts[1]


def _signature(service: Service, stamp: int, nonce: str, at: datetime) -> str:
    return service.custody.fingerprint(DEMO, f"form|{stamp}|{nonce}".encode(), at).hex()


def _form(request: Request, typed: dict[str, str], faults: dict[str, str]) -> Response:
    service = service_of(request)
    policy = service.shelf.policy_for(DEMO)
    article = _article(service)
    rules = intake_rules(service, DEMO)
    page = ReaderForm(
        article=article,
        rules=rules,
        disclaimer=policy.disclaimer.text,
        token=make_form_token(service, service.clock()),
        site_name=service.shelf.rules(DEMO).name,
        published=tuple(published_below(service.database, DEMO, article.id)),
        typed=typed,
        faults=faults,
        left=rules.limit - count_characters(typed.get("text", "")),
    )
    return pages_of(request).render("reader.html", plain_frame(request), page, status=422 if faults else 200)


def _article(service: Service) -> Article:
    found = first_article(service.database, DEMO)
    return found if found and found.title else replace(FALLBACK)


def _has_demo(service: Service) -> bool:
    try:
        service.shelf.rules(DEMO)
    except NotFound:
        return False
    return True
