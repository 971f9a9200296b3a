"""A shipped file comes back as the network that it was made of, and no pair of its weights overflows 16 bits."""

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from tests.training.tiny import TINY, export_tiny, make_tiny
from training.export import mean_of
from training.model import Shape
from training.quantise import PAIR, eight_bit_columns, fit_pairs
from training.restore import restore
from training.tighten import tighten


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    model, folder = make_tiny(), tmp_path_factory.mktemp("tiny")
    small = export_tiny(model, folder, ("/layers.0/out/MatMul",))
    onnx.save(small, folder / "small.onnx")
    onnx.save(tighten(small, TINY), folder / "tight.onnx")
    return model, folder


def test_a_file_in_8_bits_comes_back_nearly_the_same(tiny):
    model, folder = tiny
    back, own = restore(folder / "small.onnx", TINY).state_dict(), model.state_dict()
    assert set(back) == set(own)
    for name, value in own.items():
        assert float((back[name] - value).norm() / value.norm()) < 0.03, name


def test_a_tightened_file_comes_back_as_the_one_that_it_was_made_of(tiny):
    _, folder = tiny
    before, after = (restore(folder / name, TINY).state_dict() for name in ("small.onnx", "tight.onnx"))
    assert all(torch.equal(after[name], value) for name, value in before.items())


def test_a_file_in_float_comes_back_exactly_and_scores_the_same(tiny):
    model, folder = tiny
    back = restore(folder / "whole.onnx", TINY).eval()
    ids = torch.randint(1, 60, (3, 12))
    given = (ids, torch.ones_like(ids), torch.rand(3, 3))
    for mine, theirs in zip(back(*given), model.eval()(*given), strict=True):
        assert torch.equal(mine, theirs)


def test_a_file_that_lacks_a_layer_is_refused_and_never_filled_at_random(tiny):
    _, folder = tiny
    with pytest.raises(ValueError, match=r"layers\.2"):
        restore(folder / "whole.onnx", Shape(**{**TINY.__dict__, "layers": 3}))


def test_no_two_neighbours_of_a_column_exceed_what_16_bits_hold():
    rng = np.random.default_rng(1)
    weights = rng.standard_t(3, (64, 40)).astype(np.float32)
    whole, scale = eight_bit_columns(weights, rng.random(64))
    sums = np.abs(whole[0::2].astype(int)) + np.abs(whole[1::2].astype(int))
    assert sums.max() <= PAIR
    assert np.iinfo(np.int16).max >= 255 * PAIR
    assert np.corrcoef((whole * scale).ravel(), weights.ravel())[0, 1] > 0.99


def test_a_pair_that_fits_stays_and_one_that_does_not_gives_way_on_both_sides():
    assert fit_pairs(np.array([[100.0], [-28.0]])).ravel().tolist() == [100.0, -28.0]
    assert fit_pairs(np.array([[-127.0], [100.0]])).ravel().tolist() == [-77.0, 51.0]
    assert fit_pairs(np.array([[2.0], [127.0]])).ravel().tolist() == [1.0, 127.0]


def test_a_product_that_is_kept_lies_in_16_bits_and_the_rest_in_8(tiny):
    _, folder = tiny
    names = {one.name for one in onnx.load(folder / "small.onnx").graph.initializer}
    assert sum(name.endswith("_16") for name in names) == 1
    stored = [one for one in onnx.load(folder / "small.onnx").graph.initializer if one.name.endswith("_8")]
    assert all(numpy_helper.to_array(one).dtype == np.int8 for one in stored)


def test_of_several_networks_the_mean_is_exported():
    first, other = {"a": torch.tensor([1.0, 2.0])}, {"a": torch.tensor([3.0, -2.0])}
    assert mean_of([first, other])["a"].tolist() == [2.0, 0.0]
    assert mean_of([first])["a"].tolist() == [1.0, 2.0]
