"""Which words of a text carried a label, as far as a linear model can say.

What this file decides
- The weight of each n-gram is shared out evenly over the characters that it covers; a word has what lies on it.
- A word is marked when it carries at least `SHARE` of what the strongest word carries and at least `LEAST` logits.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from moderation.scoring.ngram_features import cut_grams
from moderation.scoring.ngram_heads import Head
from moderation.scoring.ngram_stream import I64, read_stream
from moderation.vocabulary import Label, Span

SHARE: Final = 0.5
LEAST: Final = 0.3


def weigh_words(head: Head, text: str, label: str) -> list[tuple[int, int, float]]:
    """The words of a text in order: start, end, and how many logits they brought to a label."""
    stream = read_stream([text])
    grams = cut_grams(stream, head.bits)
    if not len(stream.word_starts) or not len(grams.buckets):
        return []
    column = head.labels.index(label)
    weights = head.weights[grams.buckets, column].astype(np.float64) * head.scale[column]
    weights /= np.sqrt(len(np.unique(grams.buckets)))
    each = weights / (grams.ends - grams.starts)
    size = len(stream.codes) + 1
    change = np.bincount(grams.starts, each, size) - np.bincount(grams.ends, each, size)
    sums = np.concatenate([[0.0], np.cumsum(np.cumsum(change))])
    carried = sums[stream.word_ends] - sums[stream.word_starts]
    starts = stream.origin[stream.word_starts]
    ends = _last_places(stream.origin, stream.word_ends, len(text))
    return [(int(s), int(e), float(c)) for s, e, c in zip(starts, ends, carried, strict=True) if e > s >= 0]


def _last_places(origin: I64, word_ends: I64, length: int) -> I64:
    """Where the words end in the text as given: after the last letter, with the dropped ones that follow it."""
    after = origin[word_ends]
    last = origin[word_ends - 1] + 1
    ends: I64 = np.where(after < 0, length, np.maximum(after, last))
    return ends


def mark_words(head: Head, text: str, label: Label) -> list[Span]:
    """The words that carried a label."""
    words = weigh_words(head, text, label)
    strongest = max((carried for _, _, carried in words), default=0.0)
    least = max(LEAST, SHARE * strongest)
    return [Span(start, end, str(label)) for start, end, carried in words if carried >= least]
