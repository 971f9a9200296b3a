"""Too many in a minute: by one sender, from one network, under one article.

- A village behind one address is not one person: the counts say how many, the policy holds and never rejects for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from moderation.vocabulary import Comment, Facts, Signal

NAME = "flood"


def find(_comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Counts of the last minute, this comment among them, from where they are more than people write."""
    sender, (by_sender, by_network, by_article) = facts.sender, facts.site.crowded
    for name, count, least in (
        ("flood_sender", sender.last_minute + 1, by_sender),
        ("flood_network", sender.network_last_minute + 1, by_network),
        ("flood_article", sender.article_last_minute + 1, by_article),
    ):
        if count >= least:
            yield Signal(name, count)
    if sender.others_on_address:
        yield Signal("shared_address", sender.others_on_address)
