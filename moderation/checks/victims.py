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
WHO: Final = r"(?:the |this |that )?(?:victim|girl|boy|child|minor|survivor|student|kid|woman|lady|accused boy)"
PHRASES: Final = phrases(
    rf"{WHO}(?:'s)? (?:real )?(?:name|surname|photo|identity|house|family|father|mother|school|college|address) (?:is|was|are)",
    rf"(?:name|surname|identity) of {WHO} (?:is|was)",
    rf"{WHO} (?:is|was) (?:the )?(?:daughter|son|niece|nephew|sister|wife|granddaughter|grandson|neighbour|student|classmate) of",
    rf"(?:i|we) know (?:who )?{WHO}(?: is| was| personally|'s family| very well)?",
    rf"{WHO} (?:lives?|lived|stays?|stayed|studies|studied|works?|worked) (?:in|at|near|behind|with|opposite)",
    r"(?:she|he) (?:is|was) (?:my|our) (?:neighbour|classmate|student|relative|cousin|colleague)",
    r"(?:she|he) (?:studies|studied|lives|lived|works|worked) (?:in|at|near) ",
    r"everyone (?:here |in (?:the )?(?:town|village|area) )?knows (?:who (?:she|he) is|her name|his name|the family)",
)


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Pointers to a protected person."""
    if facts.article.sensitive not in PROTECTED:
        return ()
    return find_phrases("victim_identity", PHRASES, comment)
