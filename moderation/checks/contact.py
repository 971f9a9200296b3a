"""E-mail addresses and telephone numbers in public fields: private data of somebody, unless it is the author's own.

- Numbers are found by `phonenumbers` for the site's region; helplines (short numbers, 1800, 112, 1098) are nobody's private data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from moderation.checks.reading import judged_fields
from moderation.vocabulary import Comment, Facts, Field, Signal, Span

NAME = "contact"
LETTERS: Final = r"\w\u0900-\u0dff"  # the vowel signs of Indic scripts are no word characters
AT: Final = r"(?:@|\s?[(\[{]\s?(?:at|@)\s?[)\]}]\s?)"
DOT: Final = r"(?:\.|\s?[(\[{]\s?(?:dot|\.)\s?[)\]}]\s?|\sdot\s)"
MAILERS: Final = r"(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|icloud|rediffmail|proton(?:mail)?|zoho)"
EMAIL: Final = re.compile(
    rf"(?i)(?<![{LETTERS}.+-])[{LETTERS}.+-]{{1,64}}(?:{AT}(?:[{LETTERS}-]{{1,63}}{DOT}){{1,4}}|\sat\s{MAILERS}{DOT})"
    rf"[^\W\d_]?[a-z\u0900-\u0dff]{{1,23}}(?![{LETTERS}@])"
)
MAY_BE_EMAIL: Final = re.compile(rf"(?i)@|[(\[{{]\s?at\b|\sat\s{MAILERS}\b")
MAY_BE_PHONE: Final = re.compile(r"\d(?:[\s().+-]?\d){6}")
PUBLIC_PREFIXES: Final = ("1800", "1860", "800")
SHORT: Final = 7


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Addresses and numbers by which somebody can be reached."""
    own = (comment.author.email or "").lower()
    for field, text in judged_fields(comment).items():
        spans = (
            [(Span(*m.span(), "private_email"), _plain(m[0])) for m in EMAIL.finditer(text)]
            if MAY_BE_EMAIL.search(text)
            else []
        )
        others = tuple(span for span, address in spans if address != own)
        if others:
            yield Signal("private_email", len(others), field, others)
        if len(others) < len(spans):
            mine = tuple(Span(s.start, s.end, "own_contact") for s, address in spans if address == own)
            yield Signal("own_contact", len(mine), field, mine)
        phones = (
            tuple(_phones(text, facts.site.region)) if MAY_BE_PHONE.search(text) and field is not Field.WEBSITE else ()
        )
        if phones:
            yield Signal("private_phone", len(phones), field, phones)


def _plain(address: str) -> str:
    """An address as it is written when nothing is hidden."""
    return re.sub(DOT, ".", re.sub(rf"(?i){AT}|\sat\s", "@", address), flags=re.IGNORECASE).lower()


def _phones(text: str, region: str) -> Iterator[Span]:
    # Imported on first use: its tables take a moment, and most comments hold no digits.
    import phonenumbers

    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
        digits = str(match.number.national_number)
        if len(digits) >= SHORT and not digits.startswith(PUBLIC_PREFIXES):
            yield Span(match.start, match.end, "private_phone")
