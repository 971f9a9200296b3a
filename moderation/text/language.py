"""A light guess at what language a text is in: its script first, then the little words that hold sentences together.

- A script that one language of our readers uses answers at once (Kannada, Malayalam, Tamil, ...).
- Devanagari is Hindi, Marathi, Konkani or Nepali; Arabic script is Arabic, Urdu or Persian; Cyrillic is Russian or
  Ukrainian: function words and letters of their own decide.
- Latin script is a European language or an Indian one in Roman letters (`hi-Latn`, `kn-Latn`, `kok-Latn`, ...).
- Letters that none of these languages writes speak for one that is not known here: with too many of them a text is `und`.
- One word of bare Latin letters is too little, however often it stands there: `hi`, `ha`, `no` are words of many languages.
- Too little to go by is `und` with confidence 0; confidence grows with the share of words that spoke for the answer.

What a model is fit for, and what follows when it is not, is said elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from moderation.text.function_words import HINTS, LANGUAGES, STRANGE, WORDS

WORD: Final = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f\u0610-\u065f\u0900-\u0dff]+[^\W\d_]*)*")
ADDRESS: Final = re.compile(r"\S+(?:://|@)\S+|www\.\S+")
MOST_LETTERS: Final = 4_000
MOST_WORDS: Final = 200
SCRIPTS: Final = (
    (0x0041, 0x024F, "Latn"), (0x1E00, 0x1EFF, "Latn"), (0x0370, 0x03FF, "el"), (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "hy"), (0x0590, 0x05FF, "he"), (0x0600, 0x077F, "Arab"), (0xFB50, 0xFDFF, "Arab"),
    (0xFE70, 0xFEFF, "Arab"), (0x0900, 0x097F, "Deva"), (0x0980, 0x09FF, "Beng"), (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"), (0x0B00, 0x0B7F, "or"), (0x0B80, 0x0BFF, "ta"), (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"), (0x0D00, 0x0D7F, "ml"), (0x0D80, 0x0DFF, "si"), (0x0E00, 0x0E7F, "th"),
    (0x10A0, 0x10FF, "ka"), (0x1200, 0x137F, "am"), (0x3040, 0x30FF, "ja"), (0xAC00, 0xD7AF, "ko"),
    (0x4E00, 0x9FFF, "zh"), (0x3400, 0x4DBF, "zh"),
)  # fmt: skip
LIKELIEST: Final = MappingProxyType({"Cyrl": "ru", "Arab": "ar", "Deva": "hi", "Beng": "bn"})


@dataclass(frozen=True, slots=True)
class Language:
    """A BCP 47 code, `und` when nothing can be said, and how sure the guess is from 0 to 1."""

    code: str
    confidence: float


KANA: Final = re.compile("[\u3040-\u30ff]")
UNKNOWN: Final = Language("und", 0.0)


@lru_cache(maxsize=256)
def guess_language(text: str) -> Language:
    """The language that most of a text seems to be in."""
    words = WORD.findall(_without_addresses(text[:MOST_LETTERS]).lower())[:MOST_WORDS]
    if not words:
        return UNKNOWN
    if text.isascii():
        return _weigh("Latn", words, 1.0) if len(set(words)) > 1 else UNKNOWN
    spelled = [(_script(word), word) for word in words]
    letters = Counter[str]()
    for script, word in spelled:
        letters[script] += len(word)
    script, count = letters.most_common(1)[0]
    if script not in LANGUAGES:
        return Language(script or "und", round(count / letters.total(), 3) if script else 0.0)
    return _weigh(script, [word for own, word in spelled if own == script], count / letters.total())


def _without_addresses(text: str) -> str:
    return ADDRESS.sub(" ", text) if "@" in text or "www." in text or "://" in text else text


def _script(word: str) -> str:
    """The script of a word, or the language where only one uses it; empty for what is neither."""
    if word[0].isascii():
        return "Latn"
    if KANA.search(word):
        return "ja"
    code = ord(word[0])
    return next((name for first, last, name in SCRIPTS if first <= code <= last), "")


def _weigh(script: str, words: list[str], share: float) -> Language:
    """Among the languages of one script, the one whose little words and letters speak loudest."""
    votes: dict[str, float] = dict.fromkeys(LANGUAGES[script], 0.0)
    users = WORDS[script]
    known = [word for word in words if word in users]
    for word in known:
        codes = users[word]
        weight = 6 / len(codes) + len(word) / 3
        for code in codes:
            votes[code] += weight
    joined = "".join(words)
    for code, hints in () if joined.isascii() else HINTS.items():
        if code in votes:
            votes[code] += 2 * sum(map(joined.count, hints))
    strange = 0 if joined.isascii() else 3 * len(STRANGE.findall(joined))
    code, other = sorted(votes, key=votes.__getitem__, reverse=True)[:2]
    if not votes[code]:
        likeliest = LIKELIEST.get(script)
        return Language(likeliest, round(0.5 * share, 3)) if likeliest else UNKNOWN
    if strange > votes[code]:
        return UNKNOWN
    lead = 1 - votes[other] / votes[code]
    heard = max(0.2, min(1.0, 2.5 * len(known) / len(words)))
    return Language(code, round(share * max(0.05, (0.35 + 0.65 * lead) * heard), 3))
