"""An author's name that claims an office or a public body: `Udupi Police`, `DC Office`, `Election Commission`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.phrases import find_phrases, phrases
from moderation.vocabulary import Comment, Facts, Field, Signal

NAME = "official"
PHRASES: Final = phrases(
    r"(?:city |traffic |cyber |district |state )?police(?: station| department| commissioner| inspector)?",
    r"(?:deputy |assistant )?commissioner|collector(?:ate)?|tahsildar|superintendent(?: of police)?|magistrate|(?:dc|sp|ac|ig|dgp|cmo?|pmo?)(?: office| udupi| mangaluru| mangalore)",
    r"election commission(?:er)?|reserve bank|income tax(?: department)?|(?:high|supreme|district|sessions) court|cbi|ncb|nia|cyber ?crime(?: cell)?",
    r"(?:chief|prime|home|health|education) minister|governor|(?:hon'?ble )?(?:mla|mp|minister)",
    r"(?:city )?(?:corporation|municipality|panchayat|gram panchayat)(?: office| commissioner)?|govt|government of (?:india|karnataka|kerala|goa)",
    r"moderator|moderation team|admin(?:istrator)?|editor(?: in chief)?|editorial(?: team| desk)?|customer (?:care|support)|help ?desk",
)


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Names that claim an office."""
    return find_phrases("fake_official", PHRASES, comment, fields=frozenset({Field.NAME}))
