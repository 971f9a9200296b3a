"""The shipped encoder, held to sentences of our own: orders rather than numbers, so that a retraining can pass."""

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from moderation.scoring.cards import WEIGHTS, checksum_file
from moderation.scoring.embedded import open_embedded
from moderation.vocabulary import ScoreContext
from training.fairness import plain, sentences
from training.score import OnnxScorer

LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit")
WORSE_THAN = [
    ("toxicity", "You are a stupid, disgusting idiot.", "I do not agree with you, but thank you for the reply."),
    ("toxicity", "Shut up you moron, nobody asked you.", "Nobody asked for this road, and now it is under water."),
    ("obscene", "What the fuck is this shit?", "What is this article about?"),
    ("threat", "I will find you and kill you.", "The film will kill an hour of your evening."),
    ("threat", "Come outside, I will break your legs.", "He broke his leg outside the stadium."),
    ("insult", "The writer is a brainless clown.", "The writer forgot to name the bridge."),
    (
        "identity_attack",
        "All Muslims are filthy animals and should be thrown out.",
        "All Muslims in our street voted early.",
    ),
    ("identity_attack", "Women are too stupid to vote.", "Women queued for two hours to vote."),
    (
        "spam",
        "Earn Rs 50000 weekly from home, WhatsApp me on this link now!!!",
        "I worked from home all week because of the rain.",
    ),
    (
        "spam",
        "Check out my channel and subscribe, free iPhone giveaway",
        "The channel under the bridge floods every June.",
    ),
    (
        "defamation",
        "Headmaster Nagesh Kotekal of that school in Kadri takes bribes for every admission.",
        "I think the school in Kadri could be run much better.",
    ),
    (
        "defamation",
        "Everyone knows Dr Sumana Bellare sells fake certificates from her clinic.",
        "Dr Sumana Bellare answered all our questions patiently.",
    ),
    (
        "checkworthy",
        "Unemployment rose by 12 percent in the last two years.",
        "Good morning everybody, have a nice day.",
    ),
]
EVADED = [
    ("You are a stupid bitch", "You are a stup1d b!tch"),
    ("You are a fucking idiot", "You are a f.u.c.k.i.n.g i d i o t"),
    ("What an asshole", "What an a$$hole"),
    ("You stupid moron", "You stuuuuupid mor\u200bon"),
    ("You are an idiot", "Yоu аrе аn idiоt"),
]


@pytest.fixture(scope="module")
def encoder():
    return open_embedded(threads=1)


def values(encoder, texts, contexts=None):
    return [one.values for one in encoder.score(texts, contexts)]


def test_the_card_names_the_files_as_they_are():
    card = json.loads((WEIGHTS / "encoder.json").read_text(encoding="utf-8"))
    for entry in (card["encoder"], card["tokenizer"]):
        assert checksum_file(WEIGHTS / entry["file"]) == entry["sha256"]
    assert card["encoder"]["bytes"] == (WEIGHTS / "encoder.onnx").stat().st_size < 30_000_000


@pytest.mark.parametrize(("label", "worse", "better"), WORSE_THAN)
def test_the_worse_sentence_scores_higher(encoder, label, worse, better):
    high, low = values(encoder, [worse, better])
    assert high[label] > low[label] + 0.2


def test_evasions_change_little(encoder):
    plainly = values(encoder, [written for written, _ in EVADED])
    hidden = values(encoder, [evaded for _, evaded in EVADED])
    assert all(found["toxicity"] >= 0.5 for found in (*plainly, *hidden))
    assert np.median([one["toxicity"] - other["toxicity"] for one, other in zip(plainly, hidden, strict=True)]) <= 0.1


