"""What an author has done here before, and what the editor has decided about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from moderation.vocabulary import Comment, Facts, Signal

NAME = "standing"
ENOUGH: Final = 3  # of fewer outcomes no share is told


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Bans, pre-moderation, first comment, share of rejections, names under one address."""
    author = facts.author
    if author.banned:
        yield Signal("author_banned", value=True)
    if facts.sender.banned:
        yield Signal("address_banned", value=True)
    if author.premoderated:
        yield Signal("author_premoderated", value=True)
    if (comment.author.id or comment.author.email) and not author.published:
        yield Signal("first_comment", value=True)
    if author.recent >= ENOUGH and author.recent_rejected:
        yield Signal("rejected_share", round(author.recent_rejected / author.recent, 2))
    if author.names > 1:
        yield Signal("names_of_email", author.names)
