"""Errors as pages: the one place where this door translates them.

What this file decides
- Each kind has its own sentence and a next step; a script of ours gets the same as a piece.
- Nobody signed in: a page leads to sign-in and back.
- A stale verdict says who decided what, and leads to the next case.
- A page for readers speaks the language that its address names, and leads to no page for moderators.
- After what was too much to be read, or a reader's form, there is no link back: it would load the form anew, without what was
  typed.
- An internal error shows only its id; what happened stands in the log, without text, author or address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from moderation.access.csrf import ForeignRequest
from moderation.access.throttle import TooManyTries
from moderation.api.problems import TooLarge, log_internal
from moderation.errors import Conflict, Forbidden, Invalid, ModerationError, NotFound, Unavailable
from moderation.web.form_words import choose_language
from moderation.web.pages import Frame
from moderation.web.viewer import NotSignedIn, pages_of, plain_frame, signed_in_or_none, wants_fragment
from moderation.web.words import N_

TOO_MUCH: Final = "what you sent is too much to be read"
SHORTEN: Final = "go back in your browser, which kept what you typed; make it shorter and send it again"
READERS: Final = ("/form/", "/status/")
TOLD_TO_READERS: Final[Mapping[int, str]] = MappingProxyType(
    {
        404: N_("There is nothing at this address; check it for typing errors."),
        413: N_("Go back in your browser, which kept what you typed; make it shorter and send it again."),
        422: N_("Go back in your browser, which kept what you typed; make it shorter and send it again."),
        429: N_("Many comments came from your connection. Try again in a minute."),
        500: N_("Go back in your browser, which kept what you typed, and send it again in a moment."),
        503: N_("Go back in your browser, which kept what you typed, and send it again in a moment."),
    }
)
STATUS_OF: Final[tuple[tuple[type[ModerationError], int], ...]] = (
    (NotSignedIn, 401),
    (TooLarge, 413),
    (TooManyTries, 429),
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Invalid, 422),
    (Unavailable, 503),
)


@dataclass(frozen=True, slots=True)
class FaultPage:
    """What went wrong and what to do next."""

    status: int
    code: str
    message: str
    hint: str = ""
    back: str = ""
    incident: str = ""
    told: str = ""
    leads_on: bool = True


def status_of(error: ModerationError) -> int:
    """The HTTP status of an error."""
    return next((status for kind, status in STATUS_OF if isinstance(error, kind)), 500)


def show_fault(request: Request, page: FaultPage, frame: Frame | None = None) -> Response:
    """The page of an error."""
    template = "_fault.html" if wants_fragment(request) else "fault.html"
    if _is_readers(request):
        page, frame = _for_readers(request, page)
    return pages_of(request).render(template, frame or plain_frame(request), page, status=page.status)


def _is_readers(request: Request) -> bool:
    path = request.url.path.removeprefix(pages_of(request).base)
    return path == "/" or path.startswith(READERS)


def _for_readers(request: Request, page: FaultPage) -> tuple[FaultPage, Frame]:
    """The page without a way to the moderators', and the frame, in the language that the address names.

    In English, and where there are no words for readers, the error speaks for itself.
    """
    language = choose_language(request.query_params.get("lang", ""))
    told = TOLD_TO_READERS.get(page.status, "") if language != "en" else ""
    frame = replace(plain_frame(request), language=language if told else "en")
    return replace(page, told=told, leads_on=bool(page.back) and request.method == "GET"), frame


def of_error(request: Request, error: ModerationError) -> Response:
    """One of our errors as a page."""
    if isinstance(error, NotSignedIn) and request.method == "GET" and not wants_fragment(request):
        base = pages_of(request).base
        path = request.url.path.removeprefix(base)
        asked = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{base}/sign-in?next={quote(asked)}", 303)
    status = status_of(error)
    if status == 500:  # noqa: PLR2004 - HTTP's own number
        return internal(request, error)
    words = (TOO_MUCH, SHORTEN) if isinstance(error, TooLarge) else (error.message, error.hint)
    back = "" if isinstance(error, TooLarge) else _back(request)
    page = FaultPage(status, error.code, *words, back, leads_on=not isinstance(error, TooLarge))
    alone = isinstance(error, Unavailable | NotSignedIn | ForeignRequest | TooManyTries | TooLarge)
    return show_fault(request, page, None if alone else _own_frame(request))


def _own_frame(request: Request) -> Frame:
    """The frame with the rooms of whoever is signed in: also from a page of an error the switches are at hand."""
    return plain_frame(request, signed_in_or_none(request))


def internal(request: Request, error: Exception) -> Response:
    """An error that nobody foresaw."""
    page = FaultPage(500, "internal", "something went wrong here", incident=log_internal(error))
    return show_fault(request, page)


def _back(request: Request) -> str:
    referrer = request.headers.get("referer", "")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}/"
    return referrer if referrer.startswith(own) else ""


def install(app: FastAPI) -> None:
    """Let every error of the pages leave as a page."""

    @app.exception_handler(ModerationError)
    def _ours(request: Request, error: ModerationError) -> Response:
        return of_error(request, error)

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        names = sorted({str(fault["loc"][-1]) for fault in error.errors()})
        words = f"these fields have faults: {', '.join(f'`{name}`' for name in names)}"
        return of_error(request, Invalid(words))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        if isinstance(error.__cause__, ModerationError):  # while a body was read for a route
            return of_error(request, error.__cause__)
        words = {404: "there is no such page", 405: "this address cannot be used like that"}
        message = words.get(error.status_code, str(error.detail).lower())
        return show_fault(request, FaultPage(error.status_code, "http", message), _own_frame(request))

    @app.exception_handler(Exception)
    def _other(request: Request, error: Exception) -> Response:
        return internal(request, error)


def refusal(app: FastAPI) -> Any:
    """An ASGI answer to what is refused before a route sees it: a form that another site sent, or one too large."""

    def refuse(error: ModerationError) -> Any:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            scope = {**scope, "app": app}
            await of_error(Request(scope, receive), error)(scope, receive, send)

        return answer

    return refuse
