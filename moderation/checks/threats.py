"""A threat of violence in plain words.

- Somebody is to be hurt, burnt, beaten or killed, by the writer or by others who are called on to do it.
- `should be hanged` after a crime is a call for punishment by the law and is left to the model; idioms are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "threats"
WHOM: Final = (
    r"(?:you|u|ya|him|her|them|this (?:man|woman|guy|reporter|editor|fellow|bastard)|your (?:family|children|kids"
    r"|house|wife|daughters?|sons?|parents))"
)
HARM: Final = (
    r"(?:kill|murder|shoot|stab|hang|burn|behead|bury|lynch|beat|thrash|bash|rape|attack|smash|chop|cut|hack|break"
    r"|destroy|finish off|skin|strangle|slit|poison|bomb)"
)
PLAY: Final = (
    r"(?! (?:in|at|by|on|with|for|down|from) (?:the |this |a |an |next )?(?:\w+ )?(?:final|match|game|election"
    r"|elections|polls?|court|series|cup|points?|runs?|goals?"
    r"|argument|debate|exam|race|ballot|votes?|margin|price|prices|size|half|heart|tax|taxes))"
)
CUES: Final = (
    "kill murder shoot stab hang burn behead bury lynch beat thrash bash rape attack smash chop cut hack "
    "break destroy finish skin strangle slit poison bomb"
)
PHRASES: Final = phrases(
    (
        "attack bash beat behead bomb break burn bury chop cut destroy finish_ hack hang kill lynch murder "
        "poison rape shoot skin slit smash stab strangle thrash",
        rf"(?:i|we|i'll|we'll|somebody|someone|people|boys|our men) (?:will |shall |am going to |are going to |'m gonna "
        rf"|gonna |should |must |swear i will |want to |wanna |personally |come and )+{HARM} {WHOM}{PLAY}",
    ),
    (
        "attack bash beat behead bomb break burn bury chop cut destroy finish_ hack hang kill lynch murder "
        "poison rape shoot skin slit smash stab strangle thrash",
        rf"(?:i'll|we'll|i'm going to|we're going to|i'm gonna|let's|lets|let us) (?:all |come and "
        rf"|go and )?{HARM} {WHOM}{PLAY}",
    ),
    (
        "attack bash beat behead bomb break burn bury chop cut destroy finish_ hack hang kill lynch murder "
        "poison rape shoot skin slit smash stab strangle thrash",
        rf"(?<!they )(?<!he )(?<!she )(?<!who )(?<!and )(?<!police )(?<!mob )(?<!men )(?<!to )(?<!husband )(?<!that )"
        rf"{HARM} {WHOM} (?:alive|to death|in public|like a dog|like dogs|on sight|on the (?:street|spot)|one by one)",
    ),
    ("neck throat", r"(?:slit|cut) (?:your|his|her|their) (?:throat|neck)s?"),
    (
        "break chop cut snap",
        r"(?:i|we|i'll|we'll|will|shall|going to|gonna) (?:break|chop|cut(?: off)?|snap) (?:your|his|her|their"
        r"|every) (?:bones?|legs?|hands?|neck|teeth)",
    ),
    ("bullet_", r"(?:put|a) (?:a )?bullet (?:in|through|for) (?:your|his|her|you|him)(?: head| skull| brain)?"),
    (
        "dead die killed pay_ regret_ shot",
        r"you(?:'ll| will| are going to| gonna| shall)? (?:soon )?(?:die soon|die like|be killed|be shot|be dead"
        r"|regret this with|pay for this with your (?:life|blood)|die for this|will die)",
    ),
    (
        "where_",
        r"(?:we|i|they) (?:all )?know where (?:you|he|she|your (?:kids|family|wife|children)) (?:live|lives|work|works"
        r"|park|study|stay|go)s?",
    ),
    (
        "coming_ count_ days_ dead_ meat next_ walking watch_",
        r"(?:watch your back|your days are (?:numbered|over)|count your days|you are a dead (?:man|woman)|you're dead meat"
        r"|dead man walking|you are next on (?:the|our) list|we are coming for you|coming for your (?:family|head))",
    ),
    (
        "crore head lakh reward",
        r"(?:bring|want|get) (?:me )?(?:his|her|your) head(?: on a (?:plate|platter|stick))?|(?:reward|lakh"
        r"|crore)s? (?:for|on) (?:his|her) (?:head|tongue)",
    ),
    ("acid_", r"(?:throw|pour|need|deserves?) acid (?:on|at) (?:your|his|her|you|him)"),
    (
        "inko isko sabko teko tereko tujhe tumhe tumko unko usko",
        r"(?:tujhe|tumhe|usko|isko|inko|unko|sabko|tereko|teko|tumko) (?:jaan se |zinda |wahin |goli |ghar me ghus ke "
        r"|ghar mein ghus kar )*(?:maar|jala|kaat|kat|goli|thok|gaad|tapka|uda) ?(?:dunga|denge|dalunga|dalenge|daal@"
        r"|maar@|do|deni|dungi|ke rahenge|du|dena)",
    ),
    (
        "dalenge dalunga denge_ dunga_ dungi_",
        r"(?:maar|jala|kaat|thok|tapka) (?:dunga|denge|dungi|dalunga|dalenge)(?: main| mai| hum)? (?:tujhe|tumhe|usko|isko|tereko"
        r"|teko|tumko|sabko)",
    ),
    (
        "ghus goli_ jaan_ kaat_ zinda_",
        r"(?:jaan se maar|goli maar|zinda jala|kaat (?:dal|dunga|denge)|ghar (?:me|mein) ghus ?(?:ke"
        r"|kar) maar)@(?: (?:denge|dunga|do))?",
    ),
    (
        "avalanna avanna avarannu avrna ivana ivanna nin",
        r"(?:ninna|ninnanna|ninge|nin|avanna|avalanna|avarannu|avrna|ivana|ivanna) (?:kol+(?:thini|ti?ni|tini|theve|beku"
        r"|li)@|saays@|saayis@|sayis@|hodedu@|kadi(?:thini|tini|du)@|sutt?u? ?hak@|mugis@)",
    ),
    (
        "jiv_ kapun katortolom lastolom marcho martam martolom marun",
        r"(?:tuka|taka|tankam|tumkam) (?:jivexim |jivant )?(?:marun|martolom|martam|marunk|marcho|lastolom|kapun"
        r"|katortolom)@|tuzo jiv (?:gheto|ghetam|kaddtam)",
    ),
    (
        "गोली_ डालूंगा डालेंगे डालो दूंगा देंगे",
        r"(?:तुझे|तुम्हें|उसको|उसे|इसको|इसे|सबको|इनको) (?:जान से |जिंदा )?(?:मार|काट|जला|ठोक) (?:दूंगा|डालूंगा|देंगे"
        r"|डालेंगे|डालो|दूँगा)|गोली मार (?:दो|दूंगा|देंगे)",
    ),
    (
        "ಕೊಲ್ಲ ಕೊಲ್ತೀನಿ ಕೊಂದು ಹೊಡೆದು ಕಡಿದು ಸಾಯಿಸ ಸುಟ್ಟು",
        r"(?:ನಿನ್ನನ್ನು|ನಿನ್ನ|ಅವನನ್ನು|ಅವಳನ್ನು|ಅವರನ್ನು|ಇವನನ್ನು) (?:ಕೊಲ್ಲುತ್ತೇ@|ಕೊಲ್ತೀನಿ|ಕೊಲ್ಲಬೇಕು|ಕೊಂದು ಹಾಕ@|ಹೊಡೆದು ಸಾಯಿಸ@"
        r"|ಕಡಿದು ಹಾಕ@|ಸಾಯಿಸ್ತೀ@|ಸುಟ್ಟು ಹಾಕ@)",
    ),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Threats in plain words."""
    return find_phrases("threat", PHRASES, comment)
