"""How much of a text is taken from the article or from a text that the site registered.

- Compared are runs of eight words; quoting a sentence of the article is normal, pasting it is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final

from moderation.checks.reading import read_text
from moderation.text.fold import WORD, fold_letters
from moderation.vocabulary import Comment, Facts, Field, Signal

NAME = "overlap"
RUN: Final = 8
SOME: Final = 0.2


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Shares that were taken from elsewhere."""
    if not (facts.article.body or facts.site.registered_texts):
        return
    runs = _runs_of(read_text(comment.text).normal.split())
    if not runs:
        return
    share = _share(runs, facts.article.body)
    if share > SOME:
        yield Signal("article_overlap", share, Field.TEXT)
    registered = max((_share(runs, text) for text in facts.site.registered_texts), default=0.0)
    if registered > SOME:
        yield Signal("registered_text", registered, Field.TEXT)


def _share(runs: set[str], source: str) -> float:
    return round(len(runs & _source_runs(source)) / len(runs), 2) if source else 0.0


@lru_cache(maxsize=64)
def _source_runs(source: str) -> frozenset[str]:
    return frozenset(_runs_of(WORD.findall(fold_letters(source))))


def _runs_of(words: list[str]) -> set[str]:
    return {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
