"""Numbers that are private by their form and check digit: cards, national identity numbers, bank accounts.

- Cards: a right Luhn digit (ISO/IEC 7812-1), and the first digits and the length that one of the large issuers uses.
- Aadhaar: 12 digits, first 2 to 9, with a right Verhoeff digit; PAN: five letters, four digits, a letter.
- IBAN: right by ISO 13616, modulo 97.
- They are looked for in the folded text: digits of every script, capitals or not, with blanks, dots or dashes between groups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from moderation.checks.reading import judged_fields, read_text
from moderation.vocabulary import Comment, Facts, Signal, Span

NAME = "numbers"
DIGITS: Final = re.compile(r"\d[ .-]{0,3}\d")
GAP: Final = r"(?: {1,3}|[.-])?"
CARD: Final = re.compile(rf"(?<![\d.])[2-68](?:{GAP}\d){{12,18}}(?!\d|[ .-]\d)")
ISSUERS: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|(?:508|60|81|82)\d{13,14}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:50|5[6-9]|6[0-9])\d{14}"
)
AADHAAR: Final = re.compile(rf"(?<!\d)[2-9]\d{{3}}{GAP}\d{{4}}{GAP}\d{{4}}(?![ .-]?\d)")
PAN: Final = re.compile(r"(?<!\w)[a-z]{3}[abcfghljpt][a-z]\d{4}[a-z](?!\w)")
IBAN: Final = re.compile(rf"(?<!\w)[a-z]{{2}}\d\d(?:{GAP}[a-z0-9]{{4}}){{2,7}}(?:{GAP}[a-z0-9]{{1,3}})?(?!\w)")
LAST_GROUP: Final = re.compile(r"[ .-]+\w+$")
TIMES: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6), (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1), (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4), (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
TURNS: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), (5, 8, 0, 3, 7, 9, 6, 1, 4, 2), (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0), (4, 2, 8, 6, 5, 7, 3, 9, 0, 1), (2, 7, 9, 3, 8, 0, 6, 4, 1, 5), (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)  # fmt: skip


def luhn(number: str) -> bool:
    """Whether the last digit is right by Luhn."""
    digits = [int(c) for c in number if c.isdecimal()]
    doubled = [d * 2 - 9 * (d > 4) for d in digits[-2::-2]]  # noqa: PLR2004 - two digits of a double are added up
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_card(number: str) -> bool:
    """Whether a number is one that an issuer could have given."""
    return ISSUERS.fullmatch("".join(c for c in number if c.isdecimal())) is not None and luhn(number)


def verhoeff(number: str) -> bool:
    """Whether the last digit is right by Verhoeff."""
    check = 0
    for place, digit in enumerate(int(c) for c in reversed([c for c in number if c.isdigit()])):
        check = TIMES[check][TURNS[place % 8][digit]]
    return check == 0


def iban_is_right(text: str) -> bool:
    """Whether an account number is right by ISO 13616."""
    plain = "".join(c for c in text if c.isalnum())
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def iban_in(text: str) -> int:
    """How many characters of a text are an account number: the words after it may look like more of its groups."""
    while text and not iban_is_right(text):
        text = text[: last.start()] if (last := LAST_GROUP.search(text)) else ""
    return len(text)


def _whole(is_right: Callable[[str], bool]) -> Callable[[str], int]:
    return lambda text: len(text) * is_right(text)


KINDS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], int]], ...]] = (
    ("private_card", CARD, _whole(is_card)),
    ("private_national_id", AADHAAR, _whole(verhoeff)),
    ("private_national_id", PAN, len),
    ("private_iban", IBAN, iban_in),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Private numbers."""
    for field, text in judged_fields(comment).items():
        if not DIGITS.search(text):
            continue
        folded = read_text(text).whole
        found: dict[str, list[Span]] = {}
        for name, pattern, length in KINDS:
            for match in pattern.finditer(folded.text):
                if right := length(match[0]):
                    place = folded.to_original(match.start(), match.start() + right)
                    found.setdefault(name, []).append(Span(*place, name))
        for name, spans in found.items():
            yield Signal(name, len(spans), field, tuple(spans))
