"""Google's Perspective API, spoken here: analyse a comment, suggest a score, and the discovery document.

What this file decides
- The key comes as `?key=`, in `X-Goog-Api-Key` or as a bearer. Clients need another host name and one of our keys.
- Analysing stores nothing, whatever `doNotStore` says. A suggested score becomes a label that names its source and key.
- Every error leaves in Google's own form.

What a call may say stands in `perspective_bodies.py`, what it is answered in `perspective_answer.py`.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from moderation.api.examine import engine_of, examine, within
from moderation.api.keys import Behind, KeyRing
from moderation.api.perspective_answer import (
    INVALID,
    attribute_scores,
    check_text,
    choose_attributes,
    choose_languages,
    known_attribute,
    refuse_languages,
    texts_to_score,
)
from moderation.api.perspective_bodies import Analyze, Suggest, Told, read_call
from moderation.api.perspective_discovery import VERSION, discovery_document
from moderation.api.perspective_errors import KeyMissing, fault, refusal, say
from moderation.api.problems import log_internal
from moderation.bootstrap import Service
from moderation.errors import ModerationError
from moderation.storage.keys import KeyHolder
from moderation.storage.labels import NewLabel, write_labels
from moderation.text.fold import fold
from moderation.text.spans import from_utf16
from moderation.vocabulary import Label, Span

router = APIRouter(tags=["perspective"])
PATIENCE: Final = 20.0
SOURCE: Final = "perspective:suggestscore"


@router.get("/$discovery/rest", include_in_schema=False)
def get_discovery(request: Request, service: Behind, version: str = VERSION) -> JSONResponse:
    """What generic Google clients build themselves from."""
    if version != VERSION:
        return say(404, f"The API version {version} was not found.")
    return JSONResponse(discovery_document(public_root(request, service)))


def public_root(request: Request, service: Service) -> str:
    """Where clients reach us: the operator's own word for it, else the address that this request used."""
    told = "public_url" in service.settings.model_fields_set
    root = service.settings.public_url if told else str(request.base_url)
    return root.rstrip("/")


@router.post("/v1alpha1/comments:analyze", response_model=None)
async def analyze_comment(request: Request, service: Behind) -> JSONResponse:
    """Score a comment. Nothing is stored."""
    return await _answer(request, lambda raw, holder: analyze(service, holder, raw, _content_type(request)))


@router.post("/v1alpha1/comments:suggestscore", response_model=None)
async def suggest_score(request: Request, service: Behind) -> JSONResponse:
    """Say what a score should have been: kept as a label with its source."""
    return await _answer(request, lambda raw, holder: suggest(service, holder, raw, _content_type(request)))


async def _answer(request: Request, work: Any) -> JSONResponse:
    try:
        raw = await request.body()
        ring, key = request.app.state.keys, key_of(request)
        assert isinstance(ring, KeyRing)
        return JSONResponse(await within(PATIENCE, lambda: work(raw, ring.holder(key))))
    except ModerationError as error:
        return refusal(error)
    except Exception as error:  # noqa: BLE001 - this protocol has its own words for it
        log_internal(error)
        return refusal(error)


def key_of(request: Request) -> str:
    """The key of a call.

    Raises:
        KeyMissing: there is none.
    """
    bearer = request.headers.get("authorization", "")
    given = (
        request.query_params.get("key"),
        request.headers.get("x-goog-api-key"),
        bearer[7:] if bearer[:7].lower() == "bearer " else None,
    )
    key = next((value for value in given if value), None)
    if key is None:
        raise KeyMissing
    return key


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "")


def analyze(service: Service, holder: KeyHolder, raw: bytes, content_type: str) -> dict[str, Any]:
    """The answer to `comments:analyze`."""
    call = read_call(Analyze, raw, content_type)
    text = check_text(call)
    engine = engine_of(service, holder.site_id)
    chosen = choose_attributes(call, engine.labels)
    tongue = choose_languages(call, text, engine.languages)
    foreign = any(code not in engine.languages for code in tongue.used)
    if foreign and call.drop_unsupported_attributes:
        chosen = {}
    refuse_languages(tongue, list(chosen), engine.languages)
    texts, bounds = texts_to_score(text, by_sentence=call.span_annotations)
    scored = examine(service, holder.site_id, texts, seconds=PATIENCE) if chosen else []
    answer: dict[str, Any] = {
        "attributeScores": attribute_scores(chosen, text, bounds, scored) if chosen else {},
        "languages": list(tongue.used),
        "detectedLanguages": list(tongue.found),
    }
    return answer | ({"clientToken": call.client_token} if call.client_token else {})


def suggest(service: Service, holder: KeyHolder, raw: bytes, content_type: str) -> dict[str, Any]:
    """The answer to `comments:suggestscore`, once the labels are kept."""
    call = read_call(Suggest, raw, content_type)
    text = check_text(call)
    if not call.attribute_scores:
        raise fault("NO_REQUESTED_ATTRIBUTES", "Missing attribute_scores")
    found = [
        label
        for name, told in call.attribute_scores.items()
        for label in _labels(service, holder.site_id, text, name, told)
    ]
    write_labels(service.database, holder, found, service.clock())
    tongue = choose_languages(call.model_copy(update={"languages": ["en"]}), text, ("en",))
    answer: dict[str, Any] = {"requestedLanguages": call.languages, "detectedLanguages": list(tongue.found)}
    return answer | ({"clientToken": call.client_token} if call.client_token else {})


def _labels(service: Service, site_id: str, text: str, name: str, told: Told) -> list[NewLabel]:
    label = known_attribute(name, tuple(Label))
    if label is None:
        raise fault(INVALID, f"Unknown requested attribute: {name}")
    said = [(text, told.summary_score)] if told.summary_score else []
    said += [(part, one.score) for one in told.span_scores for part in _part(text, one.begin, one.end)]
    if not said:
        raise fault(INVALID, f"Attribute {name} has neither a summary_score nor span_scores")
    if any(not 0.0 <= score.value <= 1.0 for _, score in said):
        raise fault(INVALID, f"Score of attribute {name} is not between 0 and 1")
    now = service.clock()
    return [
        NewLabel(SOURCE, label.value, score.value, service.custody.text_tag(site_id, fold(part).text, now))
        for part, score in said
    ]


def _part(text: str, begin: int, end: int) -> list[str]:
    return [text[span.start : span.end] for span in from_utf16(text, [Span(begin, end, "")])]
