"""What a Perspective call is answered, from scores of ours.

What this file decides
- A comment has words, at most 20,480 bytes, and is plain text; context is one of its two forms. Nothing else of it is read.
- Requested languages must be among those that the model is made for; without them the text's own language must be. A text too
  short to show a language is scored, and its language is said to be `und`.
- A summary is the score of the whole text; spans are sentences, in UTF-16 units, end exclusive. Without `spanAnnotations` there
  is one span over the whole text, as clients are used to.
- An attribute whose score is below its `scoreThreshold` is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from moderation.api.perspective_bodies import ATTRIBUTES, Analyze, Call, Wanted
from moderation.api.perspective_errors import fault
from moderation.errors import Unavailable
from moderation.scoring.languages import find_language, is_fit
from moderation.text.sentences import find_sentences
from moderation.text.spans import utf16_offsets
from moderation.vocabulary import Label, Scores

TEXT_LIMIT: Final = 20_480
PLAIN: Final = frozenset({"", "TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT"})
TEXT_TYPES: Final = PLAIN | {"HTML"}
PROBABILITY: Final = "PROBABILITY"
SCORE_TYPES: Final = frozenset({"", "SCORE_TYPE_UNSPECIFIED", PROBABILITY})
INVALID: Final = "INVALID_REQUEST"
UNSHOWN: Final = "und"


@dataclass(frozen=True, slots=True)
class Tongue:
    """The languages in which a text is scored, and those that were found in it."""

    used: tuple[str, ...]
    found: tuple[str, ...]
    asked: bool


def check_text(call: Call) -> str:
    """The comment's text.

    Raises:
        PerspectiveFault: it is empty, too long, or no plain text; the context has both forms.
    """
    text = call.comment.text
    if not text.strip():
        raise fault("COMMENT_EMPTY", "Comment must be non-empty.")
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise fault(INVALID, "Comment text is not valid Unicode.") from None
    if size > TEXT_LIMIT:
        raise fault("COMMENT_TOO_LONG", "Comment text too long.")
    if call.comment.type not in PLAIN:
        known = call.comment.type in TEXT_TYPES
        only_plain = "Currently, only 'PLAIN_TEXT' comments are supported"
        raise fault(INVALID, only_plain if known else "Unknown text type")
    both = call.context and call.context.entries is not None and call.context.article_and_parent_comment is not None
    if both:
        words = "Context can have either entries or article_and_parent_comment, but both fields were populated."
        raise fault(INVALID, words)
    return text


def choose_attributes(call: Analyze, labels: Sequence[str]) -> dict[str, tuple[Label, Wanted]]:
    """The attributes to answer, with the label that stands for each.

    Raises:
        PerspectiveFault: none is asked for, or one has no honest source here.
    """
    if not call.requested_attributes:
        raise fault("NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes")
    chosen = {}
    for name, wanted in call.requested_attributes.items():
        label = known_attribute(name, labels)
        if label is None:
            if call.drop_unsupported_attributes:
                continue
            raise fault(INVALID, f"Unknown requested attribute: {name}")
        if wanted.score_type not in SCORE_TYPES:
            words = f"Requested score type {wanted.score_type} is not supported by attribute {name}"
            raise fault(INVALID, words)
        chosen[name] = (label, wanted)
    return chosen


def known_attribute(name: str, labels: Sequence[str]) -> Label | None:
    """The label that stands for an attribute, if the model in use gives it."""
    label = ATTRIBUTES.get(name)
    return label if label in labels else None


def choose_languages(call: Call, text: str, fit: Sequence[str]) -> Tongue:
    """The languages of the answer.

    Raises:
        PerspectiveFault: the language of the text cannot be told, and it is no language of the model.
    """
    asked = tuple(dict.fromkeys(call.languages))
    found = find_language(text)
    if asked:
        return Tongue(asked, (found,), asked=True)
    if found == UNSHOWN:
        if not is_fit(text, found, fit):
            raise fault("LANGUAGE_DETECTION_FAILED", "Unable to detect language")
        return Tongue(("en",) if "en" in fit else tuple(fit[:1]), (found,), asked=False)
    return Tongue((found,), (found,), asked=False)


def refuse_languages(tongue: Tongue, attributes: Sequence[str], fit: Sequence[str]) -> None:
    """Return if the model is made for these languages.

    Raises:
        PerspectiveFault: naming the first attribute and the languages.
    """
    foreign = [code for code in tongue.used if code not in fit]
    if foreign and attributes:
        name = attributes[0]
        about = {"attribute": name, "requestedLanguages" if tongue.asked else "detectedLanguages": foreign}
        words = f"Attribute {name} does not support request languages: {', '.join(foreign)}"
        kind = "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
        raise fault(kind, words, languageNotSupportedByAttributeError=about)


def texts_to_score(text: str, *, by_sentence: bool) -> tuple[list[str], list[tuple[int, int]]]:
    """The whole text and, if asked, its sentences; with the bounds of each span."""
    bounds = find_sentences(text) if by_sentence else []
    if len(bounds) <= 1:
        return [text], bounds or [(0, len(text))]
    return [text, *(text[start:end] for start, end in bounds)], bounds


def attribute_scores(
    chosen: Mapping[str, tuple[Label, Wanted]], text: str, bounds: Sequence[tuple[int, int]], scored: Sequence[Scores]
) -> dict[str, Any]:
    """The answer's `attributeScores`.

    Raises:
        Unavailable: the model gave no score for the text.
    """
    whole, spans = scored[0], scored[1:] or scored[:1]
    if whole.unavailable:
        raise Unavailable(whole.unavailable)
    units = utf16_offsets(text)
    answer: dict[str, Any] = {}
    for name, (label, wanted) in chosen.items():
        value = whole.values.get(label)
        if value is None:
            raise Unavailable(f"the model gave no score for `{name}`")
        if wanted.score_threshold is not None and value < wanted.score_threshold:
            continue
        answer[name] = {
            "spanScores": [
                {"begin": units[start], "end": units[end], "score": _score(one.values[label])}
                for (start, end), one in zip(bounds, spans, strict=True)
                if label in one.values
            ],
            "summaryScore": _score(value),
        }
    return answer


def _score(value: float) -> dict[str, Any]:
    return {"value": round(float(value), 7), "type": PROBABILITY}
