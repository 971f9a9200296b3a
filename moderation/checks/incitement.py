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
    r"(?:muslims?|hindus?|christians?|catholics?|sikhs?|jains?|buddhists?|jews?|dalits?|brahmins?|adivasis?|tribals?"
    r"|kashmiris?|biharis?|tamils?|tamilians?|kannadigas?|marathis?"
    r"|malayalis?|north ?indians?|south ?indians?|outsiders|migrants?|bhaiyas|ghatis?|lamanis?|nepalis?|rohingyas?"
    r"|bangladeshis?|minorit(?:y|ies)|jihadis?|mullahs?|mullas?|missionaries|padris|pastors|converts"
    r"|their kind|that community|this community|tuluvas?|konkanis?|bearys?|lingayats?"
    r"|vokkaligas?|kuruba?s|reddys|jats?|yadavs?)"
)
CALL: Final = (
    r"(?:throw|drive|chase|kick|beat|burn|kill|shoot|finish|wipe|boycott|attack|lynch|crush|eliminate|exterminate"
    r"|cleanse|hang|deport|slaughter|butcher|castrate|sterili[sz]e)"
)
GROUPS: Final = (
    "muslim hindu christian catholic sikh jain buddhist jew dalit brahmin adivasi tribal kashmiri bihari tamil kannadiga"
    " marathi malayali north south outsiders migrant bhaiyas ghati lamani nepali rohingya bangladeshi minorit jihadi mulla"
    " missionar padris pastors converts kind community tuluva konkani beary lingayat vokkaliga kurub reddys jat yadav"
)
# Reports, questions and pleas against such calls are not calls.
NOT_A_CALL: Final = (
    r"(?<!not )(?<!n't )(?<!never )(?<!dont )(?<!who )(?<!they )(?<!that )(?<!stop )(?<!mobs )(?<!mob )(?<!will )"
)
PHRASES: Final = phrases(
    (
        "attack beat boycott burn butcher castrate chase cleanse crush deport drive eliminate exterminate "
        "finish hang kick kill lynch shoot slaughter sterili throw wipe",
        rf"{NOT_A_CALL}(?<!to ){CALL} (?:out |off |away |all )*(?:these|those|such) (?:people|traitors|animals|dogs|pigs|rats)",
    ),
    (
        GROUPS,
        rf"{NOT_A_CALL}(?<!to ){CALL} (?:out |off |away |all |every |each |these |those |the |such |of )*{GROUP}(?: shops?"
        rf"| traders?| vendors?| businesses| products)?(?: out| away| from| off)?",
    ),
    (
        GROUPS,
        rf"(?:time to|have to|need to|must|should|let us|lets|let's|we will|we should|we must) (?:\w+ )?{CALL} (?:out |off "
        rf"|away |all |every |each |these |those |the |such |of )*{GROUP}",
    ),
    (
        GROUPS,
        rf"{GROUP} (?:should|must|have to|need to|deserve to|ought to) (?:all |also |only )?(?:be )?(?:killed|shot|burnt"
        rf"|burned|thrown out|driven out|finished|wiped out|boycotted|hanged|lynched|beaten(?: up)?|eliminated|exterminated"
        rf"|deported|slaughtered|die|go to pakistan|leave (?:india|this country|goa|karnataka))",
    ),
    (
        GROUPS,
        rf"(?:do not|don't|dont|never|stop) (?:buy|buying|rent|renting|sell|selling|give|giving|hire|hiring) (?:anything "
        rf"|any |houses? |flats? |shops? |work |jobs? |goods |things )*(?:(?:from|to) (?:the |any |these )?)?{GROUP}",
    ),
    (GROUPS, rf"(?:teach|show) (?:all |these |those |the )*{GROUP} (?:a (?:good )?lesson|their place|what we)"),
    (
        "arms knives stick stone sword trishul weapon",
        rf"(?:take up|pick up|raise|bring|carry|keep|sharpen|take out)(?: \w+)? (?:arms|swords?|weapons?|sticks?|stones?"
        rf"|trishuls?|knives)(?:\W+\w+){{0,6}}?\W+{GROUP}",
    ),
    (
        "2002 genocide gujarat partition",
        rf"(?:repeat|another|one more|need a) (?:gujarat|2002|partition|genocide)(?:\W+\w+){{0,6}}?\W+{GROUP}"
        rf"|{GROUP}(?:\W+\w+){{0,6}}?\W+(?:repeat gujarat|need a genocide)|genocide (?:of|against) {GROUP} is (?:needed"
        rf"|the only)",
    ),
    (
        "bhaiyo bhakton bihari hinduo isaiy jihadiy katu mull musalman muslimo",
        r"(?:katu@|mull@|jihadiy@|bhakton|musalman@|muslim(?:o|on)|hindu(?:o|on)|isaiy@|bihari@|bhaiyon?)(?: saalon"
        r"| logon)? ?(?:ko|ka|ke) (?:maar|maro|kaat|bhaga|jala|nikal|khatam|bahishkar|thok|mita|saaf)@",
    ),
    ("desh_ goli_", r"goli maa?ro (?:saal@|sal@|sab|inko|gaddar@) ?(?:ko)?|desh ke gaddaro@ ko"),
    (
        "byarig christianr hindugal kraistha muslimar sabig",
        r"(?:muslimar@|hindugal@|kraistha@|christianr@|byarig@|sabig@) ?(?:annu|anna)? (?:odis@|hodeyir@|hodi@|kollir@"
        r"|kolbeku|suttu@|bahishkar@|gadipar@)",
    ),
    (
        "ईसाइयों कटुओं दलितों बिहारियों मुल्लों मुसलमानों हिंदुओं",
        r"(?:मुसलमानों|हिंदुओं|कटुओं|मुल्लों|ईसाइयों|दलितों|बिहारियों) (?:को|का) (?:मारो|काटो|भगाओ|जलाओ|निकालो|खत्म"
        r"|बहिष्कार|मार)@",
    ),
    (
        "ಕ್ರೈಸ್ತರನ್ನು ದಲಿತರನ್ನು ಮುಸ್ಲಿಮರನ್ನು ಮುಸ್ಲಿಮರಿಗೆ ಸಾಬಿಗಳನ್ನು ಹಿಂದೂಗಳನ್ನು",
        r"(?:ಮುಸ್ಲಿಮರನ್ನು|ಹಿಂದೂಗಳನ್ನು|ಕ್ರೈಸ್ತರನ್ನು|ಸಾಬಿಗಳನ್ನು|ದಲಿತರನ್ನು|ಮುಸ್ಲಿಮರಿಗೆ) (?:ಓಡಿಸ|ಹೊಡೆ|ಕೊಲ್ಲ|ಸುಡ|ಬಹಿಷ್ಕರಿಸ"
        r"|ಬಹಿಷ್ಕಾರ|ಗಡಿಪಾರ)@",
    ),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Calls against a community."""
    return find_phrases("communal_incitement", PHRASES, comment)
