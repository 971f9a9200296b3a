"""What the form noticed. Absence is neutral: a page without script fills in none of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from moderation.vocabulary import Comment, Door, Facts, Signal

NAME = "form"


def find(comment: Comment, _facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Honeypot, time to fill, and a token that should be there."""
    form = comment.form
    if form.honeypot:
        yield Signal("honeypot", value=True)
    if form.elapsed_ms is not None:
        yield Signal("fill_seconds", round(form.elapsed_ms / 1000, 1))
    if comment.door is Door.FORM and form.token is None:
        yield Signal("token_missing", value=True)
