"""An invitation to bet: unlawful in most Indian states, and the commonest spam under sport."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "betting"
PHRASES: Final = phrases(
    (
        "betting bookie casino matka patti rummy satka satta",
        r"(?:online |live |best |trusted |cricket )*(?:betting|satta|matka|satka|teen patti|rummy|casino"
        r"|bookie)(?: (?:ids?|site|sites|app|apps|tips?|exchange|number|king|result|panel|link|group|bonus"
        r"|channel))+(?! (?:ban|case|racket|raid|addict|busted|arrest|mafia|menace|scam))@",
    ),
    (
        "fixed guaranteed jackpot shot sure",
        r"(?:(?:fixed|100% fixed) (?:match|matches|toss|session|number)|(?:sure shot|jackpot|guaranteed|sure) (?:toss"
        r"|session|match tips?|betting|winning|number|jodi)) (?:tips?|report|prediction|available|number|today|call"
        r"|whatsapp|contact|join|info)?",
    ),
    (
        "fancy ipl match session toss",
        r"(?:toss|session|ipl|fancy|match) (?:fixer|prediction|predictions|report|tips?)(?:\W+\w+){0,5}?\W+(?:whatsapp"
        r"|telegram|call|contact|join|available|dm|inbox|group|free)",
    ),
    (
        "betting casino cricket exchange gaming lotus online reddy sky",
        r"(?:get|take|create|buy|open) (?:your |ur |a )?(?:cricket|betting|gaming|casino|online|exchange|lotus|sky"
        r"|reddy) ?\w* ?id(?: now| today| instantly)?",
    ),
    (
        "bet earn win",
        r"(?:place|put) (?:your|ur) bets? (?:now|here|with|on|today)|(?:bet|play) (?:and|&|now and|to|here and|rummy and"
        r"|games and) (?:win|earn)(?:\W+\w+){0,4}?\W+(?:cash|money|lakhs?|crores?|daily|real|instant|rs|rupees|\d+)",
    ),
    (
        "bet_",
        r"bet on (?:ipl|cricket|every match|all matches|the match|matches|t20|world cup)(?:\W+\w+){0,4}?\W+(?:site|app|link"
        r"|whatsapp|telegram|with us)",
    ),
    (
        "baza kalyan madhur milan_ rajdhani",
        r"(?:kalyan|milan (?:day|night)|rajdhani|main bazaa?r|madhur) (?:matka|chart|jodi|panel|open|close|result|satta)",
    ),
    (
        "1xbet 4rabet bet365 betway dafabet fairplay lotus365 mahadev_ melbet parimatch reddy",
        r"(?:join|play|register|sign ?up|download|use|get|try|open)(?:\W+\w+){0,4}?\W+(?:lotus365|1xbet|dafabet|betway"
        r"|parimatch|reddy ?anna|fairplay|4rabet|melbet|bet365|mahadev (?:book|app))",
    ),
    (
        "bonus_",
        r"(?:welcome|sign ?up|first deposit|deposit) bonus (?:of |upto |up to )?(?:rs\.? ?|\d)[\d,%]*",
    ),
    (
        "khel lagao",
        r"(?:paisa|paise|satta|match pe|match par) lagao|(?:khelo|khele) (?:aur|or) (?:jeeto|jito|kamao)",
    ),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Invitations to bet."""
    return find_phrases("betting", PHRASES, comment)
