"""Signs that are not writing: invisible characters, mixed scripts in one word, stacks of marks, no words at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

from moderation.checks.reading import judged_fields
from moderation.vocabulary import Comment, Facts, Field, Signal, Span

NAME = "oddities"
INVISIBLE: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
STACK: Final = 4
LINK_OR_ADDRESS: Final = re.compile(r"(?i)https?://|www\.|\S@\S+\.\S")
LATIN_OR_TWIN: Final = re.compile(r"[^\W\d_]{2,}")


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Odd signs of each field."""
    for field, text in judged_fields(comment).items():
        yield from _of_text(field, text)
    name = comment.author.name
    if name and odd_name(name):
        yield Signal("name_odd", value=True, field=Field.NAME, spans=(Span(0, len(name), "name_odd"),))
    if comment.text and not any(c.isalpha() for c in comment.text):
        yield Signal("no_words", value=True, field=Field.TEXT)


def odd_name(name: str) -> bool:
    """Whether a name is a link, an address, or has no letter: doors that ask for less than ours let such names in."""
    return not any(c.isalpha() for c in name) or bool(LINK_OR_ADDRESS.search(name)) or any(map(_is_mixed, name.split()))


def _of_text(field: Field, text: str) -> Iterator[Signal]:
    if text.isascii():
        return
    hidden = tuple(Span(*m.span(), "invisible_characters") for m in INVISIBLE.finditer(text))
    if hidden:
        yield Signal("invisible_characters", len(hidden), field, hidden)
    mixed = tuple(Span(*m.span(), "mixed_scripts") for m in LATIN_OR_TWIN.finditer(text) if _is_mixed(m[0]))
    if mixed:
        yield Signal("mixed_scripts", len(mixed), field, mixed)
    stacked = tuple(_stacks(text))
    if stacked:
        yield Signal("stacked_marks", len(stacked), field, stacked)


def _is_mixed(word: str) -> bool:
    scripts = {script for c in word if (script := _script(c))}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK"})


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ", 1)[0] if letter.isalpha() else ""


def _stacks(text: str) -> Iterator[Span]:
    start, marks = 0, 0
    for at, letter in enumerate([*text, ""]):
        if letter and unicodedata.category(letter) == "Mn":
            marks += 1
            continue
        if marks >= STACK:
            yield Span(start, at, "stacked_marks")
        start, marks = at, 0
