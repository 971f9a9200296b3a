"""A score that was kept is the score that would be given, and never another model's or another text's."""

import shutil

import numpy as np
import pytest
from tokenizers import Tokenizer

from moderation.scoring.cards import WEIGHTS
from training.remember import FOLDER, RememberingScorer
from training.score import OnnxScorer

TEXTS = ["What the fuck is this shit?", "Women queued for two hours to vote."]


@pytest.fixture
def scorer(tmp_path):
    shutil.copyfile(WEIGHTS / "encoder.onnx", tmp_path / "encoder.onnx")
    return RememberingScorer(tmp_path / "encoder.onnx", Tokenizer.from_file(str(WEIGHTS / "tokenizer.json")))


def test_the_second_answer_is_the_first_and_comes_from_the_disk(scorer, tmp_path, monkeypatch):
    first = scorer.score(TEXTS)
    assert len(list((tmp_path / FOLDER).glob("*.npz"))) == 1
    monkeypatch.setattr(OnnxScorer, "score", lambda *_: pytest.fail("asked again"))
    for one, other in zip(first, scorer.score(TEXTS), strict=True):
        assert np.array_equal(one, other)


def test_other_hints_and_other_texts_are_asked_anew(scorer, tmp_path):
    scorer.score(TEXTS)
    scorer.score(TEXTS, np.ones((2, 3), np.float32))
    scorer.score(TEXTS[::-1])
    assert len(list((tmp_path / FOLDER).glob("*.npz"))) == 3
