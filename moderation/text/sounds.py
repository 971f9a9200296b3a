"""How a name sounds: keys under which its spellings meet, whatever the script.

- `fine` hears vowels: spellings in Roman letters (`Ashaa`, `Asha`; `Vidhya`, `Vidya`) and careful ones of Indic scripts.
- `coarse` hears consonants and no difference of voice or breath, as scripts disagree about them (Tamil writes `k` and `g`
  alike, Hindi drops an `a` that Kannada writes).
- `bare` hears nothing that Arabic script may leave out.
- `quick` is `fine` without an `a` that is not spoken (`Kamala`, `Kamla`).
- A skeleton is what all spellings of a name that meet have in common, and that of joined words follows from theirs: whoever
  seeks names in a long text compares skeletons first.
A coarse, bare or quick key says something only when it is long enough; `sounds_of` leaves out those that are not.

Which names are protected is the site's.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from moderation.text.fold import fold_letters

LONG_ENOUGH: Final = 4
LONG_NAME: Final = 5
# The short `a` that Hindi and its neighbours do not speak, and half of the spellings in Roman letters do not write: Kam(a)la.
SPOKEN_AWAY: Final = re.compile(r"(?<=[aeiou][b-df-hj-np-tv-z])a(?=[b-df-hj-np-tv-z][aeiou])")
T_BEFORE_S: Final = re.compile("t+s")
DOUBLED: Final = re.compile(r"(.)\1+")
SPELLINGS: Final = (
    ("aa", "a"), ("ee", "i"), ("oo", "u"), ("ou", "u"), ("tch", "c"), ("chh", "c"), ("ch", "c"), ("sh", "s"), ("th", "t"),
    ("dh", "d"), ("bh", "b"), ("kh", "k"), ("gh", "g"), ("jh", "j"), ("ph", "f"), ("w", "v"), ("y", "i"), ("z", "j"),
    ("q", "k"), ("x", "ks"),
)  # fmt: skip
COARSE: Final = str.maketrans(
    {"g": "k", "d": "t", "b": "p", "f": "p", "c": "s", "j": "s", "m": "n", "h": None, "a": None, "'": None}
)
BARE: Final = str.maketrans(dict.fromkeys("ieouv"))
# Indic scripts lie in blocks of 128 code points with the same order of letters (ISCII): offset -> sound.
INDIC_FIRST: Final = 0x0900
INDIC_LAST: Final = 0x0D7F
CONSONANTS: Final = dict(
    zip(
        range(0x15, 0x3A),
        "k kh g gh n ch ch j j n t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h".split(" "),
        strict=True,
    )
)
VOWELS: Final = {
    0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0A: "u", 0x0B: "ri", 0x0E: "e", 0x0F: "e", 0x10: "ai",
    0x11: "o", 0x12: "o", 0x13: "o", 0x14: "au",
}  # fmt: skip
VOWEL_SIGNS: Final = {
    0x3E: "a", 0x3F: "i", 0x40: "i", 0x41: "u", 0x42: "u", 0x43: "ri", 0x45: "e", 0x46: "e", 0x47: "e", 0x48: "ai",
    0x49: "o", 0x4A: "o", 0x4B: "o", 0x4C: "au", 0x4D: "",
}  # fmt: skip
# Malayalam writes a consonant without a vowel as a letter of its own (chillu), from 0x7A on.
OTHER_SIGNS: Final = {
    0x01: "n", 0x02: "n", 0x03: "h", 0x7A: "n", 0x7B: "n", 0x7C: "r", 0x7D: "l", 0x7E: "l", 0x7F: "k",
}  # fmt: skip
CYRILLIC: Final = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщыэюяёіїєґьъ",
        [*"a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh sh y e yu ya yo i yi ye g".split(" "), "", ""],
        strict=True,
    )
)
ARABIC: Final = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژڑڈٹکگںےیہھءةىآأإ",
        "a b t s j h k d z r z s sh s d t z . g f k k l m n h v y p ch zh r d t k g n y y h h . h y a a a".split(" "),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Sounds:
    """The keys of a name; those that are too short to say anything are empty."""

    fine: str
    coarse: str
    bare: str
    script: str
    quick: str = ""

    def meet(self, other: Sounds) -> bool:
        """Whether two spellings may be the same name: closely in one script, roughly across scripts."""
        if self.fine == other.fine:
            return bool(self.fine)
        if self.script == other.script:
            return bool(self.quick) and self.quick == other.quick
        if "arabic" in (self.script, other.script):
            return bool(self.bare) and self.bare == other.bare
        return bool(self.coarse) and self.coarse == other.coarse


@lru_cache(maxsize=4096)
def sounds_of(name: str) -> Sounds:
    """The keys of a name or of words that may be one; spaces and signs do not matter."""
    script, fine = _hear(name)
    coarse = DOUBLED.sub(r"\1", fine.translate(COARSE))
    quick = _quickly(fine).removesuffix("a")
    bare = DOUBLED.sub(r"\1", coarse.translate(BARE))
    return Sounds(
        fine.removesuffix("a"),
        coarse if len(coarse) >= LONG_ENOUGH else "",
        bare if len(bare) >= LONG_ENOUGH else "",
        script,
        quick if len(quick) >= LONG_NAME else "",
    )


@lru_cache(maxsize=4096)
def skeleton_of(word: str) -> str:
    """The consonants of a word as they are heard at their roughest."""
    return join_skeletons("", _hear(word)[1].translate(COARSE).translate(BARE))


@lru_cache(maxsize=4096)
def join_skeletons(first: str, second: str) -> str:
    """The skeleton of two words written as one; a `t` before an `s` may be half of a `tch`."""
    return DOUBLED.sub(r"\1", T_BEFORE_S.sub("s", first + second))


def _hear(name: str) -> tuple[str, str]:
    """The script of a name, and its letters as they are heard."""
    letters = [
        c for c in unicodedata.normalize("NFC", name.lower()) if c.isalpha() or unicodedata.combining(c) or c > "\u02ff"
    ]
    script = next((found for c in letters if (found := _script(c))), "latin")
    spelled = _transliterate(letters) if script != "latin" else fold_letters(name)
    fine = re.sub(r"[^a-z]", "", spelled)
    for written, heard in SPELLINGS:
        fine = fine.replace(written, heard)
    return script, DOUBLED.sub(r"\1", fine)


def _quickly(fine: str) -> str:
    """Without the `a` that is not spoken, from the left: one that was left out keeps the next."""
    while (shorter := SPOKEN_AWAY.sub("", fine, count=1)) != fine:
        fine = shorter
    return fine


def _script(letter: str) -> str:
    if INDIC_FIRST <= ord(letter) <= INDIC_LAST:
        return "indic"
    if letter in ARABIC:
        return "arabic"
    return "cyrillic" if letter in CYRILLIC else ""


def _transliterate(letters: list[str]) -> str:
    """Roughly in Roman letters; an Indic consonant has its `a` unless a sign says otherwise."""
    spelled: list[str] = []
    for place, letter in enumerate(letters):
        if letter in CYRILLIC or letter in ARABIC:
            spelled.append(CYRILLIC.get(letter) or ARABIC.get(letter, ""))
        elif INDIC_FIRST <= ord(letter) <= INDIC_LAST:
            offset = ord(letter) & 0x7F
            after = ord(letters[place + 1]) & 0x7F if place + 1 < len(letters) else 0
            inherent = "a" if offset in CONSONANTS and after not in VOWEL_SIGNS else ""
            sound = (
                CONSONANTS.get(offset) or VOWELS.get(offset) or VOWEL_SIGNS.get(offset) or OTHER_SIGNS.get(offset, "")
            )
            spelled.append(sound + inherent)
        else:
            spelled.append(fold_letters(letter))
    return "".join(spelled)
