"""One field of a comment, read once for all checks: folded, cut into words, its links blanked.

- `plain` is folded letter by letter, `full` also has disguises undone; both point back into the text as given.
- `normal` is the words of `plain` with single spaces: what lists are matched on.
- Web and e-mail addresses are blanked in `plain`, since letters inside them are not words; the links check has its own eyes.
  `whole` is `plain` with its addresses, for what must be found even there.
- A title that only repeats the headline is not the reader's words and is not read.

Readings are kept for a moment, so that forty checks of one comment fold it once; nothing else is shared between them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from moderation.text.fold import WORD, Folded, fold, fold_alike, undo_disguises
from moderation.vocabulary import Comment, Field, Span

ADDRESS: Final = re.compile(
    r"(?:[a-z][a-z0-9+.]{1,12}+://|www\.)[^\s<>\"]++|[\w.+-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+)++"
)
READINGS_KEPT: Final = 256  # a batch is folded before the first of it is judged
ASCII_WORDS: Final = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and what it folds to."""

    text: str
    whole: Folded
    plain: Folded
    full: Folded
    normal: str

    def places(self) -> list[tuple[int, int]]:
        """Where the words of `normal` stand in `plain`."""
        return find_places(self.plain.text)

    def span(self, start: int, end: int, label: str) -> Span:
        """A stretch of `plain`, as a span of the text as given."""
        first, last = self.plain.to_original(start, end)
        return Span(first, last, label)

    def full_span(self, start: int, end: int, label: str) -> Span:
        """A stretch of `full`, as a span of the text as given."""
        first, last = self.full.to_original(start, end)
        return Span(first, last, label)


@lru_cache(maxsize=READINGS_KEPT)
def find_places(text: str) -> list[tuple[int, int]]:
    """Where the words of a folded text stand."""
    return [match.span() for match in WORD.finditer(text)]


@lru_cache(maxsize=READINGS_KEPT)
def read_text(text: str) -> Reading:
    """Fold a text and cut it into words."""
    plain = whole = fold(text, disguises=False)
    if "://" in whole.text or "@" in whole.text or "www." in whole.text:
        plain = Folded(ADDRESS.sub(_blank, whole.text), whole.starts, whole.ends)
    return Reading(text, whole, plain, undo_disguises(whole), spaced_words(plain.text))


def spaced_words(folded: str) -> str:
    """The words of a folded text with one space before, after and between them."""
    words = folded.translate(ASCII_WORDS).split() if folded.isascii() else WORD.findall(folded)
    return f" {' '.join(words)} "


def judged_fields(comment: Comment) -> Mapping[Field, str]:
    """The public fields that hold the reader's own words."""
    headline = comment.article.title if comment.article else ""
    return _own_words(comment.author.name, comment.title, comment.author.website, comment.text, headline)


@lru_cache(maxsize=READINGS_KEPT)
def _own_words(
    name: str | None, title: str | None, website: str | None, text: str, headline: str
) -> Mapping[Field, str]:
    if title and headline and fold_alike(title, headline):
        title = None
    given = {Field.NAME: name, Field.TITLE: title, Field.WEBSITE: website, Field.TEXT: text}
    return MappingProxyType({field: words for field, words in given.items() if words})


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
