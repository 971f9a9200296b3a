"""Words of the block and suspect lists, the site's own among them.

- Every public field is looked at; the spans say where, their label what kind of word it is.
- A blocked and a suspect word count apart; slurs, caste slurs and sexual words are counted once more by kind.
- What was spelled to dodge a list is also counted by itself: honest writers do not.
- A word that is a name too does not count in the author's name.

How words are found is matcher.py's, which words there are the lists'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Final

from moderation.checks.matcher import Hit, Matcher, to_span
from moderation.checks.reading import Reading, judged_fields, read_text
from moderation.checks.word_lists import Category, Tier, shipped_words, site_words
from moderation.vocabulary import Comment, Facts, Field, Signal, SiteFacts

NAME = "words"
SITES_KEPT: Final = 32
MOST_WORDS_IN_DETAIL: Final = 8
KINDS: Final = {"slurs": Category.SLUR, "caste_slurs": Category.CASTE, "sexual_words": Category.SEXUAL}
_of_sites: dict[tuple[int, int, int], tuple[SiteFacts, Matcher]] = {}


def find(comment: Comment, facts: Facts, _now: datetime) -> Iterable[Signal]:
    """Listed words in any public field."""
    matcher = matcher_for(facts.site)
    for field, text in judged_fields(comment).items():
        reading = read_text(text)
        hits = matcher.find(reading)
        if field is Field.NAME:
            hits = [hit for hit in hits if not hit.word.name]
        if hits:
            yield from _report(hits, reading, field)


def matcher_for(site: SiteFacts) -> Matcher:
    """The matcher of the shipped lists and a site's own; built when a site's lists change, then kept."""
    if not (site.block or site.suspect or site.allow):
        return shipped_matcher()
    key = (id(site.block), id(site.suspect), id(site.allow))
    kept = _of_sites.get(key)
    if kept is None or not _same_lists(kept[0], site):
        own = chain(
            shipped_words(),
            site_words(site.block, Tier.BLOCK),
            site_words(site.suspect, Tier.SUSPECT),
            site_words(site.allow, Tier.ALLOW),
        )
        kept = (site, next((m for s, m in tuple(_of_sites.values()) if _same_words(s, site)), None) or Matcher(own))
        while len(_of_sites) >= SITES_KEPT:
            _of_sites.pop(next(iter(tuple(_of_sites)), key), None)
        _of_sites[key] = kept
    return kept[1]


@cache
def shipped_matcher() -> Matcher:
    """The matcher of the lists that ship with the program."""
    return Matcher(shipped_words())


def _same_lists(one: SiteFacts, other: SiteFacts) -> bool:
    """Whether the very same lists are meant: quicker than comparing ten thousand words for each comment."""
    return one.block is other.block and one.suspect is other.suspect and one.allow is other.allow


def _same_words(one: SiteFacts, other: SiteFacts) -> bool:
    return one.block == other.block and one.suspect == other.suspect and one.allow == other.allow


def _report(hits: list[Hit], reading: Reading, field: Field) -> Iterator[Signal]:
    """One signal for each kind of word that was found."""
    groups = {
        "blocked_words": [hit for hit in hits if hit.word.tier is Tier.BLOCK],
        "suspect_words": [hit for hit in hits if hit.word.tier is Tier.SUSPECT],
        **{name: [hit for hit in hits if hit.word.category is kind] for name, kind in KINDS.items()},
        "disguised_words": [hit for hit in hits if hit.disguised],
    }
    for name, group in groups.items():
        if group:
            listed = ", ".join(dict.fromkeys(hit.word.text for hit in group[:MOST_WORDS_IN_DETAIL]))
            spans = tuple(to_span(hit, reading) for hit in group)
            yield Signal(name, len(group), field, spans, detail=f"listed: {listed}")
