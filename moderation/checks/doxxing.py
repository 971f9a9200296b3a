"""A call to find or publish where a person lives or works, or how to reach them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "doxxing"
WHOSE: Final = r"(?:his|her|their|the (?:girl|boy|woman|man|driver|doctor|teacher|reporter|officer|culprit)(?:'s)?|this (?:man|woman|guy|fellow)(?:'s)?)"
THING: Final = r"(?:(?:phone|mobile|whatsapp|contact)? ?number|address|house|home|flat|photo|pic|facebook|insta(?:gram)?|id|identity|name|car number)"
PHRASES: Final = phrases(
    rf"(?:find|get|post|publish|share|give|leak|send|reveal|expose|someone (?:post|share)|who has|anyone has|anybody has)(?: me| us| out)? {WHOSE} "
    rf"(?:\w+ ){{0,2}}?{THING}",
    rf"(?:here is|here's|this is|note) {WHOSE} (?:\w+ ){{0,2}}?(?:number|address|house|mobile|phone)",
    r"(?:find|tell)(?: me| us)?(?: out)? where (?:he|she|they|this (?:man|woman|guy)) (?:lives?|works?|stays?|studies)",
    r"(?:he|she) (?:lives|stays|works) (?:in|at|near|behind|opposite) (?:flat|house|door|room|no)~\d+",
    r"(?:everyone|all|everybody|let us|lets|please) (?:call|phone|ring|message|flood|visit) (?:him|her|them)(?: on| at)",
    r"(?:uska|uski|iska|iski) (?:number|address|ghar|photo) (?:do|dedo|bhejo|batao|nikalo)",
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Calls to expose a person."""
    return find_phrases("doxxing_call", PHRASES, comment)
