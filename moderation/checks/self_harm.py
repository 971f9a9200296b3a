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
    (
        "about decided feel_ going gonna plan thinking wana wanna want will wish",
        r"i(?:'m|m| am|'ve| have)? (?:just |really |only |now |often |always |also |so badly )*(?:want|wish|wanna|wana|plan"
        r"|planning|decided|going|gonna|will|about|feel like|thinking)"
        r" ?(?:to |i could |of )?(?:die|dying|end it all|ending it all|ending it|kill(?:ing)? myself|end(?:ing)? my life"
        r"|hurt(?:ing)? myself|hang(?:ing)? myself"
        r"|commit(?:ting)? suicide|suicide|jump(?:ing)? off (?:a|the) bridge|not (?:live|wake up|be alive|exist)"
        r"|disappear forever)(?! (?:of|from|with) (?:laugh@|shame|embarrass@|boredom|cringe|curiosity))",
    ),
    (
        "myself",
        r"(?:kill|killing|hang|hanging|hurt|hurting|cut|cutting|harm|harming|poison|drown|shoot) myself(?! (?:laughing"
        r"|with laughter|for|over|at the gym))",
    ),
    (
        "dead_",
        r"i (?:wish|wished) (?:that )?i (?:was|were|am) dead|wish i (?:was|were) dead|(?:i'd|i would|id) rather be dead",
    ),
    (
        "suicide_",
        r"suicide is (?:now )?(?:the |my )?only (?:way|option|answer|solution|choice)(?: out| left)?(?: for me)?"
        r"(?! (?:for|of|that) (?:farmers|them|him|her|the|many|these|some))",
    ),
    (
        "life_ living being_ alive",
        r"(?:i am|i'm|im) (?:so |just |really |very |completely |sick and )*(?:tired of|done with|fed up with|fed up of)"
        r" (?:living|this life|my life|life|being alive)(?! in| with| at| near| under| on| here| there| next| without| insurance| support)",
    ),
    ("life misery", r"(?:end|ending|ended|take|taking) my (?:own )?(?:life|misery)"),
    (
        "alive carry_ exist go_ live want_",
        r"i (?:just |really |simply )?(?:can't|cannot|cant|can not|don't want to|dont want to|do not want to) (?:go on"
        r"|live|exist|carry on|be alive)"
        r"(?: any ?more| any longer| like this| living)+|i (?:don't|dont|do not) want to (?:live|be alive|exist"
        r"|wake up)(?! in| with| near| under| there| here)",
    ),
    (
        "go_ going_ live living",
        r"(?:no (?:reason|point|will|hope) (?:left )?(?:for me )?(?:to live|in living|to go on|in going on(?! about))"
        r"|nothing (?:left )?to live for)",
    ),
    (
        "off_",
        r"(?:i am|i'm|i'd be|i would be|world (?:is|would be)|everyone (?:is|would be)|they(?:'d| would) be|family (?:is"
        r"|would be)) better off (?:dead|without me|if i (?:was|were) (?:dead|gone))",
    ),
    (
        "final last",
        r"(?:this is|it is) my (?:last|final) (?:message|comment|goodbye|note|words)(?: to (?:all|everyone|the world))?",
    ),
    (
        "suicidal suicide_",
        r"(?:i am|i'm|im|i feel|feeling|i have been|i've been) (?:very |so |really )?suicidal|my suicide note",
    ),
    (
        "noose overdose pills",
        r"i(?:'ve| have)? (?:got|have|bought|took|swallowed|taken|will take) (?:all |the |my |a (?:bottle"
        r"|strip) of )*(?:sleeping )?(?:pills|noose|overdose)",
    ),
    (
        "chahta chahti hai jeena_ jeene_ jina_ khudkushi_ mar_ suicide_ zindagi_",
        r"(?:mujhe|main|mai|me)(?: ab| to| bas| bhi)* (?:mar(?:na| jana) (?:hai|chahta|chahti)@|mar ja(?:unga|ungi"
        r"|ana chah@|na chah@)|jeena nahi|jina nahi|suicide kar@|khudkushi kar@)@"
        r"|(?:meri |apni )?zindagi (?:khatam|khtm) kar(?:na|ne|ni|oonga|unga|ungi|dunga|lunga)@|jeene ka man nahi"
        r"|jeene ki iccha nahi",
    ),
    (
        "baduk jeevana_ saay sattu_ say",
        r"(?:naanu|nanu|nange|nanage) (?:saay@|say(?:beku|thini|tini)@|sattu hog@|badukalu ishta@ illa"
        r"|badukoke ishta@ illa)|(?:badukalu|badukoke) ishta illa|jeevana (?:beda|saaku) ansutte",
    ),
    (
        "haanv hanv mhaka",
        r"(?:hanv|haanv|hanvem|mhaka) (?:moron|morunk|morpak|jiv diun|jiv ditam|jiyeunk naka|jiyevpak naka)@",
    ),
    (
        "आत्महत्या_ खुदकुशी_ जीना_ जीने_ मर_ मरना_ मैं_",
        r"(?:मुझे|मैं)(?: अब| तो| बस)* (?:मरना (?:है|चाहत)@|मर जा@|जीना नहीं@|आत्महत्या कर@|खुदकुशी कर@)|जीने का मन नहीं"
        r"|मैं मरना चाहत@",
    ),
    ("मला_", r"मला(?: आता| तर)* (?:मरायच@|मरावस@|जगायच@ नाही@|जगावस@ वाटत नाही)"),
    ("నాకు_ నేను_", r"(?:నేను|నాకు)(?: ఇక)? (?:ఆత్మహత్య చేసుకు@|ఆత్మహత్య చేసుకో@|చచ్చిపో@|చావాల@|బతకాలని లేదు)"),
    ("ఆత్మహత్య_", r"ఆత్మహత్య చేసుకుంటా(?:ను)?"),
    ("நான்_ எனக்கு_", r"(?:நான்|எனக்கு)(?: இனி)? (?:சாக@|செத்து@|தற்கொலை செய்@|வாழ பிடிக்க@|வாழ விருப்ப@)"),
    ("ഞാൻ_ എനിക്ക്_", r"(?:ഞാൻ|എനിക്ക്)(?: ഇനി)? (?:മരിക്കണ@|മരിക്കാൻ@|ചാകണ@|ആത്മഹത്യ ചെയ്യ@|ജീവിക്കണ്ട@|ജീവിക്കേണ്ട@)"),
    (
        "ಆತ್ಮಹತ್ಯೆ_ ಬದುಕಲು_ ಸತ್ತು_ ಸಾಯ",
        r"(?:ನಾನು|ನನಗೆ) (?:ಸಾಯ@|ಸತ್ತು ಹೋಗ@|ಆತ್ಮಹತ್ಯೆ ಮಾಡಿಕೊಳ್@)|ಬದುಕಲು ಇಷ್ಟವಿಲ್ಲ@|ಬದುಕಲು ಇಷ್ಟ ಇಲ್ಲ",
    ),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Words of somebody who may hurt themselves."""
    return find_phrases("self_harm", PHRASES, comment)
