"""A text without a cue holds nothing that is listed as it is written: the matcher may let it go unread."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.checks.cues import Cues
from moderation.checks.reading import read_text
from moderation.checks.word_lists import Category, ListedWord, Tier, shipped_words
from moderation.checks.words import Matcher

LISTED = [
    ListedWord("pig", Tier.SUSPECT, Category.INSULT, "en"),
    ListedWord("pigs", Tier.SUSPECT, Category.INSULT, "en"),
    ListedWord("pigs of the street", Tier.BLOCK, Category.INSULT, "en"),
    ListedWord("son of a pig", Tier.BLOCK, Category.INSULT, "en"),
    ListedWord("big head", Tier.SUSPECT, Category.INSULT, "en", open_ended=True),
    ListedWord("sule", Tier.BLOCK, Category.INSULT, "kn-Latn", open_ended=True),
    ListedWord("ಸೂಳೆ", Tier.BLOCK, Category.INSULT, "kn", open_ended=True),
    ListedWord("guinea pig", Tier.ALLOW, Category.INNOCENT, "en"),
]
CUES = Cues(LISTED)
MATCHER = Matcher(LISTED)
PIECES = "son of a pig pigs big head heads headless sule sulemaga ಸೂಳೆ ಸೂಳೆಮಗ guinea of the street".split()


def test_a_phrase_waits_for_a_word_that_is_listed_anyway_and_an_open_word_is_heard_by_its_beginning():
    assert [word for word in PIECES if CUES.heard_in(word)] == [
        "pig", "pigs", "big", "sule", "sulemaga", "ಸೂಳೆ", "ಸೂಳೆಮಗ",
    ]  # fmt: skip


def test_each_listed_text_is_heard():
    cues = Cues(shipped_words())
    assert [word.text for word in shipped_words() if not cues.heard_in(word.text)] == []


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", ", ", "-", ".", "\n", "x", "_"])), max_size=9))
def test_what_stands_in_a_text_without_a_cue_is_not_listed(pieces):
    text = "".join(word + gap for word, gap in pieces)
    reading = read_text(text)
    written = MATCHER._written(reading)
    assert CUES.heard_in(reading.plain.text) or not written
