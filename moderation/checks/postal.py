"""Postal addresses: a house or flat number with a street, or a place with a postal code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.reading import judged_fields
from moderation.vocabulary import Comment, Facts, Signal, Span

NAME = "postal"
STREET: Final = r"(?:road|rd|street|st|cross|main|lane|nagar|layout|colony|apartments?|apts?|towers?|residency|villa|enclave|compound|extension|block|sector)"
DIGIT: Final = re.compile(r"\d")
ADDRESS: Final = re.compile(
    rf"(?i)\b(?:(?:house|flat|door|h|d|plot|room|shop|apt)\.? ?(?:no|number|#)\.?:? ?[\w/-]{{1,10}}|#\s?\d{{1,5}}[\w/-]{{0,6}})"
    rf"(?:[\s,.-]+\w+){{1,8}}?[\s,.-]+{STREET}\b"
    rf"|\b\d{{1,5}}[A-Za-z]?,? (?:\w+ ){{1,4}}{STREET}\b[\w\s,.-]{{0,60}}?\b\d{{3}} ?\d{{3}}\b"
    rf"|\b(?:\w+[ ,]+){{1,6}}(?:pin|pincode|pin code)[ :-]*\d{{3}} ?\d{{3}}\b"
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Postal addresses."""
    for field, text in judged_fields(comment).items():
        spans = tuple(Span(*m.span(), "private_address") for m in ADDRESS.finditer(text)) if DIGIT.search(text) else ()
        if spans:
            yield Signal("private_address", len(spans), field, spans)
