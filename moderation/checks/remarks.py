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
WHOSE: Final = r"(?:your|ur|his|her|their|this man's|that woman's|this woman's)"
KIN: Final = r"(?:mother|father|mom|mum|dad|wife|husband|sister|brother|daughter|son|parents|family)"
PHRASES: Final = phrases(
    (
        "ask control look_ teach",
        rf"(?:ask|go ask|go and ask|first ask|teach|control|look at) {WHOSE} (?:own )?(?:{KIN}|face|mirror)(?! (?:member"
        rf"|for|to vote|about the (?:scheme|price)))",
    ),
    (
        "affair characterless cheat divorced_ eloped illegitimate left_ loose_ ran_ run_ sleeping_ sleeps",
        rf"{WHOSE} (?:own )?{KIN}(?:\W+\w+){{0,4}}?\W+(?:ran away|run away|eloped|left (?:you|him|her|them)"
        rf"|(?:an? )?affairs?|divorced (?:you|him|her)|sleeps|sleeping (?:with|around)|cheat(?:s|ed|ing)|illegitimate"
        rf"|characterless|loose character)",
    ),
    (
        "bald black crooked dark dirty donkey fat horse monkey pig stinking ugly",
        rf"{WHOSE} (?:ugly|fat|black|dark|bald|pig|monkey|horse|donkey|crooked|dirty|stinking) ?(?:face|head|body|skin"
        rf"|belly|stomach|mouth|teeth|nose)",
    ),
    (
        "face_ look",
        r"(?:(?:you|he|she|u) (?:looks?|is looking|are looking) (?:exactly |just |really |so )?like|(?:with a|has a"
        r"|having a) face like) (?:a |an )?(?:monkey|pig|buffalo|donkey|ape|ghost|witch|beggar|clown|frog|rat|dog|gorilla"
        r"|bulldog)",
    ),
    (
        "marry_",
        r"(?:no one|nobody|who|no man|no woman|no girl|no boy) (?:will|would|wants to|is going to"
        r"|ever) (?:ever )?marry (?:you|him|her|such)",
    ),
    (
        "barren characterless childless divorcee impotent infertile spinster unmarried virgin widow",
        r"(?:(?:unmarried|barren|childless|impotent|infertile|characterless) (?:woman|man|lady|fellow|like you|idiot)"
        r"|(?:you|he|she) (?:is|are|must be) (?:a |an )?(?:barren|impotent|childless|divorcee|spinster|widow)|(?:old"
        r"|frustrated) (?:spinster|divorcee|widow|virgin))",
    ),
    (
        "birth blood breeding caste khandan upbringing",
        rf"{WHOSE} (?:low |dirty |bad |poor |real |own )?(?:caste|blood|upbringing|khandan|birth|breeding) (?:is (?:showing"
        rf"|dirty|low|bad)|shows?|tells?|speaks?|itself)",
    ),
    (
        "cheap gutter low",
        r"(?:low|lower|cheap|gutter)[ -]?(?:caste|class|born|bred) (?:fellow|mentality|woman|man|people like|creature"
        r"|thinking|idiot|fool)s?",
    ),
    (
        "cripple handicapped leper lunatic mad mental psychiatric psycho",
        r"(?:(?:mental|psycho|lunatic|leper|cripple|handicapped|mad|psychiatric) (?:patient|case|fellow|woman|man"
        r"|like you)|(?:you|he|she) (?:is|are) (?:a )?(?:mental|mentally (?:sick|ill|retarded|unstable|disturbed"
        r"|challenged)|psycho|lunatic|leper|cripple))(?! (?:health|illness|hospital))",
    ),
    (
        "asylum forgot mental_ psychiatrist",
        r"(?:which|what) (?:asylum|mental hospital) (?:did|has|are) (?:you|he|she)|(?:you|he|she) (?:needs?|should (?:see"
        r"|visit|consult)|must (?:see|visit)) (?:a )?(?:psychiatrist|mental (?:hospital|treatment|asylum)|asylum)"
        r"|forgot(?:ten)? (?:to take )?(?:your|his|her) (?:pills|medicines?|tablets?)",
    ),
    (
        "ugly fat prostitute whore slut characterless drunkard barren impotent illegitimate dark_",
        rf"{WHOSE} (?:own )?{KIN} (?:is|was|are|were|looks?)(?: (?:so|very|too|really|just|such|only|nothing but))*"
        r" (?:an? )?(?:ugly|fat|dark|prostitutes?|whores?|sluts?|characterless|drunkards?|barren|impotent|illegitimate)",
    ),
    (
        "ugly fat_ fatso obese bald_ baldy toothless",
        r"(?:you|u|he|she|they)(?:'re|'s| are| is| r| was| were)(?: (?:so|very|too|really|just|such))* (?:an? )?"
        r"(?:ugly|fat|fatso|obese|bald|baldy|toothless)(?! (?:cats?|cheques?|checks?|salar@|chance|lot|on|with facts))",
    ),
    (
        "caste jaat jati",
        r"(?:what|which)(?: is|'s| are)? (?:your|ur|his|her|their) (?:real |own )?(?:caste|jaat|jati)"
        r"(?! (?:census|certificate|survey|polic|calculation|equation))|(?:you|he|she) (?:must be|is|are|look"
        r"|looks) (?:from |of |a |some )*(?:low|lower|inferior|untouchable) (?:caste|jaat|jati)",
    ),
    (
        "married_ divorce unmarried childless husband_ wife_ left_",
        r"(?:go (?:and )?get married|get married first|first (?:go )?get married|(?:get|find) (?:yourself )?an? (?:husband|wife)"
        r" (?:first|before))|no wonder (?:you|u|he|she|your|his|her)(?:\W+\w+){0,3}?\W+(?:divorced?|unmarried|childless"
        r"|left (?:you|him|her))",
    ),
    (
        "aids_ hiv_ leprosy syphilis std_ vd_ herpes",
        r"(?:you|u|he|she) (?:has|have|must have|is having|are having|got|gave \w+) (?:aids|hiv|leprosy|syphilis|std|vd"
        r"|herpes)",
    ),
    (
        "family_ mother_ father_ parents_ upbringing caste khandan",
        r"(?:typical|expected|what (?:else )?(?:can|to|do) (?:you |we )?expect|nothing (?:else|better)(?: to expect)?)"
        rf" (?:of|from) {WHOSE} (?:family|mother|father|parents|upbringing|caste|khandan)",
    ),
    (
        "baap dad father",
        r"(?:(?:who|not sure who|find out who|nobody knows who) (?:is |was )?(?:your|his|her) (?:real )?(?:father|dad"
        r"|baap)|(?:born (?:to|of)|has|have) (?:two|many|ten|different|unknown) fathers)",
    ),
    (
        "iska iske iski tera tere teri uska uske uski",
        r"(?:tera|teri|tere|uska|uski|uske|iska|iski|iske) (?:asli )?(?:baap|maa|maa baap|khandan|biwi|behen|bahan|pita"
        r"|jaat|jati|shakal|shakl|thobda|chehra) (?:kaun|ka pata|ko bhej|ne|bhaag|bhag|ki aukat|dekh|bandar|kutte|jaisi"
        r"|jaisa|dekhi|ke saath|kiske)@",
    ),
    (
        "apni pehle_",
        r"(?:apni|pehle apni) (?:shakal|shakl|thobda|aukat|aukaat) (?:dekh|me reh|mein reh|dekhi)@",
    ),
    (
        "avala avana ivala ivana nin",
        r"(?:ninna|nin|avana|avala|ivana|ivala) (?:appa|amma|hendti|hendthi|ganda|jaati|mukha|muka|musudi|moothi|thangi"
        r"|akka|vamsha) (?:yaaru|yaru|yar|jothe|jote|oodi|odi|nodko|nodkond@|nodidiya|gottaguthe|gothu|helu|kelu|elli"
        r"|yelli)@",
    ),
    (
        "avoi bail bapui ghov mukhamoll pai tond zat",
        r"(?:tujo|tuji|tujem|tacho|tachi|tachem) (?:bapui|pai|avoi|bail|ghov|mukhamoll|tond|zat) (?:konn|khuim|polle|poi"
        r"|pollev|dhanvlo|dhanvli)@",
    ),
    (
        "अपनी_ का_ किसके कौन क्या देख भाग",
        r"(?:तेरा|तेरी|तेरे|उसका|उसकी|इसकी|इसका) (?:बाप|मां|खानदान|बीवी|बहन|जात|शक्ल|औकात) (?:कौन|का पता|भाग|देख|किसके"
        r"|क्या)@|अपनी (?:शक्ल|औकात) (?:देख|में रह)@",
    ),
    (
        "ಅವನ ಅವಳ ನಿನ್ನ",
        r"(?:ನಿನ್ನ|ಅವನ|ಅವಳ) (?:ಅಪ್ಪ|ಅಮ್ಮ|ಹೆಂಡತಿ|ಗಂಡ|ಜಾತಿ|ಮುಖ|ಮೂತಿ|ಮುಸುಡಿ|ವಂಶ) (?:ಯಾರು|ಯಾರ|ಓಡಿ|ನೋಡಿಕೊ|ನೋಡ್ಕೊ|ಜೊತೆ|ಯಾವುದು"
        r"|ಗೊತ್ತು|ಹೇಳು)@",
    ),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Personal remarks."""
    return find_phrases("personal_remark", PHRASES, comment)
