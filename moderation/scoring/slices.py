"""Cut a long text into slices that a model takes whole, for runtimes that are given words instead of tokens.

What this file decides
- A slice holds at most the model's window of tokens, less a few, since a text cut in the middle may be split otherwise.
- Neighbours overlap by a fifth of the window. Both runtimes of an imported model read the very same slices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tokenizers import Tokenizer

from moderation.scoring.token_windows import make_readable
from moderation.scoring.windows import MOST_WINDOWS, count_windows, shorten

SPARE: Final = 6
"""Two special tokens, and a few for words that a cut splits otherwise."""


@dataclass(frozen=True)
class Slices:
    """The slices of one text, and whether its end was cut off."""

    texts: tuple[str, ...]
    cut: bool


def slice_texts(tokenizer: Tokenizer, texts: Sequence[str], window: int) -> list[Slices]:
    """The slices of each text for a window of so many tokens."""
    size = max(4, window - SPARE)
    read = [shorten(make_readable(text)) for text in texts]
    found = []
    encodings = tokenizer.encode_batch([text for text, _ in read], add_special_tokens=False)
    for encoding, (text, shortened) in zip(encodings, read, strict=True):
        if len(encoding.ids) <= window - 2:
            found.append(Slices((text,), shortened))
            continue
        places = count_windows(len(encoding.ids), size, size // 5)
        offsets = encoding.offsets
        parts = tuple(text[offsets[start][0] : offsets[end - 1][1]] for start, end in places[:MOST_WINDOWS])
        found.append(Slices(parts, shortened or len(places) > MOST_WINDOWS))
    return found
