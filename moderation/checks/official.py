"""An author's name that claims an office or a public body: `Udupi Police`, `DC Office`, `Election Commission`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Field, Signal

NAME = "official"
PHRASES: Final = phrases(
    (
        "police",
        r"(?:[a-z]+ )?(?:city |traffic |cyber |district |state |women )?police(?: station| department| commissioner"
        r"| inspector| control room| hq)?",
    ),
    (
        "bengaluru cmo collector commissioner dgp goa india karnataka kerala magistrate maharashtra "
        "mamlatdar mangalore mangaluru office pmo superintendent tahsildar talathi tehsildar udupi",
        r"(?:deputy |assistant |municipal )?commissioner(?: office)?|(?:district )?collector(?:ate)?(?: office)?|tahsildar"
        r"|tehsildar|mamlatdar|superintendent(?: of police)?|(?:district |executive )?magistrate|talathi"
        r"|(?:dc|sp|ac|ig|dgp|adgp|cmo?|pmo?|bdo) (?:office|udupi|mangaluru|mangalore|goa|north goa|south goa|karnataka"
        r"|kerala|maharashtra|bengaluru|india)|(?:dgp|cmo|pmo)",
    ),
    (
        "cbi commission court customs_ cyber directorate income_ ncb nia reserve_",
        r"(?:state )?election commission(?:er)?(?: of india)?|reserve bank(?: of india)?|income tax(?: department"
        r"| office)?|(?:high|supreme|district|sessions) court(?: of \w+)?|(?:cbi|ncb|nia)(?: officer| office| india)?"
        r"|cyber ?(?:crime|cell)(?: cell| police)?|customs (?:department|officer)|enforcement directorate",
    ),
    (
        "chief prime home health education finance governor mla mp_ minister president hon",
        r"(?:chief|prime|home|health|education|finance) minister(?: of \w+| office)?|governor(?: of \w+)?|(?:hon'?ble "
        r"|honourable )(?:mla|mp|minister|cm|pm|governor|justice|judge)|(?:mla|mp|minister) (?:office|[a-z]+)"
        r"|president of india",
    ),
    (
        "corporation department goa india karnataka kerala maharashtra ministry_ municipal_ municipality panchayat",
        r"(?:city |municipal )?(?:corporation|municipality|municipal council|(?:gram |village "
        r"|zilla )?panchayat)(?: office| commissioner| of \w+)?|(?:govt|government) of (?:india|karnataka|kerala|goa"
        r"|maharashtra)|ministry of \w+|department of \w+|(?:health|education|revenue|transport|forest) department",
    ),
    (
        "admin customer_ desk editor help moderation_ moderator newsroom team",
        r"moderator|moderation team|admin(?:istrator)?|(?:chief |news )?editor(?: in chief)?|editorial(?: team| desk"
        r"| board)?|customer (?:care|support|service)|help ?desk|support team|newsroom|news desk",
    ),
    (
        "कलेक्टर चुनाव_ पुलिस प्रधानमंत्री मुख्यमंत्री",
        r"(?:\S+ )?पुलिस(?: थाना| विभाग| आयुक्त)?|मुख्यमंत्री|प्रधानमंत्री(?: कार्यालय)?|(?:जिला )?कलेक्टर|चुनाव आयोग"
        r"|पुलिस आयुक्त",
    ),
    (
        "ಕರ್ನಾಟಕ_ ಚುನಾವಣಾ_ ಜಿಲ್ಲಾಧಿಕಾರಿ ತಹಶೀಲ್ದಾರ್ ಪೊಲೀಸ್ ಮುಖ್ಯಮಂತ್ರಿ",
        r"(?:\S+ )?ಪೊಲೀಸ್(?: ಠಾಣೆ| ಇಲಾಖೆ| ಆಯುಕ್ತ)?|ಮುಖ್ಯಮಂತ್ರಿ|ಜಿಲ್ಲಾಧಿಕಾರಿ|ತಹಶೀಲ್ದಾರ್|ಚುನಾವಣಾ ಆಯೋಗ|ಕರ್ನಾಟಕ ಸರ್ಕಾರ",
    ),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Names that claim an office."""
    return find_phrases("fake_official", PHRASES, comment, fields=frozenset({Field.NAME}))
