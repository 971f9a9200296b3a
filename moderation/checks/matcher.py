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

from moderation.checks.apart import SHORT_TOKEN, Tokens, read_apart, read_cut
from moderation.checks.cues import Cues
from moderation.checks.doubts import Doubt, Doubts
from moderation.checks.masks import Masked
from moderation.checks.reading import Reading, find_places, spaced_words
from moderation.checks.skeletons import Spelled
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
        listed = [word for group in by_text.values() for word in group]
        self._by_text = {text: sorted(group, key=lambda w: GRAVITY[w.tier]) for text, group in by_text.items()}
        # A listed word is looked for with a space on both sides, one that takes any ending also without the second: what
        # merely begins like a listed word then costs nothing.
        patterns = {f" {text} ": group for text, group in self._by_text.items()}
        patterns |= {f" {word.text}": [word] for group in self._by_text.values() for word in group if word.open_ended}
        self._entries = list(patterns.values())
        self._automaton = AhoCorasick(list(patterns), store_patterns=False)
        guarded = [text for text, group in by_text.items() if any(w.tier is not Tier.ALLOW for w in group)]
        self._doubts = Doubts(guarded, Cues(listed))

    def find(self, reading: Reading) -> list[Hit]:
        """All listed words of a reading, none inside another, in order."""
        words = reading.plain.text.split()
        doubted = self._doubts.among(words)
        found = self._written(reading) if _has_cue(doubted) else []
        if reading.full is not reading.plain and reading.full.text != reading.plain.text:
            found += self._in_full(reading)
        if doubted:
            found += self._undone(reading, words, doubted)
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

    def _written(self, reading: Reading) -> list[Hit]:
        """Words as they are written."""
        return self._in_words(reading.normal, reading.places)

    def _in_full(self, reading: Reading) -> Iterator[Hit]:
        """Phrases of the text with its disguises undone, where they stand in the text without."""
        full = reading.full.text
        if not _has_cue(self._doubts.among(full.split())):
            return
        for hit in self._in_words(spaced_words(full), lambda: find_places(full)):
            if " " not in hit.word.text:
                continue
            start, end = reading.full.to_original(hit.start, hit.end)
            first, last = bisect_right(reading.plain.ends, start), bisect_left(reading.plain.starts, end)
            spelled = reading.plain.text[first:last]
            if spelled.strip() and spelled != full[hit.start : hit.end]:
                yield Hit(first, last, hit.word, disguised=True)

    def _in_words(self, normal: str, places_of: Callable[[], list[tuple[int, int]]]) -> list[Hit]:
        """Listed words among words with single spaces between them."""
        matches = self._automaton.find_matches_as_indexes(normal, overlapping=True)
        return list(self._put_in_place(matches, normal, places_of())) if matches else []

    def _put_in_place(
        self, matches: list[tuple[int, int, int]], normal: str, places: list[tuple[int, int]]
    ) -> Iterator[Hit]:
        """What the automaton found, where it stands among the words."""
        starts = _word_starts(places)
        for index, start, stop in matches:
            word, open_ended = self._entries[index][0], normal[stop - 1] != " "
            if open_ended and (normal[stop] == " " or _next_syllable(normal, stop)):
                continue  # the whole word has a match of its own
            end = stop if open_ended else stop - 1
            first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 2) - 1
            yield Hit(places[first][0], places[last][0] + end - 1 - starts[last], word)

    def _undone(self, reading: Reading, words: list[str], doubted: list[tuple[int, Doubt]]) -> list[Hit]:
        """Words spelled with leet, gaps or stretched letters, or with letters hidden."""
        tokens, listed = Tokens(reading.plain.text, words), self._doubts.skeletons
        hits: list[Hit] = []
        found: list[Spelled] = []
        cuts: set[int] = set()
        for at, doubt in doubted:
            if doubt.spelled or doubt.masked:
                hits += self._disguised(doubt.spelled, tokens.start(at), reading)
                hits += [self._masked(masked, tokens.start(at)) for masked in doubt.masked]
            if doubt.front:
                cuts.add(at)
            if doubt.back:
                cuts.add(at - 1)
        for at in sorted(cuts):
            found += read_cut(tokens, at, listed)
        short = [at for at, doubt in doubted if doubt.short]
        if short:
            found += read_apart(tokens, short, listed)
        return hits + self._disguised(found, 0, reading) if found else hits

    def _disguised(self, found: Iterable[Spelled], at: int, reading: Reading) -> list[Hit]:
        """Listed words that were spelled to dodge the list, when they are believable; `at` is from where their places count."""
        hits = [(Hit(at + one.start, at + one.end, self._by_text[one.word][0], disguised=True), one) for one in found]
        return [hit for hit, spelled in hits if _believable(hit, spelled, reading)]

    def _masked(self, masked: Masked, at: int) -> Hit:
        """A word with letters hidden by signs; a guess is only suspect."""
        word = min((self._by_text[text][0] for text in masked.words), key=lambda w: GRAVITY[w.tier])
        if masked.guess and word.tier is Tier.BLOCK:
            word = ListedWord(word.text, Tier.SUSPECT, word.category, word.language)
        return Hit(at + masked.start, at + masked.end, word, disguised=True)


def _has_cue(doubted: list[tuple[int, Doubt]]) -> bool:
    """Whether one of the tokens is a cue, so that something may be listed as it is written."""
    return True in [doubt.cue for _, doubt in doubted]


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


def _believable(hit: Hit, spelled: Spelled, reading: Reading) -> bool:
    """Short words and words cut in two need more than the right letters."""
    given, letters = _original(hit.start, hit.end, reading), len(spelled.word.replace(" ", ""))
    if sum(map(str.isalpha, given)) * 3 < letters:
        return False
    if spelled.split:
        return hit.word.tier is Tier.BLOCK and letters > SHORT_TOKEN
    if letters > SHORT_TOKEN:
        return True
    if spelled.pieces > 1:
        return spelled.pieces == letters and not given.isupper()
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
