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
PHRASES: Final = phrases(
    r"exit ?polls?(?:\W+\w+){0,8}?\W+(?:\d+|win\w*|lead\w*|sweep\w*|majority|lose\w*|ahead|seats?)",
    r"(?:survey|poll|booth agents?|voters?)(?:\W+\w+){0,6}?\W+(?:\d+ ?(?:seats?|%|percent))",
    r"(?:bjp|congress|jds|aap|cpm|dmk|sdpi|nda|india alliance|upa|shiv sena|ncp|tmc)(?:\W+\w+){0,5}?\W+(?:winning|getting|will get|gets|crossing|sweeping)"
    r"(?:\W+\w+){0,3}?\W+(?:\d+|seats?|majority)",
)


def find(comment: Comment, facts: Facts, now: datetime) -> Iterable[Signal]:
    """Exit polls in the forbidden window."""
    if not any(start <= now < end for start, end in facts.site.silence):
        return ()
    return find_phrases("exit_poll", PHRASES, comment)
