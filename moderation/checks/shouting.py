"""Capitals throughout: the share of upper-case letters of a text that is not short."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.vocabulary import Comment, Facts, Field, Signal

NAME = "shouting"
SHORT: Final = 20
SOME: Final = 0.5


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """How loud a text is."""
    upper = sum(map(str.isupper, comment.text))
    letters = upper + sum(map(str.islower, comment.text))
    if letters >= SHORT and upper / letters > SOME:
        yield Signal("shouting", round(upper / letters, 2), Field.TEXT)
