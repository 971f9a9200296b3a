"""What is remembered of tokens: the same answer the second time, and never more than a bound."""

import random

from moderation.checks import doubts
from moderation.checks.doubts import Doubts
from moderation.checks.reading import read_text
from moderation.checks.word_lists import shipped_words
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


def test_the_memory_of_tokens_is_bounded_and_keeps_what_is_met_again(monkeypatch):
    monkeypatch.setattr(doubts, "TOKENS_KEPT", 50)
    kept = Doubts(["idiot"])
    common = kept["1d10t"]
    for number in range(1000):
        assert kept[f"word{number}x"] is kept[f"word{number}x"]
        assert kept["1d10t"] is common
        assert len(kept) <= 50
    assert common is not None


def test_a_token_too_long_to_be_a_word_is_not_kept():
    kept = Doubts(["idiot"])
    assert kept["x" * 5000] is None
    assert not kept
