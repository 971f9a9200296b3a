"""Whom an article is about, when the site does not say: names in its headline and body.

What this file decides
- A name is two or more capitalised words in a row (initials and particles included), or a titled one ("Dr Shenoy").
- In the body it must occur twice, or once in full beside a headline that holds one of its words; headlines are often in title
  case, so the headline alone names nobody.
- At most twelve, the most frequent first. This is a help for the defamation head, never a reason of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_WORD: Final = r"(?:[A-Z]\.|[A-Z][a-z'\u2019]+(?:-[A-Z][a-z]+)?)"
_PARTICLE: Final = r"(?:de|da|dos|bin|al|van|von)"
_TITLE: Final = r"(?:Dr|Mr|Mrs|Ms|Fr|Sr|Prof|Shri|Smt|Adv|MLA|MP|Bishop|Swami|Mayor|Minister|Inspector|Justice)\.?"
_NAME: Final = re.compile(
    rf"(?:{_TITLE}\s+{_WORD}(?:\s+(?:{_PARTICLE}\s+)?{_WORD})*|{_WORD}(?:\s+(?:{_PARTICLE}\s+)?{_WORD})+)"
)
_STARTERS: Final = frozenset("The A An In On At He She They It This That But And Also After Before When While".split())
MOST: Final = 12


def find_subjects(headline: str, body: str) -> tuple[str, ...]:
    """The names that an article is probably about."""
    found = Counter(name for match in _NAME.finditer(body) if (name := _clean(match.group())))
    in_headline = {word.lower() for word in re.findall(r"\w+", headline)}
    kept = [
        (count, name)
        for name, count in found.items()
        if count > 1 or any(word.lower() in in_headline for word in name.split())
    ]
    return tuple(name for _, name in sorted(kept, key=lambda row: (-row[0], row[1]))[:MOST])


def _clean(name: str) -> str:
    words = name.split()
    while words and words[0] in _STARTERS:
        words = words[1:]
    return " ".join(words) if len(words) > 1 else ""
