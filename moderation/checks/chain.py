"""A message that asks to be passed on to everybody: how rumours travel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "chain"
PHRASES: Final = phrases(
    r"(?:please |pls |plz |kindly )?(?:forward|share|send|pass|spread|circulate|viral)(?: this| it| the message| this message| this video"
    r"| as received)* (?:to|with|in|among|on) (?:all|every|everyone|everybody|as many|maximum|at least|your (?:friends|contacts|groups)|10|20|other groups)",
    r"(?:make|let) (?:this|it) (?:go )?viral",
    r"(?:forwarded|received) as received|as received|forwarded many times",
    r"(?:share|forward|spread)~(?:before (?:it is|they|this is) (?:deleted|removed|taken down))",
    r"(?:media|tv|news channels?|papers?) (?:will not|won't|wont|does not|doesn't|are not|is not) (?:show|tell|report|telling|showing)~(?:share|forward|spread)",
    r"(?:do not|don't|dont) (?:ignore|delete)~(?:forward|share|send)",
    r"(?:jyada|zyada) se (?:jyada|zyada) share|sab ko bhej(?:o|e|iye|na)|aage bhej(?:o|e|iye)|sabhi groups? (?:me|mein) bhej\w*",
    r"(?:ellarigu|ellarigoo|ella groupge|yellarigu) (?:share|kalisi|kalsi|forward) ?\w*",
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Chain messages."""
    return find_phrases("chain_message", PHRASES, comment)
