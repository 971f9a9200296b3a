"""A call to gather, with a time or a place: what public order may hang on.

- A call (`come`, `assemble`, `gather`, `all must reach`) and a time or place within a few words of it.
- Invitations to a concert or a blood camp look the same: the policy lets a person see them, it does not reject.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "gathering"
CALL: Final = (
    r"(?:(?:let us|lets|let's|we (?:will|shall|must|should|are)|everyone|everybody|all(?: of (?:us|you))?|youth|boys"
    r"|hindus|muslims|christians|citizens|friends|brothers)(?: must| should| to| please| will| has to| have to| are"
    r"| is)*"
    r"(?: all)? (?:come|coming|assemble|assembling|gather|gathering|reach|meet|meeting|march|marching|join|rally"
    r"|protest|block|surround|gherao)"
    r"|(?:please |pls |plz |do )?(?:come|assemble|gather|reach) (?:in (?:large|huge|big|full) (?:numbers?|strength)"
    r"|with|to|at|near|outside|in front|here|there|tomorrow|tonight|today)"
    r"|join (?:us|the (?:protest|rally|march|bandh|dharna|gherao))|(?:call for|observe|declare|tomorrow is"
    r"|there will be a) (?:a )?(?:bandh|hartal|rasta roko|dharna|gherao|chakka jam)|be there|show up)"
)
PLACE: Final = (
    r"(?:in front of|outside|near|at|to|before) (?:the |his |her |their )?(?:\w+ ){0,3}?(?:circle|junction"
    r"|police station|collectorate|office|court|church|mosque|masjid|dargah"
    r"|temple|school|college|ground|grounds|maidan|bus stand|station|square|chowk|house|residence|gate|hospital|market"
    r"|town hall|bridge|toll(?: gate| plaza)?|highway|panchayat|assembly|secretariat|azad maidan)"
)
TIME: Final = (
    r"(?:at|by|from|on|before) (?:sharp )?(?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|a\.m|p\.m|o'?clock|baje|hrs)|(?:mon|tues"
    r"|wednes|thurs|fri|satur|sun)day|tomorrow|tonight|midnight|noon)"
    r"|(?:tomorrow|tonight|today|this (?:mon|tues|wednes|thurs|fri|satur|sun)day|coming (?:mon|tues|wednes|thurs|fri"
    r"|satur|sun)day)(?: at| morning| evening| night| afternoon| \d)?"
)
PHRASES: Final = phrases(
    (
        "assemble assembling bandh block chakka_ come coming dharna gather gherao hartal join march meet "
        "protest rally rasta_ reach show_ surround there",
        rf"{CALL}(?:\W+\w+){{0,6}}?\W+(?:{PLACE}|{TIME})",
    ),
    (
        "aajao chalo ikatha ikattha ikhatta jama_ jao pahunch pohoch",
        r"(?:kal|aaj|sham|shaam|subah|parso)(?:\W+\w+){0,5}?\W+(?:pahunch(?:o|e|iye|na|en)|pohoch@|ikattha|ikatha|ikhatta"
        r"|jama ho@|aa jao|aajao|chalo)",
    ),
    (
        "sab_ sabhi_ saare_",
        r"(?:sab|sabhi|saare)(?: log| bhai| dost)+(?:\W+\w+){0,7}?\W+(?:aao|aa jao|aajao|aana|pahunch(?:o|e|iye|na)"
        r"|(?:ikattha|ikatha|ikhatta|jama) ho@)",
    ),
    (
        "indu ivathu ivattu naale naalidde nale",
        r"(?:naale|nale|indu|ivattu|ivathu|naalidde)(?:\W+\w+){0,5}?\W+(?:banni|seri|seron@|serona|bandh|baa|barbeku"
        r"|serbeku)",
    ),
    (
        "bandh ekttim jomo pavat yeiat yeya zomo",
        r"(?:faleam|falyam|faliam|aiz|aj)(?:\W+\w+){0,5}?\W+(?:yeiat|yeyat|yeya|ekttim|jomo|zomo|bandh|pavat)@",
    ),
    ("आज कल परसों शाम सुबह", r"(?:कल|आज|शाम|सुबह|परसों)(?:\s+\S+){0,5}?\s+(?:पहुंच|इकट्ठ|जमा हो|आ जाओ|चलो)@"),
    ("ಇಂದು ಇವತ್ತು ನಾಳೆ", r"(?:ನಾಳೆ|ಇಂದು|ಇವತ್ತು)(?:\s+\S+){0,5}?\s+(?:ಬನ್ನಿ|ಸೇರಿ|ಸೇರೋಣ|ಸೇರಬೇಕು|ಬಂದ್)@"),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Calls to gather."""
    return find_phrases("gathering_call", PHRASES, comment)
