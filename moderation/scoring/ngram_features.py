"""Turn texts into hashed word and character n-grams, many at a time and without a loop over letters.

What this file decides
- A text is a set: each of its n-grams counts once. Characters give runs of 2 to 5 (blanks and stops included), words
  give themselves and pairs of neighbours.
- An n-gram's bucket is the top bits of a 64-bit hash. Only whole numbers are summed, so a text has the same buckets
  alone and in any company.

`ngram_stream.py` folds the texts, `ngrams.py` holds weights and probabilities. Training reads the very same functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from moderation.scoring.ngram_stream import EDGE, Stream

CHARACTER_RUNS: Final = (2, 3, 4, 5)

_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_INVERSE: Final = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_MIX: Final = np.uint64(0xD6E8FEB86659FD93)
_SALT: Final = tuple(np.uint64(salt * 0xA24BAED4963EE407 & (1 << 64) - 1) for salt in range(1, 10))

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grams:
    """The n-grams of some texts: per n-gram its bucket, its text and the folded characters it covers."""

    buckets: I64
    owners: I64
    starts: I64
    ends: I64
    bits: int


@cache
def _powers(length: int) -> tuple[U64, U64]:
    forward = np.full(length, _BASE, dtype=np.uint64)
    backward = np.full(length, _INVERSE, dtype=np.uint64)
    forward[0] = backward[0] = 1
    return np.cumprod(forward), np.cumprod(backward)


def _finish(hashes: U64, kind: int, bits: int) -> I64:
    mixed: U64 = hashes ^ _SALT[kind]
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    return (mixed >> np.uint64(64 - bits)).astype(np.int64)


def cut_grams(stream: Stream, bits: int) -> Grams:
    """Every n-gram of a stream, with repetitions, in `2 ** bits` buckets."""
    wide: U64 = stream.codes.astype(np.uint64) + np.uint64(1)
    found = [*_character_grams(stream, wide, bits), *_word_grams(stream, wide, bits)]
    buckets, starts, ends = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return Grams(buckets, stream.owner[starts], starts, ends, bits)


def _character_grams(stream: Stream, wide: U64, bits: int) -> list[tuple[I64, I64, I64]]:
    found = []
    hashes, run = wide, 1
    edges = np.cumsum(stream.codes == EDGE)
    for kind, length in enumerate(CHARACTER_RUNS):
        while run < length and len(hashes) > 1:
            hashes = hashes[:-1] * _BASE + wide[run:]
            run += 1
        starts = np.flatnonzero(edges[run - 1 :] == edges[: len(edges) - run + 1])
        starts = starts[stream.codes[starts] != EDGE]
        if run == length:
            found.append((_finish(hashes[starts], kind, bits), starts, starts + length))
    return found


def _word_grams(stream: Stream, wide: U64, bits: int) -> list[tuple[I64, I64, I64]]:
    size = 1 << max(10, len(wide).bit_length())
    forward, backward = _powers(size)
    sums = np.zeros(len(wide) + 1, dtype=np.uint64)
    np.cumsum(wide * forward[: len(wide)], out=sums[1:])
    starts, ends = stream.word_starts, stream.word_ends
    words: U64 = (sums[ends] - sums[starts]) * backward[starts]
    words ^= words >> np.uint64(31)
    words *= _MIX
    kind = len(CHARACTER_RUNS)
    near = np.flatnonzero(stream.owner[starts[1:]] == stream.owner[starts[:-1]])
    pairs = words[near] * _BASE + words[near + 1]
    return [
        (_finish(words, kind, bits), starts, ends),
        (_finish(pairs, kind + 1, bits), starts[near], ends[near + 1]),
    ]


def count_once(grams: Grams, texts: int, bits: int) -> tuple[I64, I64]:
    """The set of buckets of each text: buckets sorted by text, and where each text's begin (`texts + 1` numbers).

    `bits` may be fewer than the grams were cut with: the top bits of a hash are a hash.
    """
    keys = (grams.owners << bits) | (grams.buckets >> (grams.bits - bits))
    # Half as wide, keys sort more than twice as fast; only thousands of texts at once need the full width.
    keys = np.sort(keys.astype(np.uint32) if texts < 1 << (32 - bits) else keys)
    first = np.ones(len(keys), dtype=bool)
    first[1:] = keys[1:] != keys[:-1]
    keys = keys[first]
    bounds = np.searchsorted(keys, (np.arange(texts + 1, dtype=np.int64) << bits).astype(keys.dtype))
    return (keys & ((1 << bits) - 1)).astype(np.int64), bounds
