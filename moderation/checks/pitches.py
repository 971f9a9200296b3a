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
PHRASES: Final = phrases(
    r"(?:work|job|jobs|earn|earning|income)~?(?:from|at) home",
    r"(?:earn|make|get|win|receive)(?: up ?to| upto| around| minimum)? (?:rs\.?|inr|usd|\$|₹)? ?\d[\d,.]*(?: ?k| lakhs?| crores?)? ?(?:/-)?"
    r"(?: ?(?:per|a|every|daily|in a|each) ?(?:day|week|month|hour)?)?",
    r"(?:personal|instant|home|business|gold|easy|urgent) loans?",
    r"(?:low|lowest|0%|2%|3%|without) (?:interest|cibil|documents?|collateral|guarantor)",
    r"(?:whatsapp|telegram|call|text|dm|inbox|contact) (?:me |us |now |on |at |this |number |for )+",
    r"(?:click|tap) (?:here|below|the link|this link|on the link)|link in (?:bio|profile|my profile)",
    r"(?:100 ?%|fully|money ?back|risk ?free) (?:guarante\w+|genuine|result\w*|satisfaction|legit|profit|refund)",
    r"(?:astrolog\w+|vashikaran|black magic|jyotish|baba ji|love problem|get (?:your )?ex (?:love|husband|wife|lover|boyfriend|girlfriend)? ?back|kala jadu)",
    r"(?:bitcoin|crypto|forex|binary option|trading)s? (?:trad\w+|invest\w+|account|expert|mentor|manager|signal|profit|broker|platform|recovery)",
    r"(?:recover|recovery of) (?:your |my )?(?:lost|stolen|scammed)? ?(?:funds?|money|bitcoin|crypto|wallet)",
    r"(?:invest|deposit)(?: only| just| minimum)? (?:rs\.?|\$|₹)? ?\d[\d,.]* ?(?:and|to|&) ?(?:get|earn|receive|make)",
    r"(?:limited|special|exclusive|today only|festive) (?:time )?(?:offer|deal|discount|price|seats?)",
    r"(?:buy|order|shop)(?: now| today| online| cheap)+",
    r"(?:weight loss|lose weight|slim|hair loss|sexual|erectile|diabetes) (?:pills?|medicine|capsules?|treatment|cure|tea|supplement|doctor|oil)",
    r"(?:followers?|likes?|views?|subscribers?|reviews?)~?(?:for sale|cheap|buy|increase|boost)|(?:subscribe|sub) (?:to )?my channel|check out my (?:channel|page|video|site)",
    r"(?:essay|assignment|dissertation|thesis|homework) (?:writing|help|service|writers?)",
    r"(?:degree|certificate|driving licen[cs]e|passport|visa)s? (?:available|without exam|for sale|in \d+ days)",
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """How many turns of phrase of a salesman a field has."""
    for field, text in judged_fields(comment).items():
        spans = spans_of(text, PHRASES, "sales_pitch")
        if spans:
            yield Signal("sales_pitch", len(spans), field, spans)
