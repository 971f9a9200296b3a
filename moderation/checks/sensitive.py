"""The article's mark, and names that the law or the editor protects.

- Why an article is sensitive is passed on as the editor or the site said it.
- A protected name is found in every script, spacing and spelling: neighbouring words are joined and compared by sound.
- The name itself never stands in a signal: not in its detail and not in its label. Who may read the text is the storage's.
- Names that cannot be opened are a check that could not look, never a comment without names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

from moderation.checks.reading import Reading, judged_fields, read_text
from moderation.errors import Unavailable
from moderation.text.sounds import Sounds, sounds_of
from moderation.vocabulary import Comment, Facts, Signal, Span

NAME = "sensitive"
MOST_WORDS: Final = 30
SLACK: Final = 2  # a spelling in another script or with doubled letters is at most so many times as long


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """The article's mark, and protected names."""
    if facts.article.sensitive:
        yield Signal("article_sensitive", facts.article.sensitive)
    protected = facts.site.protected_names
    if protected is None:
        raise Unavailable("the protected names of this site cannot be opened")
    names = _heard(protected)
    longest = max(map(len, protected), default=0) * SLACK
    for field, text in judged_fields(comment).items() if names else ():
        spans = tuple(_spans(read_text(text), names, longest))
        if spans:
            yield Signal("protected_name", value=True, field=field, spans=spans)


@lru_cache(maxsize=32)
def _heard(names: tuple[str, ...]) -> tuple[Sounds, ...]:
    return tuple(sounds_of(name) for name in names)


def _spans(reading: Reading, names: tuple[Sounds, ...], longest: int) -> Iterator[Span]:
    """Where a protected name stands, first word first."""
    places = reading.places()
    done = 0
    for at, (start, _) in enumerate(places):
        if start < done:
            continue
        first = reading.plain.starts[start]
        for _, end in places[at : at + MOST_WORDS]:
            if end - start > longest:
                break
            last = reading.plain.ends[end - 1]
            heard = sounds_of(reading.text[first:last])
            if any(heard.meet(name) for name in names):
                yield Span(first, last, "protected_name")
                done = end
                break
