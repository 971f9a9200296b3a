"""Errors as RFC 9457 problem details: the one place where this door translates them.

- `type` is a page of the documentation, `title` the stable code in words, `detail` what happened and what to do next.
- `errors` lists every fault of the input with a JSON pointer, all at once.
- An internal error shows only its id; what happened stands in the log, without text, author or address.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from moderation.access.throttle import TooManySent, TooManyTries
from moderation.errors import Conflict, Forbidden, Invalid, ModerationError, NotFound, Unavailable
from moderation.intake.accept import Fault, InvalidComment

log = structlog.get_logger(__name__)

MEDIA: Final = "application/problem+json"
DOCS: Final = "https://moderation.example/problems/"
STATUS_OF: Final[tuple[tuple[type[ModerationError], int], ...]] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Invalid, 422),
    (Unavailable, 503),
)
TITLES: Final = {
    400: "bad request",
    401: "unauthorized",
    403: "forbidden",
    404: "not found",
    405: "method not allowed",
    409: "conflict",
    413: "body too large",
    415: "unsupported media type",
    422: "invalid",
    429: "too many requests",
    500: "internal error",
    503: "unavailable",
}


class Unauthorized(ModerationError):
    """this needs a key of the site"""

    code = "unauthorized"
    hint = "send `Authorization: Bearer ck_live_…`; see `moderation keys create`"


class NoSuchCall(NotFound):
    """there is no such call here"""

    code = "no_such_call"
    hint = "check the method and the path"


class TooLarge(ModerationError):
    """the body is too large"""

    code = "body_too_large"
    hint = "a comment's body holds at most 64 KiB"


class UnsupportedMedia(ModerationError):
    """the body is not JSON"""

    code = "unsupported_media_type"
    hint = "send `Content-Type: application/json`"


class TooMany(ModerationError):
    """too many requests with this key"""

    code = "too_many_requests"
    hint = "wait as long as `Retry-After` says"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__()


class Misshapen(ModerationError):
    """the request has faults"""

    code = "invalid"
    hint = "mend the fields in `errors`"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__()


EXTRA: Final[tuple[tuple[type[ModerationError], int], ...]] = (
    (Unauthorized, 401),
    (TooLarge, 413),
    (UnsupportedMedia, 415),
    (TooMany, 429),
    (Misshapen, 422),
    (TooManyTries, 429),
)


def problem(
    status: int, code: str, detail: str, *, errors: Sequence[Fault] = (), headers: dict[str, str] | None = None
) -> JSONResponse:
    """A problem document."""
    body: dict[str, Any] = {
        "type": DOCS + code.replace("_", "-"),
        "title": TITLES.get(status, "error"),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = [{"pointer": e.pointer, "code": e.code, "message": e.message} for e in errors]
    return JSONResponse(body, status, headers=headers, media_type=MEDIA)


def status_of(error: ModerationError) -> int:
    """The HTTP status of an error."""
    return next((status for kind, status in (*EXTRA, *STATUS_OF) if isinstance(error, kind)), 500)


def of_error(error: ModerationError) -> JSONResponse:
    """One of our errors as a problem."""
    status = status_of(error)
    if status == 500:  # noqa: PLR2004 - HTTP's own number
        return _internal(error)
    headers = (
        {"Retry-After": pause_of(error)} if status in {429, 503} or error.code == "idempotency_in_flight" else None
    )
    if status == 401:  # noqa: PLR2004
        headers = {"WWW-Authenticate": "Bearer"}
    faults = error.faults if isinstance(error, InvalidComment | Misshapen) else ()
    return problem(status, error.code, str(error), errors=faults, headers=headers)


def pause_of(error: Exception) -> str:
    """What `Retry-After` says: until the window ends for whoever asked too often, else a moment."""
    return str(error.seconds if isinstance(error, TooMany | TooManySent) else 1)


def log_internal(error: Exception) -> str:
    """Note an error that is ours; the incident's id is all that a caller is told."""
    incident = uuid.uuid4().hex[:12]
    log.error("internal_error", incident=incident, error=type(error).__name__, exc_info=error if _safe(error) else None)
    return incident


def _internal(error: Exception) -> JSONResponse:
    incident = log_internal(error)
    return problem(500, "internal", f"something went wrong here; the operator finds it as `{incident}`")


def _safe(error: Exception) -> bool:
    # A database error prints the statement's values, and those hold comments.
    return "sqlalchemy" not in type(error).__module__


def from_validation(error: RequestValidationError) -> JSONResponse:
    """pydantic's faults, told with pointers; a body that is no JSON at all is a 400."""
    found = error.errors()
    if any(fault["type"] == "json_invalid" for fault in found):
        return problem(400, "json_invalid", "the body is not valid JSON; send one JSON object")
    return problem(422, "invalid", "the request has faults; mend the fields in `errors`", errors=faults_of(found))


def faults_of(found: Sequence[Any]) -> tuple[Fault, ...]:
    """pydantic's faults in our words."""
    return tuple(
        Fault(
            "/" + "/".join(str(part) for part in fault["loc"] if part != "body"),
            {"missing": "required", "extra_forbidden": "unknown_field"}.get(fault["type"], str(fault["type"])),
            _words(fault),
        )
        for fault in found
    )


def _words(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return f"there is no field `{fault['loc'][-1]}`"
    return str(fault["msg"])[:1].lower() + str(fault["msg"])[1:]


def install(app: FastAPI) -> None:
    """Let every error of the API leave as a problem."""

    @app.exception_handler(ModerationError)
    async def _ours(_request: Request, error: ModerationError) -> JSONResponse:
        return of_error(error)

    @app.exception_handler(RequestValidationError)
    async def _validation(_request: Request, error: RequestValidationError) -> JSONResponse:
        return from_validation(error)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        if isinstance(error.__cause__, ModerationError):  # while a body was read for a route
            return of_error(error.__cause__)
        code = TITLES.get(error.status_code, "error").replace(" ", "_")
        return problem(error.status_code, code, str(error.detail).lower(), headers=dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def _other(_request: Request, error: Exception) -> JSONResponse:
        return _internal(error)
