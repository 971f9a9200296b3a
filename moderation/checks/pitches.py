"""Turns of phrase of advertising and fraud: jobs from home, loans, astrologers, crypto, cures.

- What counts is their number: one may be innocent, three in a comment seldom are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import phrases, spans_of
from moderation.checks.reading import judged_fields
from moderation.vocabulary import Comment, Facts, Signal

NAME = "pitches"
AMOUNT: Final = (
    r"(?:(?:rs\.?|inr|usd|\$|₹) ?\d[\d,.]*(?: ?k| lakhs?| crores?)?|\d[\d,.]*(?: ?k| lakhs?| crores?)? ?(?:/-|rs"
    r"|rupees|inr|usd|dollars|\$))"
)
PHRASES: Final = phrases(
    (
        "subscribe suscribe",
        r"(?:please |pls |plz )?(?:subscribe|suscribe) (?:to |on )?(?:me|us|my|our|back|for (?:more|free)|and like|like|now|this channel)",
    ),
    (
        "check_ checkout_",
        r"(?:check ?out|check) (?:this|my|our|me)(?: \w+){0,4}? (?:channels?|songs?|videos?|music|tracks?|covers?|pages?)|check (?:me|my \w+|our \w+) out",
    ),
    (
        "winner selected_ awarded_ guaranteed_",
        r"(?:you|u|your mobile|ur)(?: are| r| have been| number)*(?: a| the)* (?:lucky )?(?:winner|(?:been )?(?:specially |randomly )?selected (?:to|2|for)"
        r"|awarded|guaranteed (?:a|to|the latest))",
    ),
    (
        "txt text send sms",
        r"(?:txt|text|sms|send)(?: the)?(?: word:?)? \w+(?: \w+)? (?:to|on)(?: no:?| number)? \d{4,6}",
    ),
    ("win_", r"win (?:a |an |up to |upto |over )?(?:rs\.?|£|\$|₹|cash|iphone|free trip|top prize|lakhs|crores)@"),
    (
        "home",
        r"(?:part time|online|genuine|earn|income|(?:easy|simple) (?:work|job)s?)(?:\W+\w+){0,3}?\W+(?:from|at) home"
        r"|(?:work from home|home based) (?:job|jobs|opportunity|income|business|earn)@",
    ),
    (
        "earn get make win",
        rf"(?:earn|make|you (?:can )?(?:get|win)|win)(?: up ?to| upto| around| minimum| easily"
        rf"| extra)? {AMOUNT}(?:\W+\w+)?? ?(?:per|a|every|daily|in a|each|weekly|monthly|from home|online)(?: (?:day|week"
        rf"|month|hour))?",
    ),
    (
        "loan",
        r"(?:personal|instant|home|business|gold|easy|urgent|quick|cheap) loans? (?:available|at|from|in|without|upto"
        r"|up to|offer|approved|here|contact|call|whatsapp|apply|for all)|(?:need|want|get|looking for) (?:a "
        r"|an )?(?:personal|instant|urgent|business|quick) loan",
    ),
    (
        "cibil collateral document guarantor loan",
        r"(?:(?:low|lowest|0%|1%|2%|3%) (?:rate of )?interest (?:rate )?loans?|(?:without|no|low|bad) (?:cibil|collateral"
        r"|guarantor)(?: score| check| required| needed)?|(?:without|no) documents? (?:required|needed|loan))",
    ),
    (
        "whatsapp telegram call text dm_ inbox contact message email mail_ reach",
        r"(?:whatsapp|telegram|call|text|dm|inbox|contact|message|email|mail|reach)(?: me| us| him| her| now| today"
        r"| directly| dr)* (?:on|at|now|via|through|for more|for details|for booking|number|no|number)[: -]*(?:this (?:number|no|mail|email|id)|my (?:number|no|whatsapp|telegram|email|mail|inbox)|our (?:number|whatsapp|team|office|email)"
        r"|telegram|whatsapp|\+?\d{3}@|[a-z]+\d+)",
    ),
    (
        "blog channel click link page press profile site tap web",
        r"(?:click|tap|press) (?:here|below|the link|this link|on the link|on this link|my name|my profile)|link in (?:bio"
        r"|profile|my profile|comment)|(?:visit|check|see|open) (?:my|our|this) (?:site|website|web|profile|blog|page|link"
        r"|channel)",
    ),
    (
        "cure genuine guarante legit profit refund result risk satisfaction",
        r"(?:100 ?%|fully|money ?back|risk ?free|totally) (?:guarante\w+|genuine|results?|satisfaction|legit|profit|refund"
        r"|cure|free of risk)",
    ),
    (
        "astrologer caster ex_ expert jyotish kala_ magic_ solution specialist tantrik vashikaran",
        r"(?:vashikaran|black magic (?:specialist|removal|expert)|astrologer (?:who|in|for|baba|contact|call|specialist"
        r"|\w+ (?:ji|baba))|(?:famous|best|world famous|great) (?:astrologer|jyotish|tantrik|spell caster)|love (?:problem"
        r"|marriage|spell|back) (?:solution|specialist|caster|expert)|(?:get|got|getting|bring|brought)(?: me| back)* (?:my"
        r"|your) ex (?:love|husband|wife|lover|boyfriend|girlfriend)?(?: back)?|kala jadu|spell caster)",
    ),
    (
        "binary_ bitcoin crypto forex investment trading",
        r"(?:bitcoin|crypto|forex|binary options?|trading|investment)s? (?:trad\w+|invest(?:ment|ing|ed)|account manager"
        r"|expert|mentor|manager|signals?|profit|broker|platform|recovery|with (?:mr|mrs|ms|miss|expert))",
    ),
    (
        "recover retrieve hacker",
        r"(?:recover|recovery of|recovered|retrieve) (?:all )?(?:your|my|our|lost|stolen) ?(?:lost|stolen"
        r"|scammed)? ?(?:funds?|money|bitcoin|crypto|wallet|account)|(?:contact|hire) (?:a |this )?(?:genuine "
        r"|professional |ethical )?hacker",
    ),
    (
        "deposit invest start_",
        rf"(?:invest|deposit|invested|start with)(?: only| just| minimum| as low as)? {AMOUNT}(?:\W+\w+){{0,3}}?\W+(?:get"
        rf"|got|earn|earned|receive|make|made|profit|return)@",
    ),
    (
        "deal discount hurry_ offer seat",
        r"(?:limited|special|exclusive|today only|festive|mega) (?:time |period )?(?:offers?|deals?|discount"
        r"|seats? (?:only|left|available))|hurry up|offer (?:ends|valid)",
    ),
    (
        "book buy cheap_ order shop",
        r"(?:buy|order|shop|book) (?:now|today|online|cheap|yours)(?: at| from| and| on| in)? (?:\d|at|from|and get|with"
        r"|only|on|rs|the best|http|www|free|here|link)|cheap (?:price|rates?|followers|viagra|medicines?)",
    ),
    (
        "belly_ diabetes enlargement erectile hair_ keto power slimming stamina weakness weight",
        r"(?:weight loss|lose weight|slimming|hair (?:loss|growth)|sexual (?:power|stamina|weakness)|erectile|diabetes"
        r"|belly fat|keto|penis enlargement) (?:pills?|medicines?|capsules?|treatment|cure|tea|supplements?|doctor|oil"
        r"|powder|naturally|fast|in \d+|diet pills|solution)",
    ),
    (
        "channel check_ follower like review sub view",
        r"(?:buy|get|increase|boost|cheap|gain) (?:(?:more|real|your|free|\d+|instagram|youtube|facebook|insta) )*(?:followers|likes|views|subscribers)"
        r"|(?:followers|likes|subscribers) (?:for sale|cheap)|(?:subscribe|sub) (?:to )?(?:my|our) (?:\w+ )?channel"
        r"|check (?:out )?(?:my|our) (?:channel|page|video|site|profile|new|youtube|blog|music)|sub ?4 ?sub",
    ),
    (
        "assignment dissertation essay homework thesis",
        r"(?:essay|assignment|dissertation|thesis|homework) (?:writing|help|writers?) ?(?:service|services|online|expert)?",
    ),
    (
        "certificate degree ielts_ licen marks passport visa",
        r"(?:degree|certificate|driving licen[cs]e|passport|visa|marks ?card)s? (?:available|without (?:exam|test)"
        r"|for sale|in \d+ days|sponsorship)|(?:buy|get) (?:a |an |your )?(?:original |genuine |registered "
        r"|fake )?(?:driving licen[cs]e|passport|degree certificate|ielts certificate)s?",
    ),
    (
        "claim_ entry gift_ iphone lottery_ lucky_ recharge ringtone selected won",
        r"(?:you (?:have (?:won|been selected)|won (?:a|rs|the lottery|lottery|cash|prize|\d@))|lucky (?:draw|winner)|claim your (?:prize|reward|free|gift|cash)"
        r"|free (?:iphone|gift card|recharge|ringtone)|lottery (?:winner|department|number))",
    ),
    (
        "beautiful escort girl hot lonely massage sexy single",
        r"(?:escorts?|call girls?|massage) (?:service|services|agency|available|whatsapp|number|contact)|(?:hot"
        r"|sexy|lonely|single|beautiful) (?:girls?|ladies|women|housewives|aunties|models) (?:available|near|in your"
        r"|waiting|want|looking|for)",
    ),
    (
        "available_ booking_ pre rent sale site_",
        r"(?:flats?|plots?|villas?|\d ?bhk|site|land|shop) (?:for sale|for rent|available (?:for|in|at|near))"
        r"|(?:pre ?launch|site visit|booking open) (?:offer|free|now|contact|call)",
    ),
    (
        "backlink guest_ rank_ seo_ website_",
        r"(?:seo (?:service|services|expert|agency|company)|backlinks?|guest post@|website (?:design"
        r"|development) (?:service|company|services)|rank (?:your|my) (?:site|website))",
    ),
    (
        "ghar_ online pais",
        r"(?:ghar (?:baithe|bethe)|online) (?:paise?|paisa|lakhon|hazaron|income)? ?(?:kama@|kamaye|kamao|earning)"
        r"|paise? kama(?:o|e|ye|ne ka|na)@",
    ),
    (
        "amazing excellent good great informative nice wonderful",
        r"(?:nice|great|amazing|wonderful|good|informative|excellent) (?:post|article|blog|info|information|content|share"
        r"|site)(?:\W+\w+){0,8}?\W+(?:visit|check out|my (?:site|blog|website|page)|click|also (?:see|read|check))",
    ),
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """How many turns of phrase of a salesman a field has."""
    for field, text in judged_fields(comment).items():
        spans = spans_of(text, PHRASES, "sales_pitch")
        if spans:
            yield Signal("sales_pitch", len(spans), field, spans)
