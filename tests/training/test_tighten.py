"""A tightened file says the same in fewer operators: every output of real tokens is equal to the bit."""

from collections import Counter

import numpy as np
import onnx
import onnxruntime
import pytest

from tests.training.tiny import TINY, export_tiny, make_tiny
from training.tighten import tighten


def make(folder, kept=()):
    return export_tiny(make_tiny(), folder, kept)


def run(model, feeds):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def some_rows(rows, tokens):
    rng = np.random.default_rng(rows * 100 + tokens)
    real = rng.integers(1, tokens + 1, rows)
    mask = (np.arange(tokens) < real[:, None]).astype(np.int64)
    ids = rng.integers(1, 60, (rows, tokens)) * mask
    return {"input_ids": ids, "attention_mask": mask, "hints": rng.integers(0, 2, (rows, 3)).astype(np.float32)}


@pytest.mark.parametrize("kept", [(), ("/layers.0/out/MatMul", "/layers.1/qkv/MatMul")], ids=["all", "two kept"])
def test_the_outputs_are_the_same_to_the_bit_with_and_without_padding(tmp_path, kept):
    small = make(tmp_path, kept)
    tight = tighten(small, TINY)
    onnx.checker.check_model(tight)
    for rows, tokens in ((1, 1), (1, 16), (2, 16), (5, 32)):
        feeds = some_rows(rows, tokens)
        real = feeds["attention_mask"].astype(bool)
        for before, after in zip(run(small, feeds), run(tight, feeds), strict=True):
            seen = real if before.ndim == 3 else ...
            assert np.array_equal(before[seen], after[seen])


def test_every_product_and_attention_is_one_operator(tmp_path):
    kinds = Counter(node.op_type for node in tighten(make(tmp_path), TINY).graph.node)
    assert (kinds["MatMulIntegerToFloat"], kinds["Attention"], kinds["DequantizeLinear"]) == (8, 2, 0)
    assert kinds["Reshape"] == kinds["Transpose"] == 0


def test_a_file_that_was_tightened_already_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no attention to fuse"):
        tighten(tighten(make(tmp_path), TINY), TINY)
