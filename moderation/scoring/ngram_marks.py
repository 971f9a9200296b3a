"""Which words of a text carried a label, as far as a linear model can say; many texts in one go.

What this file decides
- The weight of each n-gram is shared out evenly over the characters that it covers; a word has what lies on it.
- A word is marked when it carries at least `SHARE` of what the strongest word of its text carries and at least `LEAST`
  logits. Both were chosen on marked comments (mean F1 of characters 0.61, where the encoder's own head does better).
- Shares are whole numbers (parts of a millionth), so sums are exact and a word's share does not depend on its company.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from moderation.scoring.calibration import FloatArray
from moderation.scoring.ngram_features import Grams
from moderation.scoring.ngram_heads import Head
from moderation.scoring.ngram_stream import I64, Stream

SHARE: Final = 0.5
LEAST: Final = 0.2
_FINE: Final = 1 << 20


@dataclass(frozen=True)
class Words:
    """Words of some texts: whose they are, where they stand in it, and how many logits they bring to a label."""

    owners: I64
    starts: I64
    ends: I64
    carried: FloatArray


def weigh_words(
    head: Head, label: str, stream: Stream, grams: Grams, *, texts: npt.NDArray[np.bool_], sizes: I64, lengths: I64
) -> Words:
    """What each word of some `texts` brings to a label; `sizes` are n-grams a text, `lengths` its characters."""
    column = head.labels.index(label)
    mine = np.flatnonzero(texts[grams.owners])
    from_, to = grams.starts[mine], grams.ends[mine]
    weights = head.columns[column].take(grams.buckets[mine] >> (grams.bits - head.bits))
    shares = np.rint(weights * (_FINE / (to - from_)))
    size = len(stream.codes) + 1
    change = np.bincount(from_, shares, size) - np.bincount(to, shares, size)
    sums = np.zeros(size + 1)
    np.cumsum(np.cumsum(change), out=sums[1:])
    starts, ends = stream.word_starts, stream.word_ends
    owners = stream.owner[starts]
    carried = (sums[ends] - sums[starts]) / _FINE * head.scale[column] / np.sqrt(np.maximum(sizes, 1))[owners]
    return Words(owners, stream.origin[starts], _last_places(stream, lengths[owners]), carried)


def _last_places(stream: Stream, lengths: I64) -> I64:
    """Where words end in the text as given: after the last letter, with the dropped ones that follow it."""
    after = stream.origin[stream.word_ends]
    last = stream.origin[stream.word_ends - 1] + 1
    ends: I64 = np.where(after < 0, lengths, np.maximum(after, last))
    return ends


def choose_words(words: Words, texts: int) -> npt.NDArray[np.bool_]:
    """Which words carry enough of their text's label."""
    strongest = np.zeros(texts)
    np.maximum.at(strongest, words.owners, words.carried)
    chosen: npt.NDArray[np.bool_] = words.carried >= np.maximum(LEAST, SHARE * strongest[words.owners])
    return chosen & (words.ends > words.starts) & (words.starts >= 0)
