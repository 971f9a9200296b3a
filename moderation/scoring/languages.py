"""Say whether a model may be believed for a text, from the language of the text and the languages on the model's card.

What this file decides
- A model is fit for the languages that its card names and for no other.
- `und` is fit only without evidence against it: the text is too short to show a language (under four different words:
  an emoji, a name, a cry), or its words end as English ones do and the card names English.

The guess itself is `moderation.text.language`'s, or `lingua`'s where that is chosen (`lingua_guess.py`); what follows
from "unfit" is the policy's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from moderation.text.language import guess_language

Guess = Callable[[str], str]
"""From a text to the code of its language."""
UNKNOWN: Final = "und"
SHORT: Final = 4
READ: Final = 2_000
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_ENGLISH: Final = re.compile(r"\b[a-z]+(?:ing|tion|tions|ness|ally|ment|ers|ed|'s|n't)\b", re.IGNORECASE)


def find_language(text: str) -> str:
    """The code of the language that most of a text seems to be in, `und` when nothing shows it."""
    return guess_language(text).code


def is_fit(text: str, language: str, languages: Collection[str]) -> bool:
    """Whether a model with `languages` on its card may be believed for `text`, which is in `language`."""
    if language != UNKNOWN:
        return language in languages
    if len({word.lower() for word in _WORD.findall(text[:READ])}) < SHORT:
        return True
    return "en" in languages and text.isascii() and bool(_ENGLISH.search(text[:READ]))
