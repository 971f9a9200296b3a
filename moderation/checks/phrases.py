"""Turns of phrase: how checks that look for what people say, and not for single words, find it.

- Patterns are read against the folded text, so that case, look-alikes and signs do not matter; spans point into the original.
- A pattern is bounded: it looks a few words ahead and never runs through the whole text.
- One signal for each field in which something was found, with all its spans.

What is looked for stands in the check's own file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from moderation.checks.reading import judged_fields, read_text
from moderation.vocabulary import Comment, Field, Signal, Span

GAP: Final = r"(?:\W+\w+){0,4}?\W+"
"""Up to four other words between two parts of a phrase."""


def phrases(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Compile phrases; `~` stands for a few other words (`~?` for some or none); words end where the pattern does."""
    written = (pattern.replace("~?", f"(?:{GAP})?").replace("~", GAP) for pattern in patterns)
    return tuple(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for pattern in written)


def spans_of(text: str, patterns: Sequence[re.Pattern[str]], label: str) -> tuple[Span, ...]:
    """Where the phrases stand in a text, as spans of the text as given."""
    reading = read_text(text)
    plain = reading.plain.text
    found = [reading.span(*match.span(), label) for pattern in patterns for match in pattern.finditer(plain)]
    return tuple(sorted(dict.fromkeys(found), key=lambda span: (span.start, span.end)))


def find_phrases(
    name: str,
    patterns: Sequence[re.Pattern[str]],
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
