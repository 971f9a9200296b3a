"""The rules of the encoder's file, on a network of pencil and paper; the shipped file has tests of its own."""

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from moderation.scoring import embedded
from moderation.scoring.embedded import EmbeddedScorer, open_embedded
from moderation.scoring.scorer import ModelDamaged, ModelUnusable
from moderation.scoring.token_marks import Bar
from moderation.scoring.token_windows import read_tokenizer
from moderation.vocabulary import ScoreContext, Span

LABELS = ("toxicity", "spam", "defamation")
VOCABULARY = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "bad": 4, "buy": 5, "thief": 6, "fine": 7}
CARD = {
    "format": 1,
    "version": "7",
    "languages": ["en"],
    "window": {"tokens": 10, "overlap": 3, "pad_multiple": 4, "pad_id": 0},
    "labels": list(LABELS),
    "factors": ["about", "imputes", "fact"],
    "token_labels": ["toxic", "about"],
    "hints": ["names_subject", "points_to_subject", "points_to_parent"],
    "span_thresholds": {"toxic": 0.5, "about": 0.5},
    "calibration": {"id": "k1", "labels": {"toxicity": {"x": [-4.0, 4.0], "y": [0.1, 0.9]}}},
}


class Paper:
    """A network that one can follow: a label is 4 where its word stands in the row, else -4."""

    def __init__(self):
        self.shapes = []

    def run(self, inputs):
        ids, hints = inputs["input_ids"], inputs["hints"]
        self.shapes.append(ids.shape)
        assert (inputs["attention_mask"] == (ids != 0)).all()
        labels = np.stack([np.where((ids == word).any(axis=1), 4.0, -4.0) for word in (4, 5, 6)], axis=1)
        labels[:, 2] += hints.sum(axis=1)
        tokens = np.stack([np.where(ids == word, 4.0, -4.0) for word in (4, 6)], axis=2)
        return {
            "labels": labels.astype(np.float32),
            "factors": np.repeat(hints.sum(axis=1, keepdims=True), 3, axis=1).astype(np.float32),
            "tokens": tokens.astype(np.float32),
        }


def make_tokenizer():
    tokenizer = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


@pytest.fixture
def paper():
    session = Paper()
    tokenizer = read_tokenizer(make_tokenizer().to_str().encode())
    card = CARD | {"encoder": {"sha256": "e" * 64}}
    return EmbeddedScorer(embedded._read_model(card, tokenizer, session)), session


def test_a_word_behind_the_first_window_is_found_and_marked(paper):
    scorer, _ = paper
    text = "fine " * 40 + "bad fine"
    (score,) = scorer.score([text])
    assert score.values["toxicity"] == pytest.approx(0.9)
    assert score.spans == (Span(200, 203, "toxicity"),)
    assert not score.cut


def test_values_are_calibrated_and_raw_is_the_sigmoid(paper):
    scorer, _ = paper
    (score,) = scorer.score(["bad"])
    assert score.raw["toxicity"] == pytest.approx(1 / (1 + np.exp(-4)))
    assert score.values["toxicity"] == pytest.approx(0.9)
    assert score.values["spam"] == score.raw["spam"]
    assert (score.engine, score.version, score.calibration) == ("embedded", "7", "k1")


def test_context_reaches_the_defamation_head_and_no_other(paper):
    scorer, _ = paper
    text = "Nanda Kishore is fine"
    without, with_context = scorer.score([text, text], [None, ScoreContext(subjects=("Nanda Kishore",))])
    assert with_context.values["defamation"] > without.values["defamation"]
    for label in ("toxicity", "spam"):
        assert with_context.values[label] == without.values[label]


def test_words_of_defamation_are_marked_only_where_it_is_possible(paper):
    scorer, _ = paper
    accused, plain = scorer.score(["thief", "bad"])
    assert accused.spans == (Span(0, 5, "about"),)
    assert plain.spans == (Span(0, 3, "toxicity"),)


def test_where_no_word_reaches_the_threshold_the_highest_are_marked_if_the_card_says_so():
    probabilities = np.array([0.1, 0.3, 0.4, 0.22])
    assert not Bar(0.5).reached(probabilities).any()
    assert Bar(0.5, share=0.6, least=0.2).reached(probabilities).tolist() == [False, True, True, False]
    assert Bar(0.5, share=0.6, least=0.35).reached(probabilities).tolist() == [False, False, True, False]
    assert not Bar(0.5, share=0.6, least=0.45).reached(probabilities).any()
    assert Bar(0.5, share=0.6, least=0.2).reached(np.array([0.55, 0.95])).all()  # a share never raises the bar


