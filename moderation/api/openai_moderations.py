"""OpenAI's moderations, spoken here: `POST /v1/moderations`. Nothing is stored.

What this file decides
- A list of texts is one result each; a list of content parts is one input. All thirteen categories are always present.
- A category without a source here has the score 0 and an empty `category_applied_input_types`: it was not examined. Pictures are
  never examined; an input of pictures only is refused.
- The `model` in the answer is ours; a model that nobody knows is refused. Flagged is what the site's policy calls likely.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from moderation.api.examine import engine_of, examine, likely_from, within
from moderation.api.keys import Behind, KeyRing
from moderation.api.problems import NoSuchCall, TooLarge, TooMany, Unauthorized, log_internal, pause_of
from moderation.bootstrap import Service
from moderation.errors import Invalid, ModerationError, Unavailable
from moderation.storage.keys import KeyHolder
from moderation.vocabulary import Label, Scores

router = APIRouter(tags=["openai"])
PATIENCE: Final = 20.0
MOST_INPUTS: Final = 256
MODELS: Final = (
    "omni-moderation-latest",
    "omni-moderation-2024-09-26",
    "text-moderation-latest",
    "text-moderation-stable",
)
CATEGORIES: Final = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
    "self-harm/intent", "self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic",
)  # fmt: skip
ANY: Final[Mapping[str, tuple[Label, ...]]] = {
    "harassment": (Label.INSULT, Label.TOXICITY),
    "harassment/threatening": (Label.THREAT,),
    "hate": (Label.IDENTITY_ATTACK,),
    "sexual": (Label.SEXUAL_EXPLICIT,),
    "violence": (Label.THREAT,),
}
BOTH: Final[Mapping[str, tuple[Label, ...]]] = {"hate/threatening": (Label.IDENTITY_ATTACK, Label.THREAT)}


class BadInput(Invalid):
    """the request has a fault"""

    code = "bad_input"

    def __init__(self, message: str, param: str | None = None, *, status: int = 400, word: str | None = None) -> None:
        self.param, self.status, self.word = param, status, word
        super().__init__(message)


@router.post("/v1/moderations", response_model=None)
async def moderate(request: Request, service: Behind) -> JSONResponse:
    """Say of each input which categories it falls into."""
    try:
        raw = await request.body()
        ring, bearer = request.app.state.keys, request.headers.get("authorization", "")
        assert isinstance(ring, KeyRing)
        key = bearer[7:] if bearer[:7].lower() == "bearer " else ""
        return JSONResponse(await within(PATIENCE, lambda: answer(service, ring.holder(key), raw)))
    except ModerationError as error:
        return refusal(error)
    except Exception as error:  # noqa: BLE001 - this protocol has its own words for it
        log_internal(error)
        return refusal(error)


def answer(service: Service, holder: KeyHolder, raw: bytes) -> dict[str, Any]:
    """The answer to a call."""
    inputs, model = read_inputs(raw)
    engine = engine_of(service, holder.site_id)
    own = f"moderation-{engine.engine}-{engine.version}"
    if model and model not in {*MODELS, own}:
        raise BadInput(f"the model `{model[:80]}` does not exist", "model", status=404, word="model_not_found")
    scored = examine(service, holder.site_id, inputs, seconds=PATIENCE)
    levels = {label: likely_from(service, holder.site_id, label) for label in Label}
    return {"id": f"modr-{secrets.token_hex(12)}", "model": own, "results": [result(one, levels) for one in scored]}


def result(one: Scores, levels: Mapping[Label, float]) -> dict[str, Any]:
    """One input's result."""
    values, flags, examined = {}, {}, {}
    for name in CATEGORIES:
        labels = ANY.get(name) or BOTH.get(name) or ()
        known = [label for label in labels if label in one.values]
        whole = len(known) == len(labels) if name in BOTH else bool(known)
        pick, hold = (min, all) if name in BOTH else (max, any)
        values[name] = round(float(pick(one.values[label] for label in known)), 7) if whole else 0.0
        flags[name] = whole and hold(one.values[label] >= levels[label] for label in known)
        examined[name] = ["text"] if whole else []
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": values,
        "category_applied_input_types": examined,
    }


def read_inputs(raw: bytes) -> tuple[list[str], str]:
    """The texts of a call and the model that it names.

    Raises:
        BadInput: with the field's name.
    """
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadInput("the body is not valid JSON; send `Content-Type: application/json`") from None
    if not isinstance(given, dict):
        raise BadInput("the body is not a JSON object")
    unknown = next((name for name in given if name not in {"input", "model"}), None)
    if unknown is not None:
        raise BadInput(f"there is no parameter `{unknown[:80]}`", unknown[:80], word="unknown_parameter")
    model = given.get("model")
    if model is not None and not isinstance(model, str):
        raise BadInput("the parameter `model` is not a string", "model")
    texts = _texts(given.get("input"))
    if not texts or not all(text.strip() for text in texts):
        raise BadInput("the parameter `input` holds no text", "input")
    if len(texts) > MOST_INPUTS:
        raise BadInput(f"the parameter `input` holds more than {MOST_INPUTS} texts", "input")
    if any("\ud800" <= letter <= "\udfff" for text in texts for letter in text):
        raise BadInput("the parameter `input` is not valid Unicode", "input")
    return texts, model or ""


def _texts(given: object) -> list[str]:
    if isinstance(given, str):
        return [given]
    if isinstance(given, list) and all(isinstance(one, str) for one in given):
        return list(given)
    if isinstance(given, list) and all(isinstance(one, dict) for one in given):
        strange = [one for one in given if one.get("type") not in {"text", "image_url"}]
        words = [one.get("text") for one in given if one.get("type") == "text"]
        if not strange and words and all(isinstance(one, str) for one in words):
            return ["\n".join(map(str, words))]
        raise BadInput("the parameter `input` needs a part of type `text`; pictures are not examined here", "input")
    raise BadInput("the parameter `input` is a string, a list of strings, or a list of content parts", "input")


SAID: Final[tuple[tuple[type[Exception], int, str, str], ...]] = (
    (NoSuchCall, 404, "There is no such call here; `POST /v1/moderations` is answered.", "unknown_url"),
    (Unauthorized, 401, "Incorrect API key provided.", "invalid_api_key"),
    (TooMany, 429, "Rate limit reached.", "rate_limit_exceeded"),
    (TooLarge, 413, "The body is too large.", "request_too_large"),
)


def refusal(error: Exception) -> JSONResponse:
    """An error in this protocol's form."""
    if isinstance(error, BadInput):
        return _say(error.status, error.message, error.param, error.word)
    for kind, status, words, code in SAID:
        if isinstance(error, kind):
            return _say(status, words, None, code, pause_of(error) if kind is TooMany else "")
    if isinstance(error, Unavailable):
        return _say(503, f"No score can be given now: {error.message}.", None, None, pause_of(error))
    return _say(500, "The server had an error while processing your request.", None, None)


def _say(status: int, message: str, param: str | None, code: str | None, pause: str = "") -> JSONResponse:
    kind = "server_error" if status >= 500 else "invalid_request_error"  # noqa: PLR2004 - HTTP's own number
    headers = {"Retry-After": pause} if pause else None
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return JSONResponse(body, status, headers=headers)
