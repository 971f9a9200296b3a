"""Words that point to who a protected victim or a child is; looked for only where the article is marked as such.

The law (Bharatiya Nyaya Sanhita s.72, Juvenile Justice Act s.74, POCSO s.23) forbids to make them known. Names that the editor
protects are matched in `sensitive.py`; here it is family, school, street and the wish to tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "victims"
PROTECTED: Final = frozenset({"sexual_offence", "minor"})
WHO: Final = r"(?:the |this |that |our )?(?:victim|girl|boy|child|minor|survivor|student|kid|woman|lady)"
CUES: Final = "victim girl boy child minor survivor student kid woman lady"
PHRASES: Final = phrases(
    (
        "boy child girl kid lady minor student survivor victim woman",
        rf"{WHO}(?:'s)? (?:real |full |good )?(?:name|surname|photo|identity|house|family|father|mother|school|college"
        rf"|address|village) (?:is|was|are)(?! (?:not|being (?:hidden|withheld|protected)|protected|withheld|hidden))",
    ),
    (
        "identity name photo surname",
        rf"(?:name|surname|identity|photo) of {WHO}(?:'s family)? (?:is|was)(?! (?:not|protected|withheld|hidden))|(?:her"
        rf"|his) (?:real |full )?(?:name|surname) is (?!not|being|protected|withheld)",
    ),
    (
        "classmate daughter granddaughter grandson maid neighbo nephew niece sister son student wife",
        rf"(?:{WHO}|she|he) (?:is|was) (?:the )?(?:daughter|son|niece|nephew|sister|wife|granddaughter|grandson|neighbou?r"
        rf"|student|classmate|maid) of",
    ),
    (
        "know_",
        rf"(?:i|we) (?:personally )?know (?:who )?(?:{WHO}|her|him)(?: is| was| personally|'s family| very well| and (?:her"
        rf"|his) family| well)",
    ),
    (
        "boy child girl kid lady minor student survivor victim woman",
        rf"{WHO} (?:lives?|lived|stays?|stayed|studies|studied|works?|worked|is from|was from|belongs to) (?:in|at|near"
        rf"|behind|with|opposite)?",
    ),
    (
        "classmate colleague cousin neighbo nephew niece relative student",
        r"(?:she|he) (?:is|was) (?:my|our) (?:neighbou?r|classmate|student|relative|cousin|colleague|niece|nephew)",
    ),
    (
        "lived lives stays studied studies studying worked works",
        r"(?:she|he) (?:studies|studied|lives|lived|works|worked|stays|is studying|was studying) (?:in|at|near|behind"
        r"|opposite) (?!fear|peace|pain|hell|danger|jail|a society|a country|india|this (?:country|world))@",
    ),
    (
        "knows_",
        r"(?:everyone|everybody|whole (?:village|town)) (?:here |in (?:the |our )?(?:town|village|area"
        r"|colony) )?knows (?:who (?:she|he|the (?:girl|boy|victim)) is|her name|his name|the family|which family)",
    ),
    (
        "hai",
        r"(?:ladki|peedita|pidita|bacchi|bachchi|victim) (?:ka|ki) (?:naam|nam|ghar|pita|school|photo|maa|baap) (?:hai"
        r"|\w+ hai|\w+ \w+ hai)",
    ),
    (
        "hudugi maguvina santraste santrasthe",
        r"(?:hudugi|hudugiya|santraste|santrasthe|maguvina) (?:hesaru|mane|appa|amma|shale|college|uru|ooru) \w+",
    ),
    ("है", r"(?:पीड़िता|लड़की|बच्ची) (?:का|की) (?:नाम|घर|पिता|स्कूल|फोटो|परिवार) (?:\S+ ){0,3}?है"),
    ("ಬಾಲಕಿ ಸಂತ್ರಸ್ತೆ ಹುಡುಗಿ", r"(?:ಸಂತ್ರಸ್ತೆ@|ಹುಡುಗಿ@|ಬಾಲಕಿ@) (?:ಹೆಸರು|ಮನೆ|ತಂದೆ|ತಾಯಿ|ಶಾಲೆ|ಊರು)@ \S+"),
)


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Pointers to a protected person."""
    if facts.article.sensitive not in PROTECTED:
        return ()
    return find_phrases("victim_identity", PHRASES, comment)
