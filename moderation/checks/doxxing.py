"""A call to find or publish where a person lives or works, or how to reach them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "doxxing"
WHOSE: Final = (
    r"(?:his|her|their|the (?:girl|boy|woman|man|lady|driver|doctor|teacher|reporter|officer|culprit|accused|author"
    r"|owner|editor|shopkeeper|fellow)(?:'s)?|this (?:man|woman|guy|girl|fellow|person|bastard|reporter"
    r"|driver)(?:'s)?)"
)
THING: Final = (
    r"(?:(?:phone|mobile|whatsapp|contact|cell) ?(?:number|no|details)?|number|(?:home |house |office |full "
    r"|exact )?address|house|home|flat|photos?|pics?|facebook|fb|insta(?:gram)?|identity|car number|workplace|location"
    r"|real name|full name)"
)
PHRASES: Final = phrases(
    (
        "drop expose find get give leak post publish reveal send share someone_",
        rf"(?:find(?: out)?|get|post|publish|share|give|leak|send|reveal|expose|drop|someone (?:please )?(?:post|share|find"
        rf"|give|send))(?: me| us| out| here)? {WHOSE} (?:(?:full|exact|home|personal|real|new|old|office|phone|mobile|private|complete|current) ){{0,2}}{THING}(?! (?:for|to the (?:police|court)))",
    ),
    (
        "anybody anyone does_ somebody who",
        rf"(?:who|anyone|anybody|somebody|does (?:anyone|anybody)) (?:has|have|knows?|got) {WHOSE} (?:(?:full|exact|home|personal|real|new|old|office|phone|mobile|private|complete|current) ){{0,2}}{THING}",
    ),
    (
        "address contact flat home house mobile number phone",
        rf"(?:here is|here's|this is|note(?: down)?) {WHOSE} (?:\w+ ){{0,2}}?(?:number|address|house|mobile|phone|contact"
        rf"|flat|home)",
    ),
    (
        "where_",
        r"(?:find(?: out)?|tell|anyone knows?|does anyone know|who knows|let us know)(?: me| us)?(?: out)? where (?:he|she"
        r"|they|this (?:man|woman|guy|fellow|reporter)) (?:lives?|works?|stays?|studies)",
    ),
    (
        "lives stays works",
        r"(?:he|she|this (?:man|woman|guy|fellow)) (?:lives|stays|works) (?:in|at|near|behind|opposite) (?:the )?(?:flat"
        r"|house|door|room|no|h no|building)(?:\W+\w+){0,4}?\W+\d+",
    ),
    (
        "abuse call flood message phone ring spam visit",
        r"(?:everyone|all|everybody|let us|lets|let's|please|guys)(?: all| go| should| must)* (?:call|phone|ring|message"
        r"|flood|visit|spam|abuse) (?:him|her|them|his|her|this (?:man|woman|guy))(?: on| at| house| home| number| phone)",
    ),
    (
        "clinic home house office shop",
        r"(?:go|let us go|lets go|reach) (?:to )?(?:his|her|their) (?:house|home|shop|office"
        r"|clinic)(?:\W+\w+){0,4}?\W+(?:lesson|show|ask|beat|answer)",
    ),
    (
        "inka iska iske iski unka uska uske uski",
        r"(?:uska|uski|iska|iski|inka|unka|iske|uske) (?:phone |mobile |ghar ka |whatsapp )?(?:number|no|address|ghar"
        r"|photo|pata|ghar ka pata) (?:do|dedo|de do|bhejo|batao|bata do|nikalo|share karo|viral karo)",
    ),
    (
        "avala avana avra ivala ivana ivra",
        r"(?:avana|avala|ivana|ivala|avra|ivra) (?:phone |mobile |mane )?(?:number|nambar|address|adress|mane|photo"
        r"|vilasa) (?:kodi|heli|kalisi|haki|share madi|kodri|tilisi)",
    ),
    (
        "इसका इसकी उसका उसकी",
        r"(?:उसका|इसका|उसकी|इसकी) (?:नंबर|फोन नंबर|पता|घर का पता|फोटो) (?:दो|भेजो|बताओ|निकालो|वायरल करो)",
    ),
    (
        "ನಂಬರ್ ಫೋಟೋ ವಿಳಾಸ",
        r"(?:ಅವನ|ಅವಳ|ಇವನ|ಇವಳ) (?:ಫೋನ್ |ಮೊಬೈಲ್ |ಮನೆ )?(?:ನಂಬರ್|ವಿಳಾಸ|ಫೋಟೋ) (?:ಕೊಡಿ|ಹೇಳಿ|ಕಳುಹಿಸಿ|ಹಾಕಿ)",
    ),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Calls to expose a person."""
    return find_phrases("doxxing_call", PHRASES, comment)
