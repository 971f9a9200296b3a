"""The doors that speak other services' protocols, and whose words a refusal at each path is said in."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp

from moderation.api import akismet, coral, openai_moderations, perspective, score
from moderation.api.akismet import refusal as akismet_refusal
from moderation.api.limits import SPEAK_JSON
from moderation.api.perspective_errors import refusal as perspective_refusal
from moderation.api.problems import of_error
from moderation.errors import ModerationError

DOORS: Final[tuple[ModuleType, ...]] = (akismet, coral, openai_moderations, perspective, score)
REFUSALS: Final[tuple[tuple[str, Callable[[Exception], Response]], ...]] = (
    ("/v1alpha1/", perspective_refusal),
    ("/1.1/", akismet_refusal),
    ("/1.2/", akismet_refusal),
    ("/hooks/coral/", coral.hold_unread),
    ("/v1/moderations", openai_moderations.refusal),
)


def answer_too_large(path: str, error: ModerationError, page: Callable[[ModerationError], ASGIApp]) -> ASGIApp:
    """A refusal in the words of the protocol that is spoken at `path`; as a page where people read the answer."""
    say = next((words for start, words in REFUSALS if start in path), None)
    if say is not None:
        return say(error)
    return of_error(error) if any(part in path for part in SPEAK_JSON) else page(error)
