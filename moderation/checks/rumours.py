"""A claim from the editor's list of unverified claims. The word for it is `unverified claim`, never `false`.

- A line of the list matches when most of its words of weight stand near each other in the comment, in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from moderation.checks.reading import judged_fields, read_text
from moderation.text.fold import WORD, fold_letters
from moderation.vocabulary import Comment, Facts, Signal, Span

NAME = "rumours"
SHARE: Final = 0.75
WINDOW: Final = 3  # how much longer than the claim the stretch may be that holds its words
LIGHT: Final = frozenset(
    "a an the is are was were be been to of in on at by for and or not no that this it as with from has have had".split()
)


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Claims of the list."""
    if not facts.site.rumours:
        return
    for field, text in judged_fields(comment).items():
        spans = tuple(span for claim in facts.site.rumours for span in _find_claim(text, claim))
        if spans:
            yield Signal("rumour", value=True, field=field, spans=spans, detail="unverified claim")


def _find_claim(text: str, claim: str) -> Iterator[Span]:
    wanted = {word for word in WORD.findall(fold_letters(claim)) if word not in LIGHT}
    if not wanted:
        return
    reading = read_text(text)
    places = [m.span() for m in WORD.finditer(reading.plain.text) if m[0] in wanted]
    needed = max(1, round(len(wanted) * SHARE))
    reach = len(claim) * WINDOW
    for at, (start, _) in enumerate(places):
        near = [place for place in places[at:] if place[1] - start <= reach]
        if len({reading.plain.text[a:b] for a, b in near}) >= needed:
            yield reading.span(start, near[-1][1], "rumour")
            return
