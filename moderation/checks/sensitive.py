"""The article's mark, and names that the law or the editor protects.

- Why an article is sensitive is passed on as the editor or the site said it.
- A protected name is found in every public field, script, spacing and spelling, and with its words in another order:
  neighbouring words are joined and compared by sound, in web addresses too, also where an address writes letters as `%E0…` or
  `xn--…`, in words whose disguise was undone (`V4idehi`), and around an initial.
- The name itself never stands in a signal: not in its detail and not in its label. Who may read the text is the storage's.
- Names that cannot be opened are a check that could not look, never a comment without names; so is a text that has more
  spellings to compare than anybody writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain, permutations
from typing import Final
from urllib.parse import unquote

from moderation.checks.links import host_of, show_host
from moderation.checks.reading import ADDRESS, Reading, find_places, judged_fields, read_text
from moderation.errors import Unavailable
from moderation.text.fold import fold
from moderation.text.sounds import Sounds, join_skeletons, skeleton_of, sounds_of
from moderation.vocabulary import PROTECTED_NAME, Comment, Facts, Signal, Span

NAME = "sensitive"
LEET: Final = re.compile(r"[^\W\d_][\d@$!|]|[\d@$!|][^\W\d_]")
LONE_H: Final = re.compile(r"(?i)(?<![bcdgjkpst])h")
AI: Final = re.compile(r"(?i)ai(?=[b-df-hj-np-tv-z])")
INITIAL: Final = re.compile(r"(?<=\s)[^\W\d_]\.?(?=\s)")
FEW_WORDS: Final = 3
MOST_WORDS: Final = 30
MOST_COMPARED: Final = 1_000  # spellings of one field, at 0.1 ms each
SLACK: Final = 2  # a spelling in another script or with doubled letters is at most so many times as long


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """The article's mark, and protected names."""
    if facts.article.sensitive:
        yield Signal("article_sensitive", facts.article.sensitive)
    protected = facts.site.protected_names
    if protected is None:
        raise Unavailable("the protected names of this site cannot be opened")
    names = _heard(protected)
    for field, text in judged_fields(comment).items() if protected else ():
        reading = read_text(text)
        found = (
            _spans(reading, names),
            _disguised(reading, names),
            _around_initials(text, names),
            _addresses(reading, names),
        )
        if spans := tuple(dict.fromkeys(chain.from_iterable(found))):
            yield Signal(PROTECTED_NAME, value=True, field=field, spans=spans)


@dataclass(frozen=True, slots=True)
class Names:
    """Names to be found: how they sound, their skeletons, all beginnings of those, and how long a spelling may be."""

    sounds: tuple[Sounds, ...]
    skeletons: frozenset[str]
    beginnings: frozenset[str]
    longest: int

    def may_begin_with(self, skeleton: str) -> bool:
        """Whether more words may make one of them of this; a `t` at the end may still vanish in an `s`."""
        if skeleton in self.beginnings:
            return True
        return skeleton.endswith("t") and join_skeletons(skeleton, "s") in self.beginnings

    def meet(self, spelled: str) -> bool:
        """Whether this is one of them."""
        heard = sounds_of(spelled)
        return any(heard.meet(name) for name in self.sounds)


@lru_cache(maxsize=32)
def _heard(names: tuple[str, ...]) -> Names:
    forms = tuple(dict.fromkeys(form for name in names for form in _forms(name)))
    skeletons = frozenset(map(skeleton_of, forms))
    beginnings = frozenset(one[:end] for one in skeletons for end in range(len(one) + 1))
    return Names(tuple(map(sounds_of, forms)), skeletons, beginnings, max(map(len, forms), default=0) * SLACK)


def _forms(name: str) -> Iterator[str]:
    """A name with its words in every order, as Russian hears an `h` (`kh`), and with a `y` for `ai` (`Vydehi`)."""
    words = name.split()
    # Of a longer name only the family name changes its place: all orders of six words would be 720.
    orders = (
        permutations(words) if len(words) <= FEW_WORDS else (words, [*words[1:], words[0]], [words[-1], *words[:-1]])
    )
    for order in orders:
        form = " ".join(order)
        for heard in (form, LONE_H.sub("kh", form)):
            yield heard
            yield AI.sub("y", heard)


def _spans(reading: Reading, names: Names) -> Iterator[Span]:
    """Where a protected name stands, first word first."""
    compared: set[str] = set()
    done = 0
    for start, ends in _places(reading, names):
        if start < done:
            continue
        first = reading.whole.starts[start]
        for end in ends:
            last = reading.whole.ends[end - 1]
            spelled = reading.text[first:last]
            compared.add(spelled)
            if len(compared) > MOST_COMPARED:
                raise Unavailable("too many spellings to compare")
            if names.meet(spelled):
                yield Span(first, last, PROTECTED_NAME)
                done = end
                break


def _disguised(reading: Reading, names: Names) -> Iterator[Span]:
    """Where a protected name stands once leet is undone; gaps and stretched letters make no other sound."""
    if (text := reading.full.text) != reading.whole.text and LEET.search(reading.whole.text):
        for span in _spans(_read_plainly(text), names):
            yield reading.full_span(span.start, span.end, PROTECTED_NAME)


def _around_initials(text: str, names: Names) -> Iterator[Span]:
    """Where a protected name stands around an initial: `Vaidehi R. Kshirsagar`."""
    without = INITIAL.sub(lambda match: " " * len(match[0]), text)
    if without != text:
        yield from _spans(_read_plainly(without), names)


def _read_plainly(text: str) -> Reading:
    """A text in which names are looked for once more, its disguises and words left alone: nothing else reads it."""
    plain = fold(text, disguises=False)
    return Reading(text, plain, plain, plain, normal="")


def _places(reading: Reading, names: Names) -> Iterator[tuple[int, list[int]]]:
    """Where words stand that have a name's skeleton when they are joined: each start with its possible ends."""
    places = find_places(reading.whole.text)
    words = [skeleton_of(reading.text[reading.whole.starts[a] : reading.whole.ends[b - 1]]) for a, b in places]
    for at, (start, _) in enumerate(places):
        joined, ends = "", []
        for (_, end), word in zip(places[at : at + MOST_WORDS], words[at : at + MOST_WORDS], strict=True):
            joined = join_skeletons(joined, word) if word else joined
            if end - start > names.longest or not names.may_begin_with(joined):
                break
            if joined in names.skeletons:
                ends.append(end)
        if ends:
            yield start, ends


def _addresses(reading: Reading, names: Names) -> Iterator[Span]:
    """Web addresses that hold a protected name in letters that an address spells otherwise."""
    for match in ADDRESS.finditer(reading.whole.text):
        first, last = reading.whole.to_original(*match.span())
        written = reading.text[first:last]
        host = host_of(written)
        shown = unquote(written.replace(host, show_host(host), 1))
        if shown != written and any(_spans(read_text(shown), names)):
            yield Span(first, last, PROTECTED_NAME)
