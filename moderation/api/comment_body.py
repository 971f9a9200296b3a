"""Read a comment's body, and when it has faults tell all of them at once: those of its shape and those of its meaning.

The comments API takes many requests a second, so this stands in for the framework's own reading of a body: one parse, one
model. A body with a fault of shape is judged once more without the faulty parts, so that nobody mends a wrong type only to be
told next that the text is too long.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from moderation.api.bodies import Body, CommentIn
from moderation.api.problems import Misshapen, faults_of
from moderation.intake.accept import Fault, InvalidComment
from moderation.vocabulary import Comment

Told = TypeVar("Told", bound=Body)
Judge = Callable[[Told], Comment]


def read_body(raw: bytes, model: type[Told], judge: Judge[Told]) -> Comment:
    """The comment that a body of this form holds; `judge` accepts it or raises `InvalidComment`.

    Raises:
        RequestValidationError: it is no JSON object.
        InvalidComment: its fields mean nothing acceptable.
        Misshapen: fields are missing, unknown or of a wrong type, and whatever else is wrong.
    """
    if not raw:
        raise Misshapen((Fault("/", "required", "send the comment as a JSON object"),))
    told = _parse(raw)
    try:
        body = model.model_validate(told)
    except ValidationError as error:
        shape = faults_of(error.errors(include_url=False))
        raise Misshapen((*shape, *_meaning(told, error, shape, model, judge))) from None
    return judge(body)


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",), "msg": "", "input": None}]) from None


def _meaning(
    told: Any, error: ValidationError, shape: tuple[Fault, ...], model: type[Told], judge: Judge[Told]
) -> list[Fault]:
    """What is wrong beside the faults of shape, found in what is left without the faulty parts."""
    if not isinstance(told, dict):
        return []
    for fault in error.errors(include_url=False):
        _drop(told, fault["loc"])
    if model is CommentIn:
        told.setdefault("article", {}).setdefault("id", "?")
    told.setdefault("text", "")
    try:
        judge(model.model_validate(told))
    except ValidationError:
        return []
    except InvalidComment as problem:
        named = [fault.pointer for fault in shape]
        return [fault for fault in problem.faults if not any(_touches(fault.pointer, one) for one in named)]
    return []


def _drop(told: Any, where: tuple[int | str, ...]) -> None:
    *way, last = where
    for step in way:
        told = told[step] if isinstance(told, dict) and step in told else None
    if isinstance(told, dict):
        told.pop(last, None)


def _touches(pointer: str, named: str) -> bool:
    """Whether a fault of shape already speaks of this field, of its object or of a part of it."""
    return pointer == named or pointer.startswith(f"{named}/") or named.startswith(f"{pointer}/")
