"""Scores for whoever wants nothing else: a text or a list of texts. Nothing is stored.

What this file decides
- A text is answered with one object, a list with `{"results": […]}`, in the same order.
- Spans are code points of the text as it was given, end exclusive. A text without words has no scores and says so.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from moderation.api.bodies import Body, problems
from moderation.api.examine import examine, within
from moderation.api.keys import Asking, Behind
from moderation.errors import Invalid
from moderation.vocabulary import ScoreContext, Scores

router = APIRouter(prefix="/api/v1", tags=["scores"])
PATIENCE: Final = 30.0
MOST_TEXTS: Final = 256
Text = Annotated[str, StringConstraints(max_length=100_000)]


class ContextIn(Body):
    """What the text stands under; it reaches the score for defamation only."""

    subjects: list[Annotated[str, StringConstraints(max_length=200)]] = Field(default_factory=list, max_length=50)
    parent: Text = ""
    headline: Annotated[str, StringConstraints(max_length=8192)] = ""


class ScoreIn(Body):
    """A text, or a list of them."""

    text: Text | Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)]
    context: ContextIn = Field(default_factory=ContextIn)


@router.post("/score", response_model=None, responses=problems(400, 401, 413, 415, 422, 429, 503))
async def score_text(body: ScoreIn, asking: Asking, service: Behind) -> dict[str, Any]:
    """Score a text or a list of texts."""
    texts = [body.text] if isinstance(body.text, str) else body.text
    for text in texts:
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise Invalid("the field `text` is not valid Unicode", hint="send it without lone surrogates")
    context = ScoreContext(tuple(body.context.subjects), body.context.parent, body.context.headline)
    scored = await within(PATIENCE, lambda: examine(service, asking.site_id, texts, context, seconds=PATIENCE))
    found = [say(one) for one in scored]
    return found[0] if isinstance(body.text, str) else {"results": found}


def say(one: Scores) -> dict[str, Any]:
    """One text's scores on the wire."""
    return {
        "scores": {label: round(float(value), 6) for label, value in one.values.items()},
        "spans": [{"start": span.start, "end": span.end, "label": span.label} for span in one.spans],
        "factors": {name: round(float(value), 6) for name, value in one.factors.items()},
        "language": one.language,
        "fit": one.fit,
        "cut": one.cut,
        "engine": one.engine,
        "version": one.version,
        "checksum": one.checksum,
        "calibration": one.calibration,
        "unavailable": one.unavailable,
    }
