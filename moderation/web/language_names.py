"""What a comment's language is called, in the language of the page: `kn` is Kannada, `hi-Latn` is Hindi in Latin letters."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale


@lru_cache
def language_name(code: str, page: str) -> str:
    """The name of a language for people; a code that has none stays as it is."""
    known, (base, _, script) = Locale.parse(page), code.partition("-")
    name = known.languages.get(base, base)
    return f"{name} ({known.scripts.get(script, script)})" if script else name
