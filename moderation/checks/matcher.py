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
from dataclasses import dataclass, replace
from typing import Final

from ahocorasick_rs import AhoCorasick

from moderation.checks.apart import SHORT_TOKEN, Tokens, read_apart
from moderation.checks.doubts import Doubts
from moderation.checks.evasions import Candidate
from moderation.checks.masks import Masked
from moderation.checks.reading import Reading, find_places, spaced_words
from moderation.checks.word_lists import ListedWord, Tier
from moderation.text.disguise import MARKS
from moderation.text.language import guess_language
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
        self._by_text = {text: sorted(group, key=lambda w: GRAVITY[w.tier]) for text, group in by_text.items()}
        # A listed word is looked for with a space on both sides, one that takes any ending also without the second: what
        # merely begins like a listed word then costs nothing.
        patterns = {f" {text} ": group for text, group in self._by_text.items()}
        patterns |= {f" {word.text}": [word] for group in self._by_text.values() for word in group if word.open_ended}
        self._entries = list(patterns.values())
        self._automaton = AhoCorasick(list(patterns), store_patterns=False)
        self._doubts = Doubts([text for text, group in by_text.items() if any(w.tier is not Tier.ALLOW for w in group)])

    def find(self, reading: Reading) -> list[Hit]:
        """All listed words of a reading, none inside another, in order."""
        found = [*self._written(reading), *self._doubted(reading)]
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
        full = reading.full.text
        for hit in self._in_words(spaced_words(full), lambda: find_places(full)):
            if " " not in hit.word.text:
                continue
            start, end = reading.full.to_original(hit.start, hit.end)
            first, last = bisect_right(reading.plain.ends, start), bisect_left(reading.plain.starts, end)
            spelled = reading.plain.text[first:last]
            if spelled.strip() and spelled != full[hit.start : hit.end]:
                yield Hit(first, last, hit.word, disguised=True)

    def _in_words(self, normal: str, places_of: Callable[[], list[tuple[int, int]]]) -> Iterator[Hit]:
        """Listed words among words with single spaces between them."""
        matches = self._automaton.find_matches_as_indexes(normal, overlapping=True)
        if not matches:
            return
        places = places_of()
        starts = _word_starts(places)
        for index, start, stop in matches:
            word, open_ended = self._entries[index][0], normal[stop - 1] != " "
            if open_ended and (normal[stop] == " " or _next_syllable(normal, stop)):
                continue  # the whole word has a match of its own
            end = stop if open_ended else stop - 1
            first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 2) - 1
            yield Hit(places[first][0], places[last][0] + end - 1 - starts[last], word)

    def _doubted(self, reading: Reading) -> Iterator[Hit]:
        """Words spelled with leet, gaps or stretched letters, or with letters hidden."""
        words, doubts = reading.plain.text.split(), self._doubts
        found = list(map(doubts.__getitem__, words))
        if not any(found):
            return
        tokens = Tokens(reading.plain.text, words)
        doubted = [(at, doubt) for at, doubt in enumerate(found) if doubt]
        for at, doubt in doubted:
            for candidate, text in doubt.spelled:
                yield from self._disguised(_moved(candidate, tokens.start(at)), text, reading)
            for masked in doubt.masked:
                yield self._masked(masked, tokens.start(at))
        short = [at for at, doubt in doubted if doubt.short]
        if short:
            for candidate, text in doubts.prove(read_apart(tokens, short, doubts.beginnings)):
                yield from self._disguised(candidate, text, reading)

    def _disguised(self, candidate: Candidate, text: str, reading: Reading) -> Iterator[Hit]:
        """A listed word that was spelled to dodge the list, when it is believable."""
        word = self._by_text[text][0]
        if _believable(candidate, text.replace(" ", ""), word, reading):
            yield Hit(candidate.start, candidate.end, word, disguised=True)

    def _masked(self, masked: Masked, at: int) -> Hit:
        """A word with letters hidden by signs; a guess is only suspect."""
        word = min((self._by_text[text][0] for text in masked.words), key=lambda w: GRAVITY[w.tier])
        if masked.guess and word.tier is Tier.BLOCK:
            word = ListedWord(word.text, Tier.SUSPECT, word.category, word.language)
        return Hit(at + masked.start, at + masked.end, word, disguised=True)


def _moved(candidate: Candidate, by: int) -> Candidate:
    return replace(candidate, start=candidate.start + by, end=candidate.end + by)


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
        guess = guess_language(reading.text)
        return guess.code == word.language and guess.confidence >= SURE
    if word.language in QUIET and hit.end - hit.start <= QUIET_LENGTH:
        guess = guess_language(reading.text)
        return guess.code in (word.language, "und") or guess.confidence < SURE
    return not _only_looks_latin(hit, reading)


def _only_looks_latin(hit: Hit, reading: Reading) -> bool:
    """Whether a Roman word was found in letters that are all Cyrillic or Greek, in such a text."""
    if not hit.word.text.isascii() or hit.word.language in {"ru", "uk"}:
        return False
    first, last = reading.plain.to_original(hit.start, hit.end)
    given = reading.text[first:last]
    if given.isascii() or LATIN.search(given) or not LOOKALIKE_SCRIPT.search(given):
        return False
    others = reading.text[:first] + reading.text[last:]
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
