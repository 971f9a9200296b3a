"""One compact record of everything that `decide` was given, so that a comment can be decided again without joins.

What this file decides
- A record is a version byte and a zlib stream over two lines of JSON, with a dictionary of words that stand in every
  record. The first line is what decides; the second tells where and how it was found, and a replay never reads it.
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
from functools import lru_cache
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
    b'[["name",[],""],["title",[],""],["website",[],""],["text",[],""]],[[{"toxicity":0.0,"severe_toxicity":0.0,'
    b'"obscene":0.0,"threat":0.0,"insult":0.0,"identity_attack":0.0,"sexual_explicit":0.0,"spam":0.0,"defamation":0.0,'
    b'"checkworthy":0.0},{},[],"","","","","en",false]]]},true,""]],{"characters":1,"words":1,"lines":1,"door":"api",'
    b'"language":"en"},{"known":true,"published":1},{"title":"","section":"","age_days":0.0,"comments":1},'
    b'{"source":"reported_by_site"}]'
)
_FIELDS: Final = {str(field): field for field in Field}
_NOTHING: Final[Mapping[str, float]] = MappingProxyType({})


class RecordUnreadable(Invalid):
    """the record of a decision cannot be read"""

    code = "record_unreadable"
    hint = "it was damaged, or written by a newer release"


_NAMES: Final = tuple(tuple(one.name for one in fields(kind) if one.name != "body") for kind in _KINDS)
_READ: Final = tuple(attrgetter(*names) for names in _NAMES)
_BLANK: Final = tuple(read(kind()) for read, kind in zip(_READ, _KINDS, strict=True))
_READ_SCORES: Final = attrgetter("engine", "version", "checksum", "calibration", "language", "cut")
_ERRORS: Final = (zlib.error, ValueError, TypeError, LookupError, OverflowError)


def encode_input(given: DecisionInput) -> bytes:
    """Write the input of a decision as a record."""
    scores = given.scores.items()
    decisive = [
        (given.now - _EPOCH) // _MICROSECOND,
        [[one.check, one.value, 1] if one.unavailable else [one.check, one.value] for one in given.signals],
        [[name, dict(one.values), one.fit, one.unavailable] for name, one in scores],
        *(_flat_facts(number, getattr(given, name)) for number, name in enumerate(_FACTS)),
    ]
    telling = [
        [[one.field, _flat_spans(one.spans), one.detail] for one in given.signals],
        [[dict(one.raw), dict(one.factors), _flat_spans(one.spans), *_READ_SCORES(one)] for _, one in scores],
    ]
    words = f"{_dump(decisive)}\n{_dump(telling)}".encode("utf-8", "surrogatepass")
    packer = zlib.compressobj(1, zlib.DEFLATED, -15, zdict=_WORDS)
    return bytes([VERSION]) + packer.compress(words) + packer.flush()


def decode_input(record: bytes) -> DecisionInput:
    """Read a record.

    Raises:
        RecordUnreadable: when it is damaged or of an unknown version.

    """
    decisive, telling = _lines(record)
    try:
        given = _decisive(decisive)
        signals, scores = json.loads(telling)
        return replace(
            given,
            signals=tuple([_told_signal(*one) for one in zip(given.signals, signals, strict=True)]),
            scores={
                name: _told_scores(given.scores[name], *flat) for name, flat in zip(given.scores, scores, strict=True)
            },
        )
    except _ERRORS:
        raise RecordUnreadable from None


def decode_decisive(record: bytes) -> DecisionInput:
    """Read of a record only what a decision looks at: no spans, no details, no raw scores. Made for replays.

    Raises:
        RecordUnreadable: when it is damaged or of an unknown version.

    """
    decisive, _ = _lines(record)
    try:
        return _decisive(decisive)
    except _ERRORS:
        raise RecordUnreadable from None


def without_details(record: bytes) -> bytes:
    """Rewrite a record so that no word of the comment is left in it; the decision made from it stays the same."""
    given = decode_input(record)
    return encode_input(replace(given, signals=tuple(replace(signal, detail="") for signal in given.signals)))


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=_COMPACT)


def _lines(record: bytes) -> tuple[str, str]:
    if not record or record[0] != VERSION:
        raise RecordUnreadable
    try:
        words = zlib.decompressobj(-15, zdict=_WORDS).decompress(record[1:]).decode("utf-8", "surrogatepass")
    except _ERRORS:
        raise RecordUnreadable from None
    decisive, _, telling = words.partition("\n")
    return decisive, telling


def _decisive(words: str) -> DecisionInput:
    now, signals, scores, comment, author, article, sender = json.loads(words)
    if "subjects" in article:
        article["subjects"] = tuple(article["subjects"])
    return DecisionInput(
        now=_EPOCH + timedelta(microseconds=now),
        signals=tuple([_signal(*flat) for flat in signals]),
        scores={
            _FIELDS[name]: Scores(values, "", "", fit=fit, unavailable=unavailable, raw=_NOTHING, factors=_NOTHING)
            for name, values, fit, unavailable in scores
        },
        comment=CommentFacts(**comment),
        author=_author(tuple(author.items())),
        article=ArticleFacts(**article),
        sender=_sender(tuple(sender.items())),
    )


# Much is the same in many records: made once, since all of it is frozen. `typed`, because a value of true is not one of 1.
@lru_cache(maxsize=2048, typed=True)
def _signal(check: str, value: Any, unavailable: int = 0) -> Signal:
    return Signal(check, value, None, (), "", unavailable == 1)


@lru_cache(maxsize=2048)
def _author(facts: tuple[tuple[str, Any], ...]) -> AuthorFacts:
    return AuthorFacts(**dict(facts))


@lru_cache(maxsize=2048)
def _sender(facts: tuple[tuple[str, Any], ...]) -> SenderFacts:
    return SenderFacts(**dict(facts))


def _told_signal(signal: Signal, flat: tuple[str | None, Iterable[Any], str]) -> Signal:
    field, spans, detail = flat
    return replace(signal, field=Field(field) if field else None, spans=_spans(spans), detail=detail)


def _told_scores(
    scores: Scores, raw: Mapping[str, float], factors: Mapping[str, float], spans: Iterable[Any], *rest: Any
) -> Scores:
    engine, version, checksum, calibration, language, cut = rest
    return replace(
        scores,
        engine=engine,
        version=version,
        checksum=checksum,
        calibration=calibration,
        language=language,
        cut=cut,
        spans=_spans(spans),
        raw=MappingProxyType(dict(raw)),
        factors=MappingProxyType(dict(factors)),
    )


def _flat_spans(spans: tuple[Span, ...]) -> list[object]:
    return [[span.start, span.end, span.label] for span in spans]


def _spans(flat: Iterable[Any]) -> tuple[Span, ...]:
    return tuple([Span(*one) for one in flat])


def _flat_facts(number: int, facts: object) -> dict[str, object]:
    given = zip(_NAMES[number], _READ[number](facts), _BLANK[number], strict=True)
    return {name: value for name, value, blank in given if value != blank}
