"""An author's name that is somebody else's: the site's, its staff's, or a person's whom the article is about.

- Names are compared folded and without titles; all words of the other name have to be there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final

from moderation.text.fold import WORD, fold
from moderation.vocabulary import Comment, Facts, Field, Signal, Span

NAME = "names"
TITLES: Final = frozenset("mr mrs ms dr prof shri smt sri adv fr sr hon honble".split())


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Names that are taken."""
    name = comment.author.name
    if not name:
        return
    words = name_words(name)
    whole = (Span(0, len(name), "name"),)
    if any(_is(words, other) for other in (facts.site.name, *facts.site.staff)):
        yield Signal("staff_name", value=True, field=Field.NAME, spans=whole)
    if any(_is(words, other) for other in facts.article.subjects):
        yield Signal("subject_name", value=True, field=Field.NAME, spans=whole)


def _is(words: frozenset[str], other: str) -> bool:
    taken = name_words(other)
    return bool(taken) and (taken == words or (len(taken) > 1 and taken <= words))


@lru_cache(maxsize=1024)
def name_words(name: str) -> frozenset[str]:
    """The words of a name, folded, without titles."""
    return frozenset(WORD.findall(fold(name).text)) - TITLES
