"""Postal addresses: a house or flat number with a street, or a place with a postal code; Indian and British forms.

- In Indian scripts the number of a house or flat is enough: `ಮನೆ ನಂ 12`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.reading import judged_fields
from moderation.vocabulary import Comment, Facts, Signal, Span

NAME = "postal"
STREET: Final = r"(?:road|rd|street|st|cross|main|lane|nagar|layout|colony|apartments?|apts?|towers?|residency|villa|enclave|compound|extension|block|sector)"
HOUSE: Final = (
    r"(?:(?:मकान|घर|फ्लैट|फ़्लैट|फ्लॅट|प्लॉट) (?:नं|नंबर|नम्बर|संख्या|क्रमांक)|(?:ಮನೆ|ಫ್ಲ್ಯಾಟ್|ಫ್ಲಾಟ್) (?:ನಂ|ನಂಬರ್|ಸಂಖ್ಯೆ)"
    r"|(?:വീട്ടു|വീട്|ഫ്ലാറ്റ്) (?:നമ്പർ|നം)|(?:வீட்டு|பிளாட்) (?:எண்|நம்பர்))"
)
DIGIT: Final = re.compile(r"\d")
ADDRESS: Final = re.compile(
    rf"(?i)\b(?:house|flat|door|h|d|plot|room|shop|apt)\.? ?(?:no|number|#)\.?:? ?[\w/-]{{1,10}}"
    rf"(?:[\s,.-]+\w+){{1,8}}?[\s,.-]+{STREET}\b"
    rf"|(?<!\w)(?:#\s?\d{{1,5}}[\w/-]{{0,6}}|(?:house|flat|plot|apt|apartment) \d{{1,4}}[a-z]?),"
    rf"(?:\s(?!(?:the|is|was|are|on|of|and)\b)[\w.-]+,?){{1,8}}?\s{STREET}\b"
    rf"|\b\d{{1,5}}[A-Za-z]?,? (?:\w+ ){{1,4}}{STREET}\b[\w\s,.-]{{0,60}}?\b(?:\d{{3}} ?\d{{3}}|[a-z]{{1,2}}\d[a-z\d]? ?\d[a-z]{{2}})\b"
    rf"|(?<!\w){HOUSE}[\s.:]{{0,3}}\d{{1,5}}"
    rf"|\b(?:\w+[ ,]+){{1,6}}(?:pin|pincode|pin code)[ :-]*\d{{3}} ?\d{{3}}\b"
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Postal addresses."""
    for field, text in judged_fields(comment).items():
        spans = tuple(Span(*m.span(), "private_address") for m in ADDRESS.finditer(text)) if DIGIT.search(text) else ()
        if spans:
            yield Signal("private_address", len(spans), field, spans)