def test_a_share_in_the_card_lowers_the_bar_of_its_label_only():
    card = CARD | {"span_shares": {"toxic": {"share": 0.6, "least": 0.2}}}
    assert embedded._read_bar(card, "toxic") == Bar(0.5, 0.6, 0.2)
    assert embedded._read_bar(card, "about") == embedded._read_bar(CARD, "toxic") == Bar(0.5)


def test_rows_are_padded_by_their_own_length_and_share_a_batch_only_with_their_like(paper):
    scorer, session = paper
    scorer.score(["bad", "fine " * 5, "fine", "bad fine"])
    assert session.shapes == [(1, 8), (3, 4)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["bad", "buy", "thief", "fine", "x"]), max_size=30).map(" ".join), max_size=8))
def test_a_score_is_the_same_alone_and_in_any_batch(texts):
    tokenizer = read_tokenizer(make_tokenizer().to_str().encode())
    scorer = EmbeddedScorer(embedded._read_model(CARD | {"encoder": {"sha256": "e"}}, tokenizer, Paper()))
    assert scorer.score(texts) == [scorer.score([text])[0] for text in texts]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_spans_lie_in_the_text_and_numbers_are_numbers(text):
    tokenizer = read_tokenizer(make_tokenizer().to_str().encode())
    scorer = EmbeddedScorer(embedded._read_model(CARD | {"encoder": {"sha256": "e"}}, tokenizer, Paper()))
    (score,) = scorer.score([text + " bad \ud800" + text])
    assert all(0 <= value <= 1 for value in score.values.values())
    assert all(0 <= span.start < span.end <= len(text) * 2 + 6 for span in score.spans)
    assert any(span.label == "toxicity" for span in score.spans)


def test_a_very_long_text_is_bounded_and_says_that_it_was_cut(paper):
    scorer, session = paper
    (score,) = scorer.score(["fine " * 5000 + "bad"])
    assert score.cut
    assert sum(rows for rows, _ in session.shapes) <= 64


def test_a_network_that_gives_no_number_gives_no_score(paper):
    scorer, session = paper
    session.run = lambda inputs: {
        "labels": np.full((len(inputs["input_ids"]), 3), np.nan, dtype=np.float32),
        "factors": np.zeros((len(inputs["input_ids"]), 3), dtype=np.float32),
        "tokens": np.zeros((*inputs["input_ids"].shape, 2), dtype=np.float32),
    }
    (score,) = scorer.score(["bad"])
    assert score.unavailable
    assert not score.values


def write_model(folder, **changes):
    network, tokenizer = b"not a network", make_tokenizer().to_str().encode()
    (folder / "encoder.onnx").write_bytes(network)
    (folder / "tokenizer.json").write_bytes(tokenizer)
    card = CARD | {
        "encoder": {"file": "encoder.onnx", "sha256": hashlib.sha256(network).hexdigest()},
        "tokenizer": {"file": "tokenizer.json", "sha256": hashlib.sha256(tokenizer).hexdigest()},
    }
    (folder / "encoder.json").write_text(json.dumps(card | changes))


def test_a_damaged_network_is_refused_before_it_is_read(tmp_path):
    write_model(tmp_path)
    (tmp_path / "encoder.onnx").write_bytes(b"not a networ")
    with pytest.raises(ModelDamaged, match=r"encoder\.onnx"):
        open_embedded(tmp_path)


def test_a_file_that_is_no_network_is_named(tmp_path):
    write_model(tmp_path)
    with pytest.raises(ModelUnusable, match="ONNX Runtime"):
        open_embedded(tmp_path)


def test_a_missing_weights_file_is_named(tmp_path):
    write_model(tmp_path)
    (tmp_path / "encoder.onnx").unlink()
    with pytest.raises(ModelDamaged, match=r"encoder\.onnx.*missing"):
        open_embedded(tmp_path)


@pytest.mark.parametrize("missing", ["window", "labels", "calibration", "token_labels", "span_thresholds"])
def test_a_card_that_lacks_something_is_refused(missing):
    card = {key: value for key, value in CARD.items() if key != missing} | {"encoder": {"sha256": "e"}}
    with pytest.raises(ModelDamaged):
        embedded._read_model(card, read_tokenizer(make_tokenizer().to_str().encode()), Paper())


def test_an_encoder_trained_with_other_hints_is_refused():
    card = CARD | {"encoder": {"sha256": "e"}, "hints": ["something_else"]}
    with pytest.raises(ModelUnusable, match="hints"):
        embedded._read_model(card, read_tokenizer(make_tokenizer().to_str().encode()), Paper())
