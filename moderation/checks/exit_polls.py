"""Results of an exit poll while the law forbids them (Representation of the People Act 1951, s.126A).

- Only inside a window that the site has set; `silence` in the site's settings holds the windows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "exit_polls"
PARTY: Final = (
    r"(?:bjp|congress|inc|jds|jd ?s|aap|cpm|cpi|ldf|udf|dmk|aiadmk|sdpi|nda|india (?:alliance|bloc)|upa|shiv sena|ncp"
    r"|tmc|mgp|gfp|rgp|bsp|sp|rjd|jdu|trs|brs|tdp|ysrcp)"
)
CUES: Final = (
    "exit poll polls survey booth booths voters bjp congress inc jds jd aap cpm cpi ldf udf dmk aiadmk "
    "sdpi nda india upa shiv ncp tmc mgp gfp rgp bsp sp rjd jdu trs brs tdp ysrcp"
)
PHRASES: Final = phrases(
    ("exit", r"exit ?polls?(?:\W+\w+){0,8}?\W+(?:\d+|win@|lead@|sweep@|majority|los(?:e|ing)|ahead|seats?)"),
    (
        "booth_ ground_ poll survey voters_",
        r"(?:survey|poll(?: of polls)?|booth (?:agents?|level|workers?)|voters (?:told|coming out)"
        r"|ground report)(?:\W+\w+){0,8}?\W+\d+ ?(?:seats?|%|percent|per cent)",
    ),
    (
        "bag crossing get leading sweeping winning",
        rf"{PARTY}(?:\W+\w+){{0,5}}?\W+(?:winning|getting|will get|gets|crossing|sweeping|to get|bags?"
        rf"|leading)(?:\W+\w+){{0,3}}?\W+(?:\d+|seats?|majority)",
    ),
    (CUES, rf"\d+ ?(?:seats?|\+)? (?:for|to) (?:the )?{PARTY}|{PARTY} ?[:=-] ?\d{{1,3}}(?:-\d{{1,3}})?"),
)


def find(comment: Comment, facts: Facts, now: datetime) -> Iterable[Signal]:
    """Exit polls in the forbidden window."""
    if not any(start <= now < end for start, end in facts.site.silence):
        return ()
    return find_phrases("exit_poll", PHRASES, comment)
