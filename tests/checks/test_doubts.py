"""What is remembered of tokens: the same answer the second time, and never more than a bound."""

import random

from moderation.checks import doubts
from moderation.checks.cues import Cues
from moderation.checks.doubts import Doubts
from moderation.checks.reading import read_text
from moderation.checks.word_lists import Category, ListedWord, Tier, shipped_words
from moderation.checks.words import Matcher, shipped_matcher
from tests.checks.tables import EVASIONS, INNOCENTS, rows


def test_a_matcher_that_has_read_much_answers_as_one_that_has_read_nothing():
    texts = [text for name in (EVASIONS, INNOCENTS) for _, _, text in rows(name)]
    random.Random(1).shuffle(texts)
    used = shipped_matcher()
    for text in texts:
        used.find(read_text(text))
    fresh = Matcher(shipped_words())
    assert [used.find(read_text(text)) for text in texts] == [fresh.find(read_text(text)) for text in texts]


def doubts_about(*texts):
    listed = [ListedWord(text, Tier.BLOCK, Category.INSULT, "en") for text in texts]
    return Doubts(texts, Cues(listed))


def test_the_memory_of_tokens_is_bounded_and_keeps_what_is_met_again(monkeypatch):
    monkeypatch.setattr(doubts, "TOKENS_KEPT", 50)
    kept = doubts_about("idiot")
    common = kept.about("1d10t")
    for number in range(1000):
        assert kept.about(f"w{number}.x") is kept.about(f"w{number}.x")
        assert kept.about(f"word{number}x") is None
        assert kept.about("1d10t") is common
        assert len(kept) <= 50
    assert common is not None


def test_what_is_met_again_is_known_among_tokens_in_their_order(monkeypatch):
    monkeypatch.setattr(doubts, "TOKENS_KEPT", 5)
    kept = doubts_about("idiot")
    for words in (
        "what an 1d10t he is",
        "an idiot among ten honest people and no other",
        "good people",
        "what an 1d10t",
    ):
        tokens = words.split()
        fresh = doubts_about("idiot")
        wanted = [(at, fresh.about(token)) for at, token in enumerate(tokens) if fresh.about(token)]
        assert kept.among(tokens) == kept.among(tokens) == wanted


def test_a_token_too_long_to_be_a_word_is_not_kept():
    kept = doubts_about("idiot")
    assert kept.about("x" * 5000) is None
    assert len(kept) == 0
