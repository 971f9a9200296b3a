"""The shallow opinion: what the graph adds is what the table says, the same in any batch, and nothing else moves."""

import math

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from tests.training.tiny import TINY, export_tiny, make_tiny
from training.data import Row
from training.recipe import LABELS
from training.restore import restore
from training.tighten import tighten
from training.wide import BUCKETS, WORDS, Wide, fit, opinions, rows_of_table
from training.wide_graph import add_wide, in_eight_bits

ROWS = [[2, 7, 7, 9, 3], [2, 31, 8, 44, 7, 7, 9, 50, 3], [2, 3]]


@pytest.fixture(scope="module")
def wide():
    rng = np.random.default_rng(5)
    return Wide(rng.normal(size=(BUCKETS, len(LABELS))).astype(np.float32), rng.normal(size=len(LABELS)).astype("f4"))


@pytest.fixture(scope="module")
def files(tmp_path_factory, wide):
    folder = tmp_path_factory.mktemp("wide")
    deep = tighten(export_tiny(make_tiny(), folder), TINY)
    onnx.save(deep, folder / "deep.onnx")
    shares = np.linspace(0.0, 0.9, len(LABELS)).astype(np.float32)
    both = add_wide(deep, wide, shares)
    onnx.checker.check_model(both)
    onnx.save(both, folder / "both.onnx")
    return folder, shares


def run(path, rows, length):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    ids, mask = np.zeros((len(rows), length), np.int64), np.zeros((len(rows), length), np.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row)], mask[at, : len(row)] = row, 1
    given = {"input_ids": ids, "attention_mask": mask, "hints": np.zeros((len(rows), 3), np.float32)}
    return session.run(["labels", "factors", "tokens"], given)


def opinion(wide, shares, row):
    """The sum by hand, from the table as the file holds it; a row that repeats counts once."""
    whole = in_eight_bits(wide.table * (shares > 0))
    kinds = [np.unique(kind) for kind in rows_of_table(np.array(row))]
    found = sum(
        whole.rows[kind].astype(np.float64).sum(0) * times for kind, times in zip(kinds, whole.times, strict=True)
    )
    return (found * whole.scale / np.sqrt(sum(map(len, kinds))) + wide.bias) * shares


def test_the_labels_move_by_the_share_of_the_opinion_and_padding_says_nothing(files, wide):
    folder, shares = files
    before, after = run(folder / "deep.onnx", ROWS, 16), run(folder / "both.onnx", ROWS, 16)
    for at, row in enumerate(ROWS):
        np.testing.assert_allclose(after[0][at] - before[0][at], opinion(wide, shares, row), rtol=1e-4, atol=1e-4)
    assert np.array_equal(after[1], before[1])
    assert np.array_equal(after[2], before[2])


def test_a_row_gets_the_same_bits_alone_and_in_a_batch(files):
    folder, _ = files
    together = run(folder / "both.onnx", ROWS, 16)[0]
    for at, row in enumerate(ROWS):
        assert np.array_equal(run(folder / "both.onnx", [row], 16)[0][0], together[at])


def test_the_order_of_tokens_counts_but_the_tokens_own_rows_do_not_change():
    one, other = rows_of_table(np.array([2, 7, 9, 3])), rows_of_table(np.array([2, 9, 7, 3]))
    assert sorted(one[0]) == sorted(other[0])
    assert one[1:].min() >= WORDS
    assert one[1:].max() < BUCKETS
    assert set(one[1]) != set(other[1])


def test_heavy_tokens_do_not_cost_the_pairs_their_precision():
    table = np.random.default_rng(1).normal(size=(BUCKETS, 1)).astype(np.float32)
    table[:WORDS] *= 40
    whole = in_eight_bits(table)
    assert whole.times[0] > 20
    assert np.abs(whole.rows[WORDS:] * whole.scale - table[WORDS:]).mean() < 0.02
    assert np.abs(whole.rows[:WORDS] * whole.scale * whole.times[0] - table[:WORDS]).mean() < 0.5


def test_what_repeats_counts_once(wide):
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "a": 1, "b": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    once, often = opinions(wide, ["a b", "a a a a a a"], tokenizer)
    alone = wide.table[rows_of_table(np.array([1, 1, 1]))]
    rows = np.concatenate([alone[0, :1], alone[1, :2], alone[2, :3]])
    np.testing.assert_allclose(often, rows.sum(0) / np.sqrt(6) + wide.bias, rtol=1e-4, atol=1e-4)
    assert not np.allclose(once, often)


def test_it_learns_the_turn_of_phrase_and_leaves_labels_alone_that_nobody_gave():
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "a": 1, "b": 2, "c": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()

    def row(text, toxic):
        return Row(text=text, source="own", labels=(toxic, *[math.nan] * (len(LABELS) - 1)))

    fitted = fit([row("a b c", 1.0), row("b a c", 0.0), row("c a b", 1.0), row("c b a", 0.0)] * 10, tokenizer)
    toxic, calm = opinions(fitted, ["a b", "b a"], tokenizer)
    assert toxic[0] > 0 > calm[0]
    assert not fitted.table[:, 1:].any()


def test_the_network_comes_back_from_a_widened_file(files):
    folder, _ = files
    back, own = restore(folder / "both.onnx", TINY).state_dict(), restore(folder / "deep.onnx", TINY).state_dict()
    assert all(torch.equal(back[name], own[name]) for name in own)
