"""How words are kept: as they were written, but for line ends.

What this file decides
- CRLF and CR become LF; nothing is trimmed anywhere.
- An NFC copy is kept beside the original only where it differs.
- A title that repeats the article's headline is not the reader's words.
- NUL and lone surrogates are faults: no database and no page can carry them.
"""

from __future__ import annotations

import unicodedata

from moderation.text.count import normalise_newlines
from moderation.text.fold import fold


def unstorable(words: str) -> str | None:
    """Why `words` cannot be stored, or None."""
    if "\x00" in words:
        return "holds a NUL character"
    try:
        words.encode("utf-8")
    except UnicodeEncodeError:
        return "holds half of a surrogate pair"
    return None


def keep(words: str) -> str:
    """The words with LF line ends and otherwise untouched."""
    return normalise_newlines(words)


def nfc_copy(words: str) -> str | None:
    """The NFC form where it differs from what was written, else None."""
    composed = unicodedata.normalize("NFC", words)
    return None if composed == words else composed


def own_title(title: str | None, headline: str) -> str | None:
    """The title if it is the reader's own; None where it is blank or repeats the headline (after folding)."""
    if not title or not title.strip():
        return None
    if headline and fold(title).text == fold(headline).text:
        return None
    return title
