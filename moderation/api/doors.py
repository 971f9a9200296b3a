"""The doors that speak other services' protocols, and whose words a refusal at each path is said in.

A program that asks for a call that is not there hears so in the door's own words, never from a page for people.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response
from starlette.types import ASGIApp

from moderation.api import akismet, coral, openai_moderations, perspective, score
from moderation.api.akismet import refusal as akismet_refusal
from moderation.api.limits import SPEAK_JSON
from moderation.api.perspective_errors import refusal as perspective_refusal
from moderation.api.problems import NoSuchCall, of_error
from moderation.errors import ModerationError, NotFound

DOORS: Final[tuple[ModuleType, ...]] = (akismet, coral, openai_moderations, perspective, score)
REFUSALS: Final[tuple[tuple[str, Callable[[Exception], Response]], ...]] = (
    ("/v1alpha1/", perspective_refusal),
    ("/1.1/", akismet_refusal),
    ("/1.2/", akismet_refusal),
    ("/hooks/coral/", coral.hold_unread),
    ("/v1/moderations", openai_moderations.refusal),
)
ELSEWHERE: Final[tuple[tuple[str, Callable[[ModerationError], Response]], ...]] = (
    ("/v1alpha1", perspective_refusal),
    ("/1.1", akismet_refusal),
    ("/1.2", akismet_refusal),
    ("/v1", openai_moderations.refusal),
    ("/hooks/coral", of_error),
)
METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]

nothing_here = APIRouter(include_in_schema=False)


@nothing_here.api_route("/api/{rest:path}", methods=METHODS)
async def refuse_unknown(rest: str) -> None:
    """Our own API says where its calls are told."""
    raise NotFound(f"there is no `/api/{rest[:80]}`", hint="see `/api/docs`")


def _refuse_in(words: Callable[[ModerationError], Response]) -> Callable[[], Awaitable[Response]]:
    async def refuse() -> Response:
        return words(NoSuchCall())

    return refuse


for _start, _words in ELSEWHERE:
    nothing_here.add_api_route(_start + "/{rest:path}", _refuse_in(_words), methods=METHODS, response_model=None)


def answer_too_large(path: str, error: ModerationError, page: Callable[[ModerationError], ASGIApp]) -> ASGIApp:
    """A refusal in the words of the protocol that is spoken at `path`; as a page where people read the answer."""
    say = next((words for start, words in REFUSALS if start in path), None)
    if say is not None:
        return say(error)
    return of_error(error) if any(part in path for part in SPEAK_JSON) else page(error)
