"""How many characters a text has: one rule for the API, the form and the page.

- CRLF and a lone CR are one LF, as a browser submits and counts them.
- Counted are UTF-16 code units, as a browser's `maxlength` counts: most emoji are two.
- Nothing is trimmed.

What the limit is, and what follows when a text is over it, is intake's.
"""

from __future__ import annotations


def normalise_newlines(text: str) -> str:
    """Turn CRLF and a lone CR into LF; nothing else changes."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def count_characters(text: str) -> int:
    """Count UTF-16 code units after the line-ending rule; a lone surrogate is one."""
    plain = normalise_newlines(text)
    return len(plain) if plain.isascii() else len(plain.encode("utf-16-le", "surrogatepass")) // 2