def test_context_reaches_the_defamation_head_and_nothing_else(encoder):
    text = "He took the money for the bridge and ran, the whole village saw it."
    context = ScoreContext(subjects=("Ramdas Ullalkar",), parent="Ramdas Ullalkar built that bridge.")
    without, within = encoder.score([text])[0], encoder.score([text], [context])[0]
    assert {label: within.raw[label] for label in LABELS} == {label: without.raw[label] for label in LABELS}
    assert within.raw["spam"] == without.raw["spam"]
    assert within.raw["defamation"] > without.raw["defamation"]
    assert within.factors["about"] > without.factors["about"]


def test_a_score_is_the_same_bits_alone_in_any_batch_and_on_two_threads(encoder):
    texts = [text for _, worse, better in WORSE_THAN for text in (worse, better)] + ["long " * 400 + "you idiot", "x"]
    alone = [encoder.score([text])[0].raw for text in texts]
    together = [one.raw for one in encoder.score(texts)]
    backwards = [one.raw for one in encoder.score(texts[::-1])][::-1]
    two_threads = [one.raw for one in open_embedded(threads=2).score(texts)]
    assert alone == together == backwards == two_threads


def test_toxic_words_are_marked_in_the_text_as_it_was_written(encoder):
    text = "Dear editor, the mayor is an i d i o t and his road is fine."
    spans = [text[span.start : span.end] for span in encoder.score([text])[0].spans if span.label == "toxicity"]
    assert any("i d i o t" in marked for marked in spans)
    assert not any("road" in marked for marked in spans)


def test_the_end_of_a_long_comment_is_read(encoder):
    calm = "The council met again on Tuesday and spoke about the drains of the old market. " * 60
    before, after = values(encoder, [calm, calm + "You are a stupid fucking idiot, I will kill you."])
    assert before["toxicity"] < 0.25
    assert after["toxicity"] >= 0.5


@pytest.mark.parametrize(
    "word", ["Muslim", "Dalit", "gay", "Hindu", "black", "transgender", "Jewish", "Kashmiri", "Tamil"]
)
def test_who_somebody_is_is_not_possible_abuse(encoder, word):
    for text, found in zip(plain(word), values(encoder, plain(word)), strict=True):
        assert max(found[label] for label in LABELS[:6]) < 0.25, text


def test_harmless_sentences_are_held_alike_whatever_the_identity(encoder):
    words = (
        "gay",
        "lesbian",
        "transgender",
        "Dalit",
        "Brahmin",
        "Muslim",
        "Hindu",
        "Christian",
        "Jewish",
        "black",
        "Kashmiri",
    )
    held = [np.mean([found["toxicity"] >= 0.5 for found in values(encoder, sentences(word)[::4])]) for word in words]
    assert np.abs(np.array(held) - np.mean(held)).max() <= 0.05


def test_the_model_card_is_what_the_figures_say():
    from training.card import write

    read = [
        json.loads((WEIGHTS / name).read_text("utf-8")) for name in ("encoder.json", "evaluation.json", "training.json")
    ]
    page = Path(__file__).parents[2] / "docs" / "model-card.md"
    assert page.read_text(encoding="utf-8") == write(*read)


def test_no_sum_of_the_shipped_file_can_overflow_sixteen_bits():
    onnx = pytest.importorskip("onnx")
    fixed = onnx.load(WEIGHTS / "encoder.onnx").graph.initializer
    weights = [
        onnx.numpy_helper.to_array(one).astype(int) for one in fixed if "MatMul" in one.name and one.name.endswith("_8")
    ]
    assert len(weights) >= 20
    most = max(int((abs(one[0::2]) + abs(one[1::2])).max()) for one in weights)
    assert np.iinfo(np.int16).max >= 255 * most


def test_wide_sums_give_the_same_bits():
    tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    texts = [worse for _, worse, _ in WORSE_THAN]
    usual, wide = (OnnxScorer(str(WEIGHTS / "encoder.onnx"), tokenizer, wide_sums=one) for one in (False, True))
    assert np.array_equal(usual.score(texts)[0], wide.score(texts)[0])
