"""Two hundred comments of our own on which an exported model is compared with its original.

What this file decides
- Every kind of thing that comes in: short and long, shouting, links, emoji, accents, Kannada, nothing but signs.
- Always the same: no chance, no clock, no data from elsewhere.
"""

from __future__ import annotations

from typing import Final

COUNT: Final = 200

_OPENINGS: Final = (
    "Thank you for this article.",
    "What nonsense is this?",
    "you are a stupid fool",
    "I DISAGREE COMPLETELY!!!",
    "The mayor promised the bridge in 2019 and nothing has been built.",
    "Go away and never come back",
    "ಈ ಲೇಖನ ಚೆನ್ನಾಗಿದೆ",
    "Yeh sab chor hai",
    "😀😀 great 👍🏽",
    "Café déjà-vu, naïve façade",
)
_MIDDLES: Final = (
    "",
    "See https://example.org/page?id=7 for the figures.",
    "My street has had no water for 3 weeks, and nobody answers the telephone.",
    "Idiots, all of them. Every single one.",
    '\n\nSecond paragraph: it\'s "quoted", (bracketed) & 100% certain...',
)
_ENDS: Final = (
    "",
    "Regards, a reader from Udupi.",
    "I hope that somebody at the council reads what people write here, because it has been said often enough.",
    "Shame, shame, shame! " * 12,
)


def parity_texts() -> list[str]:
    """The comments, shortest kinds first."""
    texts = [f"{opening} {middle} {end}".strip() for end in _ENDS for middle in _MIDDLES for opening in _OPENINGS]
    return texts[:COUNT]
