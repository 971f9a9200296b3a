"""What went wrong, as Google's services say it: an HTTP status, a canonical word, a message, typed details.

What this file decides
- Faults of a comment carry the service's own `errorType`; clients branch on it.
- A key that is nobody's is `API_KEY_INVALID`, no key is `PERMISSION_DENIED`, too many calls are `RATE_LIMIT_EXCEEDED`.
- A model that is away is `UNAVAILABLE`: a score is never made up.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi.responses import JSONResponse

from moderation.api.problems import TooLarge, TooMany, Unauthorized, pause_of, status_of
from moderation.errors import Invalid, ModerationError, Unavailable

OWN_ERROR: Final = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
ERROR_INFO: Final = "type.googleapis.com/google.rpc.ErrorInfo"
BAD_REQUEST: Final = "type.googleapis.com/google.rpc.BadRequest"
DOMAIN: Final = "googleapis.com"
NO_KEY: Final = "The request is missing a valid API key."
BAD_KEY: Final = "API key not valid. Please pass a valid API key."
RPC_OF: Final = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}
RPC_LATER: Final = {500: "INTERNAL", 503: "UNAVAILABLE"}
HTTP_UNAVAILABLE: Final = 503
HTTP_INTERNAL: Final = 500


class PerspectiveFault(Invalid):
    """the call has a fault"""

    code = "perspective_fault"

    def __init__(self, error_type: str, message: str, **more: Any) -> None:
        self.error_type = error_type
        self.more = more
        super().__init__(message)


class BadPayload(Invalid):
    """the body is not a call"""

    code = "bad_payload"

    def __init__(self, message: str, violations: list[dict[str, str]] | None = None) -> None:
        self.violations = violations or []
        super().__init__(message)


class KeyMissing(Unauthorized):
    """there is no key"""

    code = "key_missing"


def fault(error_type: str, message: str, **more: Any) -> PerspectiveFault:
    """A fault of a call, in the service's own words, which clients compare."""
    return PerspectiveFault(error_type, message, **more)


def unreadable(message: str) -> BadPayload:
    """A body that is no call, in the service's own words."""
    return BadPayload(message)


SAID: Final[tuple[tuple[type[Exception], int, str, str], ...]] = (
    (KeyMissing, 403, NO_KEY, ""),
    (Unauthorized, 400, BAD_KEY, "API_KEY_INVALID"),
    (TooMany, 429, "Quota exceeded: too many requests in a minute.", "RATE_LIMIT_EXCEEDED"),
    (TooLarge, 400, "Request payload size exceeds the limit.", ""),
)


def refusal(error: Exception) -> JSONResponse:
    """An error in this protocol's form."""
    if isinstance(error, PerspectiveFault):
        details = [{"@type": OWN_ERROR, "errorType": error.error_type, **error.more}]
        return say(400, error.message, details)
    if isinstance(error, BadPayload):
        return say(400, error.message, [{"@type": BAD_REQUEST, "fieldViolations": error.violations}])
    for kind, status, words, reason in SAID:
        if isinstance(error, kind):
            pause = pause_of(error) if kind is TooMany else ""
            return say(status, words, _info(reason) if reason else None, pause)
    if isinstance(error, Unavailable):
        words = f"The service is currently unavailable: {error.message}."
        return say(HTTP_UNAVAILABLE, words, pause=pause_of(error))
    if isinstance(error, ModerationError) and status_of(error) != HTTP_INTERNAL:
        return say(status_of(error), error.message)
    return say(HTTP_INTERNAL, "Internal error encountered.")


def say(status: int, message: str, details: list[dict[str, Any]] | None = None, pause: str = "") -> JSONResponse:
    """An error document."""
    word = RPC_OF.get(status) or RPC_LATER.get(status, "UNKNOWN")
    error: dict[str, Any] = {"code": status, "message": message, "status": word}
    if details:
        error["details"] = details
    headers = {"Retry-After": pause} if pause else None
    return JSONResponse({"error": error}, status, headers=headers)


def _info(reason: str) -> list[dict[str, Any]]:
    return [{"@type": ERROR_INFO, "reason": reason, "domain": DOMAIN}]
