"""Listed words in a reading: as they are written, disguised, or masked.

- A match begins and ends with a word, so `specialist` never holds `cialis`; only a word that a list leaves open
  (`word*`) may go on, and never into a vowel sign that would make another syllable of its last letter.
- Of matches that overlap, the longest stands, unless a shorter one is graver.
- A phrase that a list allows makes the words in it innocent.
- A word that is a name too does not count beside another capitalised word.
- A word in Roman letters is not found in a Cyrillic word that happens to look like it, unless the text is in Roman letters.
- Words of some languages count only where the text seems to be in that language.

What follows from a match is words.py's.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ahocorasick_rs import AhoCorasick

from moderation.checks.evasions import SHORT_TOKEN, Candidate, beginnings_of, find_candidates, skeleton, spells
from moderation.checks.masks import MaskIndex
from moderation.checks.reading import Reading, read_language
from moderation.checks.word_lists import ListedWord, Tier
from moderation.text.disguise import MARKS
from moderation.text.fold import WORD
from moderation.vocabulary import Span

GATED: Final = frozenset({"de", "es", "fa", "fr", "it", "nl", "pt", "tr"})
QUIET: Final = frozenset({"ta-Latn", "te-Latn", "ml-Latn", "mr-Latn", "tcy-Latn"})
SURE: Final = 0.5
QUIET_LENGTH: Final = 5
GRAVITY: Final = {Tier.BLOCK: 0, Tier.SUSPECT: 1, Tier.ALLOW: 2}
MARK: Final = re.compile(f"[{MARKS}]")
NAME_GAPS: Final = frozenset({" ", ". ", "-", ".", "'"})
LATIN: Final = re.compile(r"[A-Za-z]")
LOOKALIKE_SCRIPT: Final = re.compile(r"[Ѐ-ԯͰ-Ͽ]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed word in a text: where in the folded text, and whether it was disguised."""

    start: int
    end: int
    word: ListedWord
    disguised: bool = False


class Matcher:
    """Finds the words of some lists; built once, then only read."""

    def __init__(self, words: Iterable[ListedWord]) -> None:
        by_text: dict[str, list[ListedWord]] = defaultdict(list)
        for word in words:
            by_text[word.text].append(word)
        self._entries = [sorted(group, key=lambda w: GRAVITY[w.tier]) for group in by_text.values()]
        self._automaton = AhoCorasick([f" {text}" for text in by_text], store_patterns=False)
        listed = [text for text, group in by_text.items() if any(w.tier is not Tier.ALLOW for w in group)]
        bones = skeleton("\n".join(listed).replace(" ", "")).split("\n")
        self._by_text = by_text
        self._by_skeleton: dict[str, list[str]] = defaultdict(list)
        for bone, text in zip(bones, listed, strict=True):
            self._by_skeleton[bone].append(text)
        self._beginnings = beginnings_of(bones)
        self._masks = MaskIndex(listed)

    def find(self, reading: Reading) -> list[Hit]:
        """All listed words of a reading, none inside another, in order."""
        found = [*self._written(reading), *self._disguised(reading), *self._masked(reading)]
        if not found:
            return []
        found = [hit for hit in found if _counts(hit, reading)]
        allowed = [(hit.start, hit.end) for hit in found if hit.word.tier is Tier.ALLOW]
        kept: list[Hit] = []
        taken = bytearray(len(reading.plain.text))
        for hit in sorted(found, key=lambda h: (GRAVITY[h.word.tier], h.start - h.end, h.disguised, h.start)):
            inside = any(start <= hit.start and hit.end <= end for start, end in allowed)
            if not inside and not any(taken[hit.start : hit.end]):
                taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
                kept.append(hit)
        return sorted((hit for hit in kept if hit.word.tier is not Tier.ALLOW), key=lambda h: h.start)

    def _written(self, reading: Reading) -> Iterator[Hit]:
        """Words as they are written; phrases also where a word in them was disguised."""
        yield from self._in_words(reading.normal, reading.places)
        if reading.full is not reading.plain and reading.full.text != reading.plain.text:
            yield from self._in_full(reading)

    def _in_full(self, reading: Reading) -> Iterator[Hit]:
        """Phrases of the text with its disguises undone, where they stand in the text without."""
        places = [match.span() for match in WORD.finditer(reading.full.text)]
        normal = " ".join([reading.full.text[start:end] for start, end in places])
        for hit in self._in_words(f" {normal} ", lambda: places):
            if " " not in hit.word.text:
                continue
            start, end = reading.full.to_original(hit.start, hit.end)
            first, last = bisect_right(reading.plain.ends, start), bisect_left(reading.plain.starts, end)
            spelled = reading.plain.text[first:last]
            if spelled.strip() and spelled != reading.full.text[hit.start : hit.end]:
                yield Hit(first, last, hit.word, disguised=True)

    def _in_words(self, normal: str, find_places: Callable[[], list[tuple[int, int]]]) -> Iterator[Hit]:
        """Listed words among words with single spaces between them."""
        matches = self._automaton.find_matches_as_indexes(normal, overlapping=True)
        if not matches:
            return
        places = find_places()
        starts = _word_starts(places)
        for index, start, end in matches:
            closed = normal[end] == " "
            for word in self._entries[index]:
                if closed or (word.open_ended and not _next_syllable(normal, end)):
                    first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 2) - 1
                    yield Hit(places[first][0], places[last][0] + end - 1 - starts[last], word)
                    break

    def _disguised(self, reading: Reading) -> Iterator[Hit]:
        """Words spelled with leet, gaps or stretched letters."""
        for candidate in find_candidates(reading.plain.text, self._beginnings):
            for text in self._by_skeleton.get(skeleton(candidate.letters), ()):
                word = self._by_text[text][0]
                joined = text.replace(" ", "")
                if spells(candidate.letters, joined) and _believable(candidate, joined, word, reading):
                    yield Hit(candidate.start, candidate.end, word, disguised=True)

    def _masked(self, reading: Reading) -> Iterator[Hit]:
        """Words with letters hidden by signs; a guess is only suspect."""
        for masked in self._masks.find(reading.plain.text):
            word = min((self._by_text[text][0] for text in masked.words), key=lambda w: GRAVITY[w.tier])
            if masked.guess and word.tier is Tier.BLOCK:
                word = ListedWord(word.text, Tier.SUSPECT, word.category, word.language)
            yield Hit(masked.start, masked.end, word, disguised=True)


