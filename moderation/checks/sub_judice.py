"""Guilt or innocence called in a matter before a court, or contempt of the court.

- Guilt is called only where the article is marked as sub judice; contempt of a court is looked for everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Signal

NAME = "sub_judice"
CONTEMPT: Final = phrases(
    (
        "bench court judge judiciary magistrate",
        r"(?:judges?|magistrates?|courts?|bench|judiciary)(?:\W+\w+){0,4}?\W+(?:was |were |is |are |has been "
        r"|have been )?(?:bribed|bought|purchased|sold(?: out)?|corrupt"
        r"|paid off|managed|for sale|on the payroll|in (?:his|her|their|the) pocket|a puppet|puppets)",
    ),
    (
        "bought bribed managed paid_ purchased",
        r"(?:bribed|bought|paid off|managed|purchased) (?:the |a |these |that )*(?:judges?|magistrate|court|bench)",
    ),
    ("judge judiciary magistrate", r"(?:corrupt|sold ?out|bribed|shameless|biased) (?:judges?|magistrate|judiciary)"),
    (
        "bought fixed paid_ purchased sold",
        r"(?:judge?ment|verdict|bail|order|acquittal) (?:was |is |has been |had been )?(?:bought|sold|fixed|purchased"
        r"|paid for)",
    ),
)
GUILT: Final = phrases(
    (
        "criminal culprit framed guilty innocent killer murderer rapist thie",
        r"(?:he|she|they|the accused|this man|that man|this guy|[a-z]+) (?:is|are|was|were) (?:definitely |clearly "
        r"|surely |obviously |100% |really |completely |not |being )*"
        r"(?:guilty|innocent|the (?:real )?(?:killers?|murderers?|rapists?|culprits?|thie(?:f|ves))|a (?:killer|murderer"
        r"|rapist|criminal|thief)|framed)",
    ),
    (
        "acquitted convicted did_ given_ hanged jailed killed_ murdered punished raped_ released shot",
        r"(?:he|she|they|the accused|this man|that man)(?: \w+){0,2}? (?:did it|killed (?:him|her|them)|raped (?:him|her)"
        r"|murdered|(?:must|should) be (?:hanged|jailed|punished|convicted|acquitted|released|shot|given death))",
    ),
    (
        "acquit convict free hang punish release",
        r"(?:hang|convict|punish|acquit|release|free) (?:him|her|them|the accused|this (?:man|monster|animal))",
    ),
    (
        "faansi fansi penalty phansi punishment sentence",
        r"(?:death (?:penalty|sentence)|capital punishment) (?:for|to) (?:him|her|them|the accused|this)|(?:usko|isko|inko"
        r"|unko) (?:fansi|phansi|faansi)@",
    ),
)


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterator[Signal] | Iterable[Signal]:
    """Verdicts of the gallery, and contempt."""
    guilt = GUILT if facts.article.sensitive == "sub_judice" else ()
    return find_phrases("sub_judice", (*CONTEMPT, *guilt), comment)
