"""Getting personal: remarks on a person's family, looks, marriage, caste or health.

- It needs somebody it is aimed at: `your mother`, `her husband`, `look at his face`. Family news is no remark.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "remarks"
WHOSE: Final = r"(?:your|ur|his|her|their|this man's|that woman's)"
PHRASES: Final = phrases(
    rf"(?:ask|tell|go ask|teach|control|look at) {WHOSE} (?:own )?(?:mother|father|wife|husband|sister|brother|daughter|son|parents|family|face)",
    rf"{WHOSE} (?:wife|husband|mother|father|daughter|sister|son)~(?:ran away|run away|eloped|left (?:you|him|her)|affair|divorced|sleeps|cheat\w*|illegitimate)",
    rf"{WHOSE} (?:ugly|fat|black|dark|bald|pig|monkey|horse|donkey) ?(?:face|head|body|skin|belly|stomach)?",
    r"(?:look|looks|looking) like (?:a |an )?(?:monkey|pig|buffalo|donkey|ape|ghost|witch|beggar|clown|frog|rat)",
    r"(?:no one|nobody|who) (?:will|would|wants to) marry (?:you|him|her)",
    r"(?:unmarried|divorcee|barren|childless|impotent|infertile|widow) (?:woman|man|lady|like you)",
    rf"{WHOSE} (?:caste|blood|upbringing|khandan|birth|breeding) (?:is |shows?|tells?|speaks?)",
    r"(?:low|lower|cheap) (?:caste|class|born)~?(?:fellow|people|mentality|woman|man)?",
    r"(?:mental|psycho|lunatic|leper|cripple|spastic|retard(?:ed)?|handicapped) (?:patient|case|fellow|woman|man|like you)",
    r"(?:which|what) (?:asylum|mental hospital|hospital) (?:did|has|are) (?:you|he|she)",
    r"(?:who is|find out who is|not sure who is) (?:your|his|her) (?:real )?(?:father|dad|baap)",
    r"(?:tera|teri|tere|uska|uski|iski|iska) (?:baap|maa|khandan|aukat|biwi|pati|behen)~?(?:kaun|kya|hai|ne|ko)?",
    r"(?:ninna|nin|avana|avala) (?:appa|amma|hendti|ganda|jaati|mukha|thangi|akka) ?\w*",
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Personal remarks."""
    return find_phrases("personal_remark", PHRASES, comment)