def _word_starts(places: list[tuple[int, int]]) -> list[int]:
    """Where each word begins in `normal`, counted from its leading space."""
    starts, at = [], 0
    for first, last in places:
        starts.append(at)
        at += last - first + 1
    return starts


def _next_syllable(normal: str, end: int) -> bool:
    """Whether a vowel sign follows that belongs to the last letter of the match."""
    return MARK.match(normal, end) is not None and MARK.match(normal, end - 1) is None


def _believable(candidate: Candidate, joined: str, word: ListedWord, reading: Reading) -> bool:
    """Short words and words cut in two need more than the right letters."""
    given = _original(candidate.start, candidate.end, reading)
    if sum(map(str.isalpha, given)) * 3 < len(joined):
        return False
    if candidate.split:
        return word.tier is Tier.BLOCK and len(joined) > SHORT_TOKEN
    if len(joined) > SHORT_TOKEN:
        return True
    if candidate.pieces > 1:
        return candidate.pieces == len(joined) and not given.isupper()
    return not given.lstrip("@$").isalnum() or given.isalpha() or given[-1].isalpha()


def _original(start: int, end: int, reading: Reading) -> str:
    first, last = reading.plain.to_original(start, end)
    return reading.text[first:last]


def _counts(hit: Hit, reading: Reading) -> bool:
    """Whether a match is what its list means by it."""
    word = hit.word
    if word.name and not hit.disguised and _is_name(hit, reading):
        return False
    if word.language in GATED:
        guess = read_language(reading.text)
        return guess.code == word.language and guess.confidence >= SURE
    if word.language in QUIET and hit.end - hit.start <= QUIET_LENGTH:
        guess = read_language(reading.text)
        return guess.code in (word.language, "und") or guess.confidence < SURE
    return not _only_looks_latin(hit, reading)


def _only_looks_latin(hit: Hit, reading: Reading) -> bool:
    """Whether a Roman word was found in letters that are all Cyrillic or Greek, in such a text."""
    if not hit.word.text.isascii() or hit.word.language in {"ru", "uk"}:
        return False
    first, last = reading.plain.to_original(hit.start, hit.end)
    given, others = reading.text[first:last], reading.text[:first] + reading.text[last:]
    if given.isascii() or LATIN.search(given) or not LOOKALIKE_SCRIPT.search(given):
        return False
    return len(LATIN.findall(others)) < len(LOOKALIKE_SCRIPT.findall(others))


def _is_name(hit: Hit, reading: Reading) -> bool:
    """Whether a word is capitalised and stands beside another capitalised word."""
    given = _original(hit.start, hit.end, reading)
    if not given[:1].isupper() or (given.isupper() and reading.text.isupper()):
        return False
    places = reading.places()
    at = next(i for i, (start, _) in enumerate(places) if start == hit.start)
    for start, end in places[max(0, at - 1) : at] + places[at + 1 : at + 2]:
        gap = reading.plain.text[min(end, hit.end) : max(start, hit.start)]
        if gap in NAME_GAPS and _original(start, end, reading)[0].isupper():
            return True
    return False


def to_span(hit: Hit, reading: Reading) -> Span:
    """Where a hit stands in the text as given, labelled with its kind."""
    return reading.span(hit.start, hit.end, hit.word.category)
