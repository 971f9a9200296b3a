"""An invitation to bet: unlawful in most Indian states, and the commonest spam under sport."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "betting"
PHRASES: Final = phrases(
    r"(?:online |live )?(?:betting|satta|matka|satka|teen patti|rummy|casino|bookie)(?: id| ids| site| app| tips?| exchange| number| king| result)+",
    r"(?:sure|fixed|jackpot|100%|guaranteed) (?:shot )?(?:match|toss|session|tips?|number|fix|fixing|win)",
    r"(?:toss|match|session|ipl|fancy) (?:fixer|prediction|report|tips?)~?(?:whatsapp|telegram|call|contact|join|available)?",
    r"(?:get|take|create|buy) (?:your )?(?:cricket |betting |gaming )?id (?:now|today|instantly|in)",
    r"(?:place|put) your bets? (?:now|here|with|on)",
    r"(?:bet|play) (?:and|&|now|to|here) (?:win|earn)~(?:cash|money|lakh|daily|real|instant)",
    r"(?:kalyan|milan|rajdhani|main bazar) (?:matka|chart|jodi|panel|open|close)",
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Invitations to bet."""
    return find_phrases("betting", PHRASES, comment)
