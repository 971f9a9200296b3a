"""Other ways to write the same comment: what people do by haste, and what they do to get past a filter.

`spell` is haste: swapped, dropped, doubled letters. `strip_marks` drops punctuation. The evasions each change one word:
leet, spaced, stretched, masked, look-alike, invisible, dropped vowel. Everything is drawn from the given `Random`, so a
seed repeats it. Labels stay; offsets do not, so rows with spans are never changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

LEET = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "$5", "t": "7", "b": "8", "l": "1|", "g": "9", "u": "v"}
LOOK = {
    "a": "аα", "c": "с", "e": "еε", "i": "іι", "o": "оο", "p": "рρ", "s": "ѕ", "x": "х", "y": "у", "k": "кκ", "t": "т",
}  # fmt: skip
INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad"
MASKS = "***###@-_.x"
WORD = re.compile(r"[A-Za-z]{3,}")


def leet(word: str, rng: Random) -> str:
    share = rng.choice((0.35, 0.6, 1.0))
    return "".join(
        rng.choice(LEET[letter.lower()]) if letter.lower() in LEET and rng.random() < share else letter
        for letter in word
    )


def spaced(word: str, rng: Random) -> str:
    return rng.choice((" ", " ", ".", "-", "_", "*")).join(word)


def stretched(word: str, rng: Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at] * rng.randint(2, 6) + word[at + 1 :]


def masked(word: str, rng: Random) -> str:
    mask = rng.choice(MASKS)
    if rng.random() < 0.25 and len(word) > 3:
        return word[0] + mask * (len(word) - 2) + word[-1]
    if rng.random() < 0.2:
        return word[0] + mask * (len(word) - 1)
    vowels = [at for at, letter in enumerate(word) if at and letter in "aeiouAEIOU"] or [len(word) // 2]
    hidden = set(vowels if rng.random() < 0.4 else [rng.choice(vowels)])
    return "".join(mask if at in hidden else letter for at, letter in enumerate(word))


def lookalike(word: str, rng: Random) -> str:
    return "".join(
        rng.choice(LOOK[letter.lower()]) if letter.lower() in LOOK and rng.random() < 0.6 else letter for letter in word
    )


def invisible(word: str, rng: Random) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + rng.choice(INVISIBLE) + word[at:]


def dropped_vowel(word: str, rng: Random) -> str:
    vowels = [at for at, letter in enumerate(word) if at and letter in "aeiouAEIOU"]
    if not vowels or len(word) < 4:
        return word
    at = rng.choice(vowels)
    return word[:at] + word[at + 1 :]


def split(word: str, rng: Random) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + rng.choice((" ", "-", ".", "*")) + word[at:]


EVASIONS: dict[str, Callable[[str, Random], str]] = {
    "leet": leet,
    "spaced": spaced,
    "stretched": stretched,
    "masked": masked,
    "lookalike": lookalike,
    "invisible": invisible,
    "dropped_vowel": dropped_vowel,
    "split": split,
}


def evade(text: str, rng: Random, harsh: frozenset[str], kind: str = "", most: int = 4) -> str:
    """`text` with its harsh words (or a few others, when it has none) written so that a filter misses them."""
    words = list(WORD.finditer(text))
    chosen = [word for word in words if word.group().lower() in harsh]
    if not chosen and words:
        chosen = rng.sample(words, min(len(words), rng.randint(1, 2)))
    for word in sorted(chosen[:most], key=lambda found: -found.start()):
        way = EVASIONS[kind or rng.choice(list(EVASIONS))]
        text = text[: word.start()] + way(word.group(), rng) + text[word.end() :]
    return text


def spell(text: str, rng: Random) -> str:
    """`text` with one to three slips of the finger."""
    for _ in range(rng.randint(1, 3)):
        if len(text) < 8:
            return text
        at = rng.randrange(1, len(text) - 2)
        pair = text[at : at + 2]
        if not pair.isalpha():
            continue
        text = text[:at] + rng.choice((pair[::-1], pair[0], pair[0] * 2 + pair[1], "")) + text[at + 2 :]
    return text


def strip_marks(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]|_", " ", text).split())
