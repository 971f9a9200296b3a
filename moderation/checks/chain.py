"""A message that asks to be passed on to everybody: how rumours travel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "chain"
PHRASES: Final = phrases(
    (
        "circulate forward pass send share spread",
        r"(?:please |pls |plz |kindly |must |do )?(?:forward|share|send|pass|spread|circulate)(?: this| it| the message"
        r"| this message| this video| this post| this news| as much as possible| as received| on| around)*"
        r" (?:to|with|in|among) (?:all (?:your|the|groups|whatsapp|contacts|friends|people|hindus?|muslims?|christians?"
        r"|indians?)|every(?:one|body| group| hindu| muslim| indian| citizen)@|as many|maximum|at least \d+|\d+ (?:people"
        r"|friends|groups|contacts)"
        r"|your (?:friends|contacts|groups|family|loved ones)|other groups|max)",
    ),
    (
        "kindly_ please_ pls_ plz_",
        r"(?:please |pls |plz |kindly )(?:forward|share|spread|send)(?: this| it)? (?:maximum|max|widely|immediately"
        r"|urgently|as much as)@",
    ),
    (
        "viral",
        r"(?:make|let|help) (?:this|it) (?:video |message |post )?(?:go |to go )?viral|(?:viral kar(?:o|do|en)|viral maadi"
        r"|viral madi)",
    ),
    (
        "copied forwarded paste received_ sharing",
        r"(?:forwarded|sharing|copied|copy paste[d]?) as received|forwarded many times|received (?:from|in"
        r"|on) (?:a )?(?:whatsapp|family) group",
    ),
    (
        "banne block delete remove taken_",
        r"(?:share|forward|spread|download|watch)(?: \w+){0,4} before (?:it is|it gets|they|this is|the media"
        r"|government) (?:deleted?|removed?|taken down|banned?|block@|delete)",
    ),
    (
        "forward pass share spread viral",
        r"(?:media|tv|news channels?|(?:news)?papers?|channels) (?:will never|will not|won't|wont|does not|doesn't|are not"
        r"|is not|never) (?:show|tell|report|telling|showing|reporting)(?:\W+\w+){0,8}?\W+(?:share|forward|spread|viral"
        r"|pass)@",
    ),
    (
        "break delete ignore",
        r"(?:do not|don't|dont) (?:ignore|delete|break)(?:\W+\w+){0,6}?\W+(?:forward|share|send|chain|message)",
    ),
    (
        "forward luck_ send share",
        r"(?:send|forward|share) (?:this|it) to \d+ (?:people|friends|contacts|groups)|(?:good|bad) luck (?:for \d+"
        r"|will follow|within \d+ (?:hours|days))",
    ),
    (
        "aage_ har jada jyada sab zyada",
        r"(?:jyada|zyada|jada) se (?:jyada|zyada|jada) (?:share|forward|bhej@|logo)|(?:sab|sabko|sabhi|har) (?:ko|group"
        r"|groups|logo|hindu|musalman)? ?(?:me|mein|tak|ko)? ?(?:bhej|pahunch|share|forward)@|aage bhej(?:o|e|iye|te raho"
        r"|en)",
    ),
    (
        "ella_ ellarige ellarigoo ellarigu groupge yella_ yellarige yellarigu",
        r"(?:ellarigu|ellarigoo|ellarige|yellarigu|yellarige|ella groupge|ella group ge|yella groupge)(?: \w+)? (?:share"
        r"|kalisi|kalsi|forward|send|tiliseesi|tilisi)@",
    ),
    (
        "आगे_ ज्यादा_ सबको सभी_ हर_",
        r"(?:सबको|सभी को|सभी ग्रुप|हर ग्रुप|ज्यादा से ज्यादा)(?: लोगों| में| तक| को)* (?:भेज|शेयर|फॉरवर्ड|फारवर्ड|पहुंचा)@"
        r"|आगे भेज@",
    ),
    ("ಎಲ್ಲ", r"(?:ಎಲ್ಲರಿಗೂ|ಎಲ್ಲಾ ಗ್ರೂಪ್@|ಎಲ್ಲ ಗ್ರೂಪ್@) (?:ಶೇರ್|ಕಳುಹಿಸ|ಕಳಿಸ|ಫಾರ್ವರ್ಡ್|ಹಂಚ)@"),
    ("sogl", r"(?:sogleank|soglleank|sogleam groupani|soglyank) (?:dhadd|dhad|share|forward|pavoi)@"),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Chain messages."""
    return find_phrases("chain_message", PHRASES, comment)
