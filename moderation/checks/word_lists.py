"""The word lists that ship with the program, read and folded.

- A file is sections; a heading `[tier category language]` holds for the lines below it (see lists/README.md).
- `+s` writes a word once more with that ending, `*` after a word takes any ending, `^` marks a word that is a name too.
- Words are folded as comments are, and kept as words with single spaces: signs between them do not matter.
- Arabic words are also listed with what Arabic writes onto the front of a word.

How words are found is matcher.py's; a site's own words come with the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from moderation.errors import Invalid
from moderation.text.fold import WORD, fold_letters

ARABIC_FRONTS: Final = ("ال", "و", "وال", "يا", "ب", "بال", "لل")
SHORTEST_WITH_FRONT: Final = 4


class Tier(StrEnum):
    """What a listed word means: certain abuse, worth a look, or a phrase in which it is innocent."""

    BLOCK = "block"
    SUSPECT = "suspect"
    ALLOW = "allow"


class Category(StrEnum):
    """What kind of word it is; `site` is a word of the site's own list."""

    PROFANITY = "profanity"
    INSULT = "insult"
    SEXUAL = "sexual"
    SLUR = "slur"
    CASTE = "caste"
    INNOCENT = "innocent"
    SITE = "site"


class BrokenList(Invalid):
    """a word list cannot be read"""

    code = "broken_word_list"
    hint = "see moderation/lists/README.md for the form of a list"


@dataclass(frozen=True, slots=True)
class ListedWord:
    """A word or phrase of a list, folded; `open_ended` takes any ending, `name` does not count where it is a name."""

    text: str
    tier: Tier
    category: Category
    language: str
    open_ended: bool = False
    name: bool = False


@cache
def shipped_words() -> tuple[ListedWord, ...]:
    """All words of the lists in the package, in the order of their files."""
    folder = resources.files("moderation") / "lists"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return tuple(
        word
        for file in files
        if file.name.endswith(".txt")
        for word in read_list(file.read_text(encoding="utf-8"), file.name)
    )


def site_words(words: Iterable[str], tier: Tier) -> Iterator[ListedWord]:
    """Words of a site's own list; `*`, `^` and endings mean the same there."""
    for line in words:
        yield from _read_line(fold_letters(line), tier, Category.SITE, "")


def read_list(text: str, name: str) -> Iterator[ListedWord]:
    """The words of one list.

    Raises:
        BrokenList: a heading is not `[tier category language]`, or words stand before the first one.
    """
    section: tuple[Tier, Category, str] | None = None
    for line, folded in zip(text.split("\n"), fold_letters(text).split("\n"), strict=True):
        if line.startswith("["):
            section = _read_heading(line, name)
        elif line and not line.startswith("#"):
            if section is None:
                raise BrokenList(f"`{name}` has words before its first heading")
            yield from _read_line(folded, *section)


def _read_heading(line: str, name: str) -> tuple[Tier, Category, str]:
    try:
        tier, category, language = line.strip("[] ").split()
        return Tier(tier), Category(category), language
    except ValueError:
        raise BrokenList(f"`{name}` has the heading `{line}`, which is not `[tier category language]`") from None


def _read_line(folded: str, tier: Tier, category: Category, language: str) -> Iterator[ListedWord]:
    stem, *endings = folded.partition("#")[0].split(" +")
    open_ended, name = "*" in stem, "^" in stem
    plain = " ".join(WORD.findall(stem))
    if not plain:
        return
    spellings = [plain, *(plain + ending.strip() for ending in endings)]
    if language == "ar" and " " not in plain and len(plain) >= SHORTEST_WITH_FRONT:
        spellings += [front + plain for front in ARABIC_FRONTS]
    for spelling in spellings:
        yield ListedWord(spelling, tier, category, language, open_ended, name)
