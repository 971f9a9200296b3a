"""Whether the writer may be about to hurt themselves: not an offence, but a call for help.

- Only the first person counts: what is said of others is a threat's or a remark's matter.
- Idioms (`dying of laughter`, `this traffic is killing me`) and news talk about suicide do not.
- A false alarm costs a moderator a glance, a missed one may cost a life: doubt counts as yes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "self_harm"
PHRASES: Final = phrases(
    r"i (?:just |really |only |now )*(?:want|wish|wanna|plan|decided|am going|'m going|will|am about) ?(?:to )?(?:die|end it all|"
    r"kill myself|end my life|hurt myself|hang myself|commit suicide|not (?:live|wake up)|disappear forever)",
    r"(?:kill|killing|hang|hanging|hurt|hurting|cut|cutting|harm|harming) myself",
    r"(?:end|ending|take|taking) my (?:own )?life",
    r"i (?:can't|cannot|cant|can not|don't want to|dont want to|do not want to) (?:go on|live|take it|carry on)"
    r"(?: any ?more| any longer| like this)?(?: living)?",
    r"no (?:reason|point) (?:left )?(?:to live|in living|to go on)",
    r"(?:better off|better) (?:dead|without me)",
    r"(?:this is|it is) my (?:last|final) (?:message|comment|letter|day|goodbye)",
    r"i (?:am|'m|have been) (?:thinking (?:of|about)|planning) (?:suicide|dying|ending (?:it|my life|everything))",
    r"(?:mujhe|main|mai)(?: ab| to| bas)* (?:mar(?:na| jaunga| jaungi| jana)|jeena nahi|jina nahi|zindagi khatam)(?: chahta| chahti| hai)?",
    r"(?:meri )?zindagi (?:khatam|khtm) kar(?:na| dunga| dungi| lunga| lungi)",
    r"(?:naanu|nanu|nange) (?:saay(?:a|u)\w*|sattu hog\w*|badukalu ishta illa|badukoke ishta illa|jeevana beda)",
    r"मरना चाहता हूँ|मरना चाहती हूँ|जीना नहीं चाहत[ाी]|ಸಾಯಬೇಕು|ಸಾಯುತ್ತೇನೆ|ಬದುಕಲು ಇಷ್ಟವಿಲ್ಲ",
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Words of somebody who may hurt themselves."""
    return find_phrases("self_harm", PHRASES, comment)
