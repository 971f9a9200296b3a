"""Which language a text seems to be in, and whether the model in use is fit for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.text.language import guess_language
from moderation.vocabulary import Comment, Facts, Field, Signal

NAME = "languages"
SURE: Final = 0.5


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """The language, and a doubt about the model."""
    guess = guess_language(comment.text)
    if guess.code == "und":
        return
    yield Signal("language", guess.code, Field.TEXT)
    if guess.code not in facts.site.fit_languages and guess.confidence >= SURE:
        yield Signal("language_unfit", value=True, field=Field.TEXT)
