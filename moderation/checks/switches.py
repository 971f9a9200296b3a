"""What the editor has switched: hold all or close, for the site or the article; an article that takes no more comments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from moderation.vocabulary import Comment, Facts, Signal

NAME = "switches"


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Switches in force."""
    switch = facts.site.switch or ("hold" if facts.article.hold_all else "")
    if switch:
        yield Signal("comments_switch", switch)
    if facts.article.closed or (comment.article and comment.article.closed):
        yield Signal("article_closed", value=True)
