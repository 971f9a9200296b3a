"""The same or nearly the same text again: by the same sender, by others, or inside itself.

- How often a text was seen comes with the facts; here it becomes a signal, and the detail names the cluster.
- A short text (`RIP`, `well said`) is said by many honest people: repeats by others count from five words on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.checks.reading import read_text
from moderation.vocabulary import Comment, Facts, Field, Signal

NAME = "repeats"
SHORT: Final = 5
LONG: Final = 12
MOSTLY_NEW: Final = 0.8  # a text of which so many words are new cannot repeat a third of itself
SOME: Final = 0.3


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """How often this was said before."""
    sender, words = facts.sender, read_text(comment.text).normal.split()
    if sender.same_text:
        yield Signal("repeat_same_sender", sender.same_text)
    if len(words) >= SHORT and sender.same_text_others:
        yield Signal("repeat_others", sender.same_text_others)
    if len(words) >= SHORT and sender.cluster_size > sender.same_text + sender.same_text_others:
        yield Signal("near_duplicates", sender.cluster_size, detail=sender.cluster)
    share = repetition(words)
    if share > SOME:
        yield Signal("repetition", round(share, 2), Field.TEXT)


def repetition(words: list[str]) -> float:
    """The share of a text that says again what it said; 0 for a text of few words."""
    if len(words) < LONG or len(set(words)) > MOSTLY_NEW * len(words):
        return 0.0
    triples = Counter(zip(words, words[1:], words[2:], strict=False))
    again = sum(count - 1 for count in triples.values())
    return again / max(1, sum(triples.values()))
