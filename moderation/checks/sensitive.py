"""Articles that need care, and names that must not be written there.

- Why an article is sensitive is a fact of the site or the editor; it is a signal with that word as its value.
- A protected name is found in any case, spacing, punctuation and spelling that folds alike, in Latin and in its own script;
  its words may be joined (`AshaRao`) or spaced out. The name itself never stands in the signal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

from moderation.checks.reading import judged_fields, read_text
from moderation.text.fold import WORD, fold_letters
from moderation.vocabulary import Comment, Facts, Signal

NAME = "sensitive"
DOUBLED: Final = re.compile(r"(.)\1+")
SOUNDS: Final = (
    ("aa", "a"),
    ("ee", "i"),
    ("oo", "u"),
    ("sh", "s"),
    ("th", "t"),
    ("dh", "d"),
    ("bh", "b"),
    ("kh", "k"),
    ("gh", "g"),
    ("ph", "f"),
    ("ch", "c"),
    ("w", "v"),
    ("y", "i"),
    ("z", "j"),
    ("q", "k"),
    ("x", "ks"),
)


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """The article's mark, and protected names."""
    if facts.article.sensitive:
        yield Signal("article_sensitive", facts.article.sensitive)
    if facts.site.protected_names:
        yield from _names(comment, facts.site.protected_names)


def _names(comment: Comment, names: tuple[str, ...]) -> Iterator[Signal]:
    for field, text in judged_fields(comment).items():
        reading = read_text(text)
        words = [(m[0], *m.span()) for m in WORD.finditer(reading.plain.text)]
        spans = tuple(
            reading.span(start, end, "protected_name") for name in names for start, end in _places(words, name)
        )
        if spans:
            yield Signal("protected_name", value=True, field=field, spans=spans)


def _places(words: list[tuple[str, int, int]], name: str) -> Iterator[tuple[int, int]]:
    wanted = sound("".join(WORD.findall(fold_letters(name))))
    if not wanted:
        return
    for at in range(len(words)):
        joined = ""
        for word, _, end in words[at : at + len(wanted)]:
            joined += word
            heard = sound(joined)
            if heard == wanted:
                yield words[at][1], end
                break
            if len(heard) > len(wanted):
                break


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """A rough key under which spellings of one Indian name meet (`Ashaa`, `Asha`; `Vidhya`, `Vidya`)."""
    for spelled, heard in SOUNDS:
        word = word.replace(spelled, heard)
    return DOUBLED.sub(r"\1", word)
