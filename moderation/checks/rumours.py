"""A claim from the editor's list of unverified claims. The word for it is `unverified claim`, never `false`.

- A line of the list matches when most of its words of weight stand near each other in the comment, in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from moderation.checks.reading import Reading, judged_fields, read_text
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
    last = 0
    near: Counter[str] = Counter()
    for start, end in places:
        while last < len(places) and places[last][1] - start <= reach:
            near[_word(reading, places[last])] += 1
            last += 1
        if len(+near) >= needed:
            yield reading.span(start, places[last - 1][1], "rumour")
            return
        near[_word(reading, (start, end))] -= 1


def _word(reading: Reading, place: tuple[int, int]) -> str:
    return reading.plain.text[place[0] : place[1]]
