"""The shipped encoder through its adapter: repeatable, bounded, and never without a number."""

import shutil
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.scoring.cards import WEIGHTS
from moderation.scoring.embedded import open_embedded
from moderation.scoring.explain import explain_text
from moderation.scoring.parity_texts import parity_texts
from moderation.scoring.scorer import ModelDamaged
from moderation.vocabulary import ScoreContext

SCORER = open_embedded()
OTHERS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit")


def test_a_score_is_the_same_to_the_bit_alone_in_company_and_on_one_thread():
    texts = parity_texts()[::4]
    together = SCORER.score(texts)
    assert together == [SCORER.score([text])[0] for text in texts]
    assert SCORER.score(texts[::-1])[::-1] == together
    assert open_embedded(threads=1).score(texts) == together


def test_context_leaves_the_seven_labels_as_they_are_to_the_bit():
    text = "He took a bribe of five lakh from the contractor, and the whole town knows it"
    context = ScoreContext(subjects=("Ramesh Kotian",), parent="Ramesh Kotian has opened the road")
    without, with_context = SCORER.score([text, text], [None, context])
    for label in OTHERS:
        assert (without.values[label], without.raw[label]) == (with_context.values[label], with_context.raw[label])
    assert with_context.raw["defamation"] != without.raw["defamation"]


def test_an_insult_at_the_end_of_two_thousand_characters_is_found():
    filler = ("The council met on Monday and talked about roads, water and the new library. " * 30)[:1950]
    plain, marked = SCORER.score([filler, filler + " you are a fucking idiot"])
    assert marked.values["toxicity"] > 0.5 > plain.values["toxicity"]
    assert any(span.start > 1940 and span.label == "toxicity" for span in marked.spans)


BAD = [
    "",
    " ",
    "😀",
    "e" + "\u0301" * 2000,
    "\n" * 100_000,
    "x" * 20_000,
    "\ud800",
    "\x00",
    "ಕ್" * 3000,
    "a b " * 10_000,
]


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_bad_input_gives_numbers_in_bounded_time(text):
    started = time.process_time()
    (score,) = SCORER.score([text])
    assert time.process_time() - started < 10
    assert all(0 <= value <= 1 for value in (*score.values.values(), *score.raw.values(), *score.factors.values()))
    assert score.cut or len(text) <= 20_000


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=120), min_size=1, max_size=3))
def test_any_text_scores_the_same_alone_and_in_company(texts):
    company = SCORER.score([*texts, "you are a fucking idiot"])[:-1]
    assert company == [SCORER.score([text])[0] for text in texts]
    for text, score in zip(texts, company, strict=True):
        assert all(0 <= span.start < span.end <= len(text) for span in score.spans)


def test_the_word_that_carries_the_abuse_is_explained():
    text = "I read this with care. The mayor is a fucking idiot and should go."
    found = explain_text(SCORER, text)
    best = found.strongest("toxicity")[0]
    assert text[best.start : best.end] in {"fucking", "idiot"}
    worst = max(found.sentences, key=lambda part: part.drops["toxicity"])
    assert "mayor" in text[worst.start : worst.end]


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_a_changed_byte_is_refused(tmp_path, name):
    for file in ("encoder.onnx", "encoder.json", "tokenizer.json"):
        shutil.copyfile(WEIGHTS / file, tmp_path / file)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelDamaged, match=name):
        open_embedded(tmp_path)
