"""A call against a community: to drive out, boycott, attack or wipe out people for their religion, caste or origin.

- A community and a call have to stand together; talking about a riot, or against such calls, is no call.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "incitement"
GROUP: Final = (
    r"(?:muslims?|hindus?|christians?|catholics?|sikhs?|jains?|buddhists?|dalits?|brahmins?|adivasis?|tribals?|kashmiris?|biharis?|tamils?"
    r"|malayalis?|north ?indians?|south ?indians?|migrants?|rohingyas?|bangladeshis?|minorit(?:y|ies)|jihadis?|mullahs?|mullas?|converts"
    r"|these people|those people|their kind|that community|this community|tulu(?:vas)?|konkanis?|beary|bearys|lingayats?|vokkaligas?)"
)
CALL: Final = r"(?:throw|drive|chase|kick|beat|burn|kill|shoot|finish|wipe|boycott|attack|lynch|crush|eliminate|exterminate|cleanse|hang|deport)"
PHRASES: Final = phrases(
    rf"{CALL} (?:out |off |away |all |every |these |those |the |such )*{GROUP}(?: out| away| from| off)?",
    rf"{GROUP} (?:should|must|have to|need to|deserve to|ought to) (?:all )?(?:be )?(?:killed|shot|burnt|burned|thrown out|driven out|finished"
    r"|wiped out|boycotted|hanged|lynched|beaten|eliminated|deported|die|go to pakistan)",
    rf"(?:do not|don't|dont|never|stop) (?:buy|buying|rent|renting|sell|selling|give|giving) (?:anything |houses? |shops? |work )?(?:from|to) {GROUP}",
    rf"(?:teach|show) (?:all |these |those |the )*{GROUP} (?:a lesson|their place)",
    rf"(?:take up|pick up|raise|bring) (?:arms|swords?|weapons?|sticks?|stones?)~(?:against )?{GROUP}",
    r"(?:katuon|mullon|jihadiyon|bhakton|musalmano|hinduo|isaiyo)\w* ?(?:ko|ka) (?:maaro|kaato|bhagao|jalao|nikalo|khatam|bahishkar)",
    r"goli maaro (?:saalon|salo|sab) ?(?:ko)?",
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Calls against a community."""
    return find_phrases("communal_incitement", PHRASES, comment)
