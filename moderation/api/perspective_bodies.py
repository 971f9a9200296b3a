"""What a Perspective call says, and which of its attributes have an honest source here.

What this file decides
- Fields may be written in camel or snake case, as proto3's JSON allows; a null is a field that was left out.
- An unknown field is refused by name. An attribute that no label of ours stands for is refused by name, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from moderation.api.perspective_errors import BadPayload, unreadable
from moderation.vocabulary import Label

STEMS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "TOXICITY": Label.TOXICITY,
        "SEVERE_TOXICITY": Label.SEVERE_TOXICITY,
        "IDENTITY_ATTACK": Label.IDENTITY_ATTACK,
        "INSULT": Label.INSULT,
        "PROFANITY": Label.OBSCENE,
        "THREAT": Label.THREAT,
        "SEXUALLY_EXPLICIT": Label.SEXUAL_EXPLICIT,
    }
)
ATTRIBUTES: Final[Mapping[str, Label]] = MappingProxyType(
    {name: label for stem, label in STEMS.items() for name in (stem, f"{stem}_EXPERIMENTAL")}
)
MOST_ATTRIBUTES: Final = 64
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


class Wire(BaseModel):
    """A message of this protocol."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True, frozen=True)


class Entry(Wire):
    """A text and its type."""

    text: str = ""
    type: str = ""


class ArticleAndParent(Wire):
    """What the comment stands under."""

    article: Entry | None = None
    parent_comment: Entry | None = None


class Context(Wire):
    """One of two forms of context."""

    entries: list[Entry] | None = None
    article_and_parent_comment: ArticleAndParent | None = None


class Wanted(Wire):
    """How an attribute is asked for."""

    score_type: str = ""
    score_threshold: float | None = Field(None, allow_inf_nan=False)


class Score(Wire):
    """A number and its kind."""

    value: float = Field(0.0, allow_inf_nan=False)
    type: str = ""


class SpanScore(Wire):
    """A score of a stretch of the text, in UTF-16 units."""

    begin: int = 0
    end: int = 0
    score: Score = Score(value=0.0)


class Told(Wire):
    """What a client says an attribute should have been."""

    summary_score: Score | None = None
    span_scores: list[SpanScore] = Field(default_factory=list, max_length=64)


class Call(Wire):
    """What both methods have in common."""

    comment: Entry = Entry()
    context: Context | None = None
    languages: list[str] = Field(default_factory=list, max_length=20)
    client_token: str | None = None
    session_id: str | None = None
    community_id: str | None = None


class Analyze(Call):
    """`comments:analyze`."""

    requested_attributes: dict[str, Wanted] = Field(default_factory=dict, max_length=MOST_ATTRIBUTES)
    do_not_store: bool = False
    span_annotations: bool = False
    drop_unsupported_attributes: bool = False


class Suggest(Call):
    """`comments:suggestscore`."""

    attribute_scores: dict[str, Told] = Field(default_factory=dict, max_length=MOST_ATTRIBUTES)


Body = TypeVar("Body", bound=Call)


def read_call(kind: type[Body], raw: bytes, content_type: str) -> Body:
    """The call in a request's body.

    Raises:
        BadPayload: it is no JSON object, or not this call's.
    """
    if content_type.partition(";")[0].strip().lower() in FORM_TYPES:
        raise unreadable("Invalid JSON payload received. A form was sent; send `Content-Type: application/json`.")
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        raise unreadable("Invalid JSON payload received. Unexpected token.") from None
    if not isinstance(given, dict):
        raise unreadable("Invalid JSON payload received. Unknown name: the payload is not an object.")
    try:
        return kind.model_validate(_without_nulls(given))
    except ValidationError as problem:
        raise _bad_payload(problem) from None


def _without_nulls(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name in {"requestedAttributes", "requested_attributes"} and isinstance(value, dict):
            found[name] = {attribute: {} if wanted is None else wanted for attribute, wanted in value.items()}
        elif isinstance(value, dict):
            found[name] = _without_nulls(value)
        elif value is not None:
            found[name] = value
    return found


def _bad_payload(problem: ValidationError) -> BadPayload:
    violations = []
    for fault in problem.errors():
        where = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            words = f'Unknown name "{fault["loc"][-1]}": Cannot find field.'
        else:
            words = f"Invalid value at '{where}': {fault['msg'].lower()}"
        violations.append({"field": where, "description": f"Invalid JSON payload received. {words}"})
    return BadPayload(violations[0]["description"], violations)
