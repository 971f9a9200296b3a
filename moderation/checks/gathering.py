"""A call to gather, with a time or a place: what public order may hang on.

- A call (`come`, `assemble`, `gather`, `all must reach`) and a time or place within a few words of it.
- Invitations to a concert or a blood camp look the same: the policy lets a person see them, it does not reject.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "gathering"
CALL: Final = (
    r"(?:come|assemble|gather|reach|meet|march|join(?: us)?|everybody come|everyone come|let us (?:all )?(?:meet|gather|go)|lets (?:all )?(?:meet|gather|go)"
    r"|all (?:must|should|to) (?:come|reach|gather|assemble)|be there|show up|bandh|rasta roko|gherao)"
)
PLACE: Final = (
    r"(?:in front of|outside|near|at|to) (?:the )?(?:\w+ ){0,3}?(?:circle|junction|police station|collectorate|office|court|church|mosque|masjid"
    r"|temple|school|college|ground|maidan|bus stand|station|square|chowk|house|gate|hospital|market|dc office|town hall)"
)
TIME: Final = (
    r"(?:at|by|from|on|before) (?:sharp )?(?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|a\.m|p\.m|o'?clock|baje)|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|tomorrow|tonight|midnight|noon)|(?:tomorrow|tonight|today) (?:at|morning|evening|night|afternoon)"
)
PHRASES: Final = phrases(
    rf"{CALL}(?:\W+\w+){{0,6}}?\W+(?:{PLACE}|{TIME})",
    r"(?:kal|aaj|sham|subah)(?:\W+\w+){0,4}?\W+(?:pahunch(?:o|e|iye)|ikattha|ikatha|jama ho\w*|aa jao|chalo)",
    r"(?:naale|nale|indu|ivattu)(?:\W+\w+){0,4}?\W+(?:banni|seri|sero\w*|bandh)",
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Calls to gather."""
    return find_phrases("gathering_call", PHRASES, comment)
