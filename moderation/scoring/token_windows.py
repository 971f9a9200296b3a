"""Cut a text into rows of token ids that a model can take, remembering where each token stood.

What this file decides
- A text longer than the model's window becomes several rows that overlap; at most `MOST_WINDOWS`, then it is cut.
- Each row begins and ends with the tokenizer's own special tokens.
- A lone surrogate is read as the replacement character: the tokenizer takes real text only, and offsets stay.

Offsets are code points of the text as given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tokenizers import Encoding, Tokenizer

from moderation.scoring.scorer import ModelUnusable
from moderation.scoring.windows import MOST_WINDOWS, count_windows, shorten

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ENDS: Final = 2


@dataclass(frozen=True)
class TokenRows:
    """A text as rows of ids; `places` says which tokens of the text each row holds (without the special ones)."""

    rows: tuple[tuple[int, ...], ...]
    places: tuple[tuple[int, int], ...]
    offsets: tuple[tuple[int, int], ...]
    cut: bool


@dataclass(frozen=True)
class RowCutter:
    """A tokenizer with the size of a model's window."""

    tokenizer: Tokenizer
    tokens: int
    overlap: int

    def cut(self, texts: Sequence[str]) -> list[TokenRows]:
        """The rows of each text."""
        read = [shorten(make_readable(text)) for text in texts]
        first, last = self.ends
        found = []
        for encoding, (_, shortened) in zip(self._encode([text for text, _ in read]), read, strict=True):
            ids, offsets = encoding.ids, tuple(encoding.offsets)
            places = count_windows(len(ids), self.tokens - _ENDS, self.overlap)
            cut = shortened or len(places) > MOST_WINDOWS
            places = places[:MOST_WINDOWS]
            rows = tuple((first, *ids[start:end], last) for start, end in places)
            found.append(TokenRows(rows, tuple(places), offsets, cut))
        return found

    def _encode(self, texts: list[str]) -> list[Encoding]:
        """A single text is read on this thread: handing it to the tokenizer's own threads takes longer than reading it."""
        if len(texts) == 1:
            return [self.tokenizer.encode(texts[0], add_special_tokens=False)]
        return self.tokenizer.encode_batch(texts, add_special_tokens=False)

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The special tokens before and after a row."""
        ids = self.tokenizer.encode("", add_special_tokens=True).ids
        return ids[0], ids[-1]


def make_readable(text: str) -> str:
    """The text as a tokenizer can take it, letter for letter."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def read_tokenizer(content: bytes) -> Tokenizer:
    """A tokenizer without padding and truncation: rows and windows are ours to make.

    Raises:
        ModelUnusable: the file is not a tokenizer, or adds other than one token at either end.
    """
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception:  # noqa: BLE001  the library raises a bare Exception
        raise ModelUnusable("the tokenizer cannot be read") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if len(tokenizer.encode("", add_special_tokens=True).ids) != _ENDS:
        raise ModelUnusable("the tokenizer adds other special tokens than one before and one after")
    return tokenizer
