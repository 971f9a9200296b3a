"""Turns of phrase: how checks that look for what people say, and not for single words, find it.

- A phrase is a pair: its cues, and a pattern that is read against the folded text; spans point into the original.
- A cue is how some word of every match begins (`go_` is the whole word). All cues of all checks are looked for in one pass, and a pattern is read
  only when one of its cues was heard: most comments are read by no pattern at all.
- A pattern is bounded: it looks a few words ahead and never runs through the whole text.
- One signal for each field in which something was found, with all its spans.

What is looked for stands in the check's own file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ahocorasick_rs import AhoCorasick

from moderation.checks.reading import judged_fields, read_text
from moderation.text.disguise import MARKS
from moderation.text.fold import fold_letters
from moderation.vocabulary import Comment, Field, Signal, Span

GAP: Final = r"(?:\W+\w+){0,4}?\W+"
"""Up to four other words between two parts of a phrase."""
NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
TEXTS_KEPT: Final = 64
_cues: dict[str, None] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A pattern, and how some word of each of its matches begins."""

    cues: frozenset[str]
    pattern: re.Pattern[str]


def phrases(*pairs: tuple[str, str]) -> tuple[Phrase, ...]:
    """Phrases from pairs of cues and pattern.

    In a pattern `~` stands for a few other words, `~?` for some or none, `@` for any ending of a word. A pattern begins and
    ends with a word, and is folded as comments are. Cues are separated by spaces; the common pass learns them here.
    """
    made = []
    for cues, pattern in pairs:
        folded = NOT_ASCII.sub(lambda letters: fold_letters(letters[0]), pattern)
        written = folded.replace("~?", f"(?:{GAP})?").replace("~", GAP).replace("@", f"[\\w{MARKS}]*")
        known = fold_letters(cues).split()
        made.append(Phrase(frozenset(known), re.compile(rf"(?<![\w{MARKS}])(?:{written})(?![\w{MARKS}])")))
        _cues.update(dict.fromkeys(known))
    return tuple(made)


@lru_cache(maxsize=4)
def _listener(count: int) -> tuple[AhoCorasick, tuple[str, ...]]:
    """The automaton of all cues; `count` makes it anew when a check with more cues was loaded."""
    cues = tuple(_cues)[:count]
    return AhoCorasick([f" {cue}".replace("_", " ") for cue in cues], store_patterns=False), cues


@lru_cache(maxsize=TEXTS_KEPT)
def heard_cues(text: str) -> frozenset[str]:
    """The cues with which words of a text begin."""
    automaton, cues = _listener(len(_cues))
    found = automaton.find_matches_as_indexes(read_text(text).normal, overlapping=True)
    return frozenset([cues[index] for index, _, _ in found])


@lru_cache(maxsize=256)
def _all_cues(patterns: tuple[Phrase, ...]) -> frozenset[str]:
    return frozenset().union(*(phrase.cues for phrase in patterns))


def spans_of(text: str, patterns: tuple[Phrase, ...], label: str) -> tuple[Span, ...]:
    """Where the phrases stand in a text, as spans of the text as given."""
    heard = heard_cues(text)
    if _all_cues(patterns).isdisjoint(heard):
        return ()
    due = [phrase.pattern for phrase in patterns if not phrase.cues.isdisjoint(heard)]
    if not due:
        return ()
    reading = read_text(text)
    plain = reading.plain.text
    found = [reading.span(*match.span(), label) for pattern in due for match in pattern.finditer(plain)]
    return tuple(sorted(dict.fromkeys(found), key=lambda span: (span.start, span.end)))


def find_phrases(
    name: str,
    patterns: tuple[Phrase, ...],
    comment: Comment,
    *,
    fields: frozenset[Field] = frozenset({Field.TEXT, Field.TITLE}),
) -> Iterator[Signal]:
    """A signal `name` for each field in which one of the phrases stands."""
    for field, text in judged_fields(comment).items():
        if field in fields:
            spans = spans_of(text, patterns, name)
            if spans:
                yield Signal(name, value=True, field=field, spans=spans)
