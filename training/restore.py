"""Brings a shipped ONNX file back into the network that it was exported from, so that training can go on from it.

The weights come back as they were shipped, rounded to 8 bits, which costs a continued training nothing: the first steps
move them by more. Ranges of activations are not read; the next export measures them again. A layer that the file lacks, or
one of another shape, is an error and never a random layer.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from training.model import Encoder, Shape

WORDS = "words.weight"
PRODUCTS = ("MatMul", "MatMulIntegerToFloat")


def restore(path: Path, shape: Shape | None = None) -> Encoder:
    """The network with the weights of a shipped `encoder.onnx`.

    Raises:
        ValueError: the file is of another network.
    """
    graph = onnx.load(path).graph
    fixed = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    model = Encoder(shape)
    found = {name: value for name, value in fixed.items() if name in model.state_dict()}
    if WORDS + "_8" in fixed:
        found[WORDS] = fixed[WORDS + "_8"].astype(np.float32) * fixed[WORDS + "_scale"]
    for node in graph.node:
        name = node.name.strip("/").replace("/", ".").removesuffix("MatMul") + "weight"
        if node.op_type in PRODUCTS and name in model.state_dict():
            even = fixed.get(node.input[0].removesuffix("_d").removesuffix("_q").removesuffix("_like") + "_even")
            weights = _weights_of(node.input[1], fixed)
            found[name] = (weights if even is None else weights * even[:, None]).T
    missing = sorted(set(model.state_dict()) - set(found))
    if missing:
        raise ValueError(f"`{path.name}` lacks {', '.join(missing)}")
    model.load_state_dict({name: torch.tensor(np.array(value, np.float32)) for name, value in found.items()})
    return model


def _weights_of(name: str, fixed: dict[str, np.ndarray]) -> np.ndarray:
    """A product's weights, whichever of the three forms the export gave them."""
    bare = name.removesuffix("_d").removesuffix("_8")
    if bare + "_8" in fixed:
        return fixed[bare + "_8"].astype(np.float32) * fixed[bare + "_scale"]
    half = name.removesuffix("_32") + "_16"
    return fixed[half].astype(np.float32) if half in fixed else fixed[name]
