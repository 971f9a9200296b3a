"""One compact record of everything that `decide` was given, so that a comment can be decided again without joins.

What this file decides
- A record is a version byte and a zlib stream over a JSON list, with a dictionary of words that stand in every record.
- `decode_input(encode_input(given)) == given`, but for the article's body, which never leaves the checks.
- A record holds no comment text, no author's name and no address. The `detail` of a signal may quote a word of the text,
  so `without_details` rewrites a record for the day on which the text is erased.
- Facts are written by name, and only when they differ from their default: the vocabulary may get or move a field.
- An old version stays readable; an unknown one, and any damaged record, is refused with our own error.

It leaves keeping records to the storage.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

from moderation.errors import Invalid
from moderation.vocabulary import (
    ArticleFacts,
    AuthorFacts,
    CommentFacts,
    DecisionInput,
    Field,
    Scores,
    SenderFacts,
    Signal,
    Span,
)

VERSION: Final = 1
_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_COMPACT: Final = (",", ":")
_FACTS: Final = ("comment", "author", "article", "sender")
_KINDS: Final[tuple[Any, ...]] = (CommentFacts, AuthorFacts, ArticleFacts, SenderFacts)
# Fixed for ever: a record of version 1 can only be read with these very words. A new dictionary is a new version.
_WORDS: Final = (
    b"known published rejected held recent recent_rejected names trusted premoderated banned confirmed id subjects closed "
    b"hold_all sensitive others_on_address article_last_minute network_last_minute last_minute cluster_size cluster "
    b"same_text_others same_text is_reply has_title language edited form "
    b'"toxicity":0.0,"severe_toxicity":0.0,"obscene":0.0,"threat":0.0,"insult":0.0,"identity_attack":0.0,'
    b'"sexual_explicit":0.0,"spam":0.0,"defamation":0.0,"checkworthy":0.0},["name","title","website","text",[[],'
    b'"","en",true,false,""]],{"characters":1,"words":1,"lines":1,"door":"api"},{},{"title":"","section":"",'
    b'"age_days":0.0,"comments":1},{"source":"reported_by_site"}]'
)


class RecordUnreadable(Invalid):
    """the record of a decision cannot be read"""

    code = "record_unreadable"
    hint = "it was damaged, or written by a newer release"


_NAMES: Final = tuple(tuple(one.name for one in fields(kind) if one.name != "body") for kind in _KINDS)
_READ: Final = tuple(attrgetter(*names) for names in _NAMES)
_BLANK: Final = tuple(read(kind()) for read, kind in zip(_READ, _KINDS, strict=True))
_READ_SCORES: Final = attrgetter(
    "engine", "version", "checksum", "calibration", "language", "fit", "cut", "unavailable"
)


def encode_input(given: DecisionInput) -> bytes:
    """Write the input of a decision as a record."""
    whole = [
        (given.now - _EPOCH) // _MICROSECOND,
        [_flat_signal(signal) for signal in given.signals],
        [[name, *_flat_scores(scores)] for name, scores in given.scores.items()],
        *(_flat_facts(number, getattr(given, name)) for number, name in enumerate(_FACTS)),
    ]
    words = json.dumps(whole, ensure_ascii=False, separators=_COMPACT).encode("utf-8", "surrogatepass")
    packer = zlib.compressobj(1, zlib.DEFLATED, -15, zdict=_WORDS)
    return bytes([VERSION]) + packer.compress(words) + packer.flush()


def decode_input(record: bytes) -> DecisionInput:
    """Read a record.

    Raises:
        RecordUnreadable: when it is damaged or of an unknown version.

    """
    if not record or record[0] != VERSION:
        raise RecordUnreadable
    try:
        words = zlib.decompressobj(-15, zdict=_WORDS).decompress(record[1:])
        now, signals, scores, comment, author, article, sender = json.loads(words.decode("utf-8", "surrogatepass"))
        return DecisionInput(
            now=_EPOCH + timedelta(microseconds=now),
            signals=tuple([_signal(*flat) for flat in signals]),
            scores={Field(name): _scores(*flat) for name, *flat in scores},
            comment=CommentFacts(**comment),
            author=AuthorFacts(**author),
            article=_article(article),
            sender=SenderFacts(**sender),
        )
    except (zlib.error, ValueError, TypeError, LookupError, OverflowError):
        raise RecordUnreadable from None


def without_details(record: bytes) -> bytes:
    """Rewrite a record so that no word of the comment is left in it; the decision made from it stays the same."""
    given = decode_input(record)
    return encode_input(replace(given, signals=tuple(replace(signal, detail="") for signal in given.signals)))


def _flat_signal(signal: Signal) -> list[object]:
    flat: list[object] = [signal.check, signal.value]
    if signal.field or signal.spans or signal.detail or signal.unavailable:
        flat += [signal.field, _flat_spans(signal.spans), signal.detail, signal.unavailable]
    return flat


def _signal(
    check: str, value: Any, field: str | None = None, spans: Iterable[Any] = (), detail: str = "", *rest: bool
) -> Signal:
    return Signal(check, value, Field(field) if field else None, _spans(spans), detail, any(rest))


def _flat_spans(spans: tuple[Span, ...]) -> list[object]:
    return [[span.start, span.end, span.label] for span in spans]


def _spans(flat: Iterable[Any]) -> tuple[Span, ...]:
    return tuple([Span(*one) for one in flat])


def _flat_scores(scores: Scores) -> list[object]:
    maps = [dict(scores.values), dict(scores.raw), dict(scores.factors)]
    return [*maps, _flat_spans(scores.spans), *_READ_SCORES(scores)]


def _scores(
    values: Mapping[str, float],
    raw: Mapping[str, float],
    factors: Mapping[str, float],
    spans: Iterable[Any],
    *rest: Any,
) -> Scores:
    engine, version, checksum, calibration, language, fit, cut, unavailable = rest
    return Scores(
        values=values,
        engine=engine,
        version=version,
        checksum=checksum,
        calibration=calibration,
        raw=MappingProxyType(dict(raw)),
        spans=_spans(spans),
        language=language,
        fit=fit,
        cut=cut,
        unavailable=unavailable,
        factors=MappingProxyType(dict(factors)),
    )


def _flat_facts(number: int, facts: object) -> dict[str, object]:
    given = zip(_NAMES[number], _READ[number](facts), _BLANK[number], strict=True)
    return {name: value for name, value, blank in given if value != blank}


def _article(flat: dict[str, Any]) -> ArticleFacts:
    subjects = flat.pop("subjects", ())
    return ArticleFacts(**flat, subjects=tuple(subjects))
