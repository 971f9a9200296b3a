"""What the editor has switched: hold all or close, for the site, the section or the article; an article that takes no more comments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from moderation.vocabulary import Comment, Facts, Signal

NAME = "switches"


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Switches in force."""
    site, article = facts.site, facts.article
    words = {site.switch, site.switches.get(("section", article.section)), site.switches.get(("article", article.id))}
    if article.hold_all:
        words.add("hold")
    for word in ("close", "hold"):
        if word in words:
            yield Signal("comments_switch", word)
            break
    old = 0 < site.close_after_days <= article.age_days
    if old or article.closed or (comment.article and comment.article.closed):
        yield Signal("article_closed", value=True)
