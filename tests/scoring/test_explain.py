import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.explain import LONG, MOST, Explanation, Part, explain_text
from moderation.scoring.scorer import EngineInfo, ScoringUnavailable
from moderation.vocabulary import ScoreContext, Scores, Span


class Counting:
    """Toxicity is a tenth for each `bad`, spam a fixed tenth; remembers its calls."""

    info = EngineInfo("counting", "1", "", "", ("toxicity", "spam"), ("en",))

    def __init__(self, unavailable="", base=0.3):
        self.calls = []
        self.unavailable = unavailable
        self.base = base

    def score(self, texts, contexts=None):
        self.calls.append((list(texts), list(contexts)))
        return [
            Scores(
                values={"toxicity": min(1.0, self.base * text.count("bad")), "spam": 0.1},
                engine="other" if "SWITCH" not in text and "SWITCH" in texts[0] else "counting",
                version="1",
                unavailable=self.unavailable,
                spans=tuple(Span(m.start(), m.end(), "toxicity") for m in re.finditer("bad", text)),
            )
            for text in texts
        ]

    def close(self):
        pass


def test_the_word_that_carries_the_score_has_the_drop():
    text = "you are a bad man"
    found = explain_text(Counting(), text)
    (strongest,) = found.strongest("toxicity")
    assert text[strongest.start : strongest.end] == "bad"
    assert strongest.drops["toxicity"] == pytest.approx(0.3)
    assert found.labels == ("toxicity",)


def test_all_variants_of_a_short_text_are_asked_for_in_one_call_and_with_the_context():
    scorer = Counting()
    context = ScoreContext(subjects=("A",))
    explain_text(scorer, "one two. three four", context)
    ((texts, contexts),) = scorer.calls
    assert texts[0] == "one two. three four"
    assert len(texts) == 1 + 4 + 2
    assert set(contexts) == {context}


def test_sentences_are_left_out_too():
    text = "All is fine. This is bad and bad! Good bye"
    found = explain_text(Counting(), text)
    drops = {text[part.start : part.end].strip(): part.drops["toxicity"] for part in found.sentences}
    assert drops == {"All is fine.": 0, "This is bad and bad!": pytest.approx(0.6), "Good bye": 0}


def test_where_nothing_is_possible_the_highest_label_is_explained():
    assert explain_text(Counting(), "a fine day").labels == ("spam",)


def test_a_variant_that_another_engine_judged_says_nothing():
    found = explain_text(Counting(), "SWITCH bad")
    assert [part.start for part in found.words] == [7]


def test_a_text_that_cannot_be_scored_cannot_be_explained():
    with pytest.raises(ScoringUnavailable, match="why"):
        explain_text(Counting(unavailable="why"), "bad")


@given(st.text(max_size=1200))
def test_any_text_is_explained_with_few_variants(text):
    scorer = Counting()
    found = explain_text(scorer, text + " bad" * 200)
    assert len(found.words) <= MOST
    assert sum(len(texts) for texts, _ in scorer.calls) <= 1 + MOST
    assert all(0 <= part.start < part.end for part in (*found.words, *found.sentences))


def test_in_a_longer_text_marked_words_are_left_out_alone_and_the_rest_in_runs():
    text = "it is a very good road and a bad man said so " * 5
    scorer = Counting()
    found = explain_text(scorer, text)
    words = [text[part.start : part.end] for part in found.words]
    assert [len(texts) for texts, _ in scorer.calls] == [1, len(words)]
    assert " ".join(words) == text.strip()
    assert words.count("bad") == 5
    assert len(words) <= MOST


def test_sixty_words_cost_no_more_than_sixteen_comments_and_their_own():
    scorer = Counting()
    explain_text(scorer, "one two three four five six seven eight nine ten. " * 6)
    assert sum(len(texts) for texts, _ in scorer.calls) <= 1 + MOST


def test_of_a_very_long_text_the_stretch_with_the_first_mark_is_explained():
    text = "it is a very good road and " * 400 + "a bad man " + "said so " * 400
    scorer = Counting()
    found = explain_text(scorer, text)
    (strongest,) = found.strongest("toxicity")
    assert text[strongest.start : strongest.end] == "bad"
    assert found.scores.values["toxicity"] == pytest.approx(0.3)
    assert sum(len(one) for texts, _ in scorer.calls for one in texts) < len(text) + (2 + MOST) * LONG


def test_a_word_that_carries_next_to_nothing_is_not_named():
    values = Scores(values={"toxicity": 0.9}, engine="x", version="1")
    drops = (0.3, 0.004, -0.1, 0.01)
    words = tuple(Part(n, n + 1, {"toxicity": drop}) for n, drop in enumerate(drops))
    found = Explanation(values, ("toxicity",), words, ())
    assert [part.start for part in found.strongest("toxicity")] == [0, 3]
