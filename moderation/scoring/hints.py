"""What the context of a comment says about whom it speaks of: three numbers for the defamation head, for nothing else.

- `names_subject`: the text names a subject of the article, in full or by a word of the name that is not a common word.
- `points_to_subject`: the article has subjects, and the text points at somebody ("he", "this man", "the minister").
- `points_to_parent`: the parent comment names somebody in capital letters, and the text points at somebody.

Each is 0.0 or 1.0; without context all three are 0.0. The training uses this very function, so a change here needs a
new training. Who is meant is left to the reader: the hints only say that somebody may be.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

HINTS: Final = ("names_subject", "points_to_subject", "points_to_parent")

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_POINTS: Final = re.compile(
    r"\b(?:he|she|him|his|her|hers|they|them|their|fellow|madam|sir|uski|uska|uske|usne|isne|iski|iska|wo|woh|voh|"
    r"avanu|avalu|avaru|avana|avala|avara|ivanu|ivalu|ivaru|"
    r"(?:this|that|the|such|our|same)\s+(?:\w+\s+)?(?:man|woman|person|guy|lady|gentleman|fellow|minister|mla|mp|mayor|"
    r"officer|inspector|principal|teacher|doctor|priest|father|pastor|builder|contractor|leader|politician|company|firm|"
    r"bank|school|college|hospital|editor|owner|boss|councillor|corporator|secretary|president|chairman|judge|swami))\b",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]{2,}\b")
_COMMON: Final = frozenset(
    {
        "the",
        "and",
        "for",
        "from",
        "with",
        "city",
        "town",
        "state",
        "district",
        "police",
        "court",
        "school",
        "college",
        "church",
        "temple",
        "mosque",
        "bank",
        "hospital",
        "company",
        "limited",
        "private",
        "india",
        "indian",
        "government",
        "minister",
        "ministry",
        "party",
        "union",
        "association",
        "trust",
        "society",
        "board",
        "council",
        "corporation",
        "university",
        "department",
        "office",
        "general",
        "public",
        "national",
        "saint",
        "shri",
        "smt",
        "mrs",
        "miss",
        "sir",
        "prof",
    }
)
_SHORTEST: Final = 3


def hints_of(text: str, subjects: Sequence[str] = (), parent: str = "") -> tuple[float, float, float]:
    """The three hints of `text` in the order of `HINTS`."""
    if not subjects and not parent:
        return (0.0, 0.0, 0.0)
    points = bool(_POINTS.search(text))
    return (
        float(_names_any(text, subjects)),
        float(bool(subjects) and points),
        float(bool(_NAME.search(parent)) and points),
    )


def _names_any(text: str, subjects: Sequence[str]) -> bool:
    words = set(_words(text))
    for subject in subjects:
        of_name = _words(subject)
        telling = {word for word in of_name if len(word) >= _SHORTEST and word not in _COMMON}
        if telling & words or (of_name and not telling and set(of_name) <= words):
            return True
    return False


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    owned = (word.replace("’", "'").removesuffix("'s") for word in _WORD.findall(plain))
    return [word.replace("'", "") for word in owned]
