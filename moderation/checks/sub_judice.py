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
    r"(?:judge|judges|magistrate|court|courts|bench|judiciary|justice)~(?:was |were |is |are |has been |have been )?(?:bribed|bought|purchased|sold(?: out)?|corrupt"
    r"|paid off|managed|fixed|for sale|on the payroll)",
    r"(?:bribe|bribed|bought|paid|managed|fixed)~(?:the )?(?:judge|judges|magistrate|court|bench)",
    r"(?:judgment|judgement|verdict|bail|order) (?:was |is |has been )?(?:bought|sold|fixed|purchased|paid for)",
)
GUILT: Final = phrases(
    r"(?:he|she|they|the accused|this man|that man|\w+) (?:is|are|was) (?:definitely |clearly |surely |obviously |100% )?(?:guilty|innocent|the (?:killer|murderer|rapist|culprit|thief))",
    r"(?:he|she|they|the accused)(?: \w+){0,2} (?:did it|killed (?:him|her|them)|raped (?:him|her)|murdered|must be (?:hanged|jailed|punished|convicted|acquitted|released))",
    r"(?:hang|convict|punish|acquit|release|free) (?:him|her|them|the accused)",
)


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterator[Signal] | Iterable[Signal]:
    """Verdicts of the gallery, and contempt."""
    guilt = GUILT if facts.article.sensitive == "sub_judice" else ()
    return find_phrases("sub_judice", (*CONTEMPT, *guilt), comment)
