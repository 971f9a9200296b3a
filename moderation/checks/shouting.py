"""Capitals throughout: the share of upper-case letters of a text that is not short."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from string import ascii_lowercase, ascii_uppercase
from typing import Final

from moderation.vocabulary import Comment, Facts, Field, Signal

NAME = "shouting"
NO_CAPITALS: Final = str.maketrans("", "", ascii_uppercase)
NO_SMALLS: Final = str.maketrans("", "", ascii_lowercase)
SHORT: Final = 20
SOME: Final = 0.5


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """How loud a text is."""
    upper, lower = _count_cases(comment.text)
    letters = upper + lower
    if letters >= SHORT and upper / letters > SOME:
        yield Signal("shouting", round(upper / letters, 2), Field.TEXT)


def _count_cases(text: str) -> tuple[int, int]:
    """How many capital and small letters a text has; by deleting them where that is quick."""
    if text.isascii():
        return len(text) - len(text.translate(NO_CAPITALS)), len(text) - len(text.translate(NO_SMALLS))
    return sum(map(str.isupper, text)), sum(map(str.islower, text))
