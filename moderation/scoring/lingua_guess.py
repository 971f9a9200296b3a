"""A second opinion on the language of a text, by `lingua` (the extra of that name).

What this file decides
- The light guess keeps the word where it knows better: Indian languages in Roman letters, which `lingua` calls German or
  Basque, every script that one of our languages has to itself, and texts too short to show a language.
- For the rest `lingua` is asked, among the languages below only; what it cannot tell apart is `und`.

`MODERATION_LANGUAGE_GUESS=lingua` turns it on. Measured: half a millisecond a comment and 270 MB of memory.
"""

from __future__ import annotations

import re
from typing import Final

from moderation.scoring.languages import READ, SHORT, UNKNOWN, Guess, find_language
from moderation.scoring.scorer import ModelUnusable

ASKED: Final = (
    "ENGLISH", "GERMAN", "FRENCH", "SPANISH", "PORTUGUESE", "ITALIAN", "DUTCH", "TURKISH", "INDONESIAN", "POLISH",
    "SWEDISH", "RUSSIAN", "UKRAINIAN", "ARABIC", "PERSIAN", "URDU", "HINDI", "MARATHI",
)  # fmt: skip
LEAD: Final = 0.05
"""By how much the first language must lead the second."""
FIRST: Final = "det här är ett litet prov"
"""Asked at the start: the first text makes it read its tables, which takes two seconds, more than a comment may wait."""
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_ASKED_ABOUT: Final = frozenset(f"{UNKNOWN} en de fr es pt it nl sv tr id ru uk ar fa ur".split())


def open_lingua() -> Guess:
    """A function from a text to the code of its language.

    Raises:
        ModelUnusable: `lingua` is not installed.
    """
    try:
        from lingua import Language, LanguageDetectorBuilder
    except ImportError:
        raise ModelUnusable(
            "`MODERATION_LANGUAGE_GUESS` names `lingua`, which is not installed",
            hint="pip install 'moderation[lingua]', or leave the setting out",
        ) from None
    languages = [getattr(Language, name) for name in ASKED]
    detector = LanguageDetectorBuilder.from_languages(*languages).with_minimum_relative_distance(LEAD).build()
    detector.detect_language_of(FIRST)

    def guess(text: str) -> str:
        light = find_language(text)
        read = text[:READ]
        if light not in _ASKED_ABOUT or len(set(_WORD.findall(read.lower()))) < SHORT:
            return light
        found = detector.detect_language_of(read)
        return str(found.iso_code_639_1.name).lower() if found else UNKNOWN

    return guess
