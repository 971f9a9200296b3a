"""A network of two small layers, exported as the shipped one is."""

from pathlib import Path

import numpy as np
import onnx
import torch

from training.export import Seen, export_float, make_even
from training.model import Encoder, Shape
from training.quantise import Range, best_range, products, quantise, store_words_in_eight_bits

TINY = Shape(vocabulary=60, width=64, inner=128, heads=4, layers=2, places=32)


def sizes_of(model):
    fixed = {one.name: one.dims[0] for one in model.graph.initializer}
    return {node.input[0]: fixed[node.input[1]] for node in products(model.graph)}


def make_tiny() -> Encoder:
    torch.manual_seed(3)
    model = Encoder(TINY)
    for one in model.parameters():  # the export would make one of two tensors with the same numbers
        torch.nn.init.normal_(one, std=0.2)
    return model


def export_tiny(model: Encoder, folder: Path, kept: tuple[str, ...] = ()) -> onnx.ModelProto:
    """The file in 8 bits; in `folder` the one in float, `whole.onnx`."""
    export_float(model, folder / "whole.onnx")
    whole = onnx.load(folder / "whole.onnx")
    power = {name: np.random.default_rng(2).random(size) for name, size in sizes_of(whole).items()}
    whole = make_even(whole, {name: Seen(np.zeros(1), one) for name, one in power.items()})
    ranges = {
        name: Range(*best_range(np.linspace(-3, 3, 500)), np.ones(size)) for name, size in sizes_of(whole).items()
    }
    small = quantise(whole, ranges, frozenset(kept))
    store_words_in_eight_bits(small)
    return small
