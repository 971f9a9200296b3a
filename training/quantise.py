"""How a network's products come to run in 8 bits, the same on every processor.

- Products with fixed weights run in 8 bits: weights per output column, activations with a range that is fixed here, once,
  from training comments (static). A range taken from the batch at hand would let neighbours change a comment's score.
- A range is the one with the least squared error of its tensor, not its extremes: a few large values would cost the rest.
- No two neighbouring weights of a column exceed 128 together: processors without VNNI add pairs of products in 16 bits, and
  255 * 128 just fits. So no sum saturates anywhere, and every processor comes to the same whole numbers.
- A column's scale is the one with the least squared error of what the column gives for the activations seen.
- Embeddings are stored in 8 bits with a scale per word; attention, norms and the last layer stay in float32.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WHOLE, PAIR = 127, 128
SCALES = np.linspace(0.6, 2.0, 57)


def products(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """The matrix products with fixed weights inside the layers (the head stays as it is)."""
    fixed = {one.name: one for one in graph.initializer}
    return [
        node
        for node in graph.node
        if node.op_type == "MatMul" and node.input[1] in fixed and fixed[node.input[1]].dims[1] > 3 * 16 + 4
    ]


@dataclass(frozen=True)
class Range:
    """How an activation is brought to 8 bits, and the mean square of each of its channels."""

    scale: np.float32
    zero: np.uint8
    power: np.ndarray


def best_range(values: np.ndarray) -> tuple[np.float32, np.uint8]:
    """Scale and zero point (uint8) with the least squared error among shrunken ranges."""
    low, high, best = min(0.0, float(values.min())), max(0.0, float(values.max())), (np.inf, 1.0, 0)
    for cut_low in np.linspace(1.0, 0.2, 17):
        for cut_high in np.linspace(1.0, 0.2, 17):
            scale = max((high * cut_high - low * cut_low) / 255.0, 1e-8)
            zero = round(-low * cut_low / scale)
            back = (np.clip(np.round(values / scale) + zero, 0, 255) - zero) * scale
            error = float(np.square(back - values).mean())
            if error < best[0]:
                best = (error, scale, zero)
    return np.float32(best[1]), np.uint8(best[2])


def eight_bit_columns(weights: np.ndarray, power: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Weights as int8 with a scale per output column; `power` is the mean square of each input."""
    most = np.maximum(np.abs(weights).max(0), 1e-6)
    heed = np.ones(len(weights)) if power is None else power / max(float(power.mean()), 1e-12) + 0.01
    least, best, chosen = (
        np.full(weights.shape[1], np.inf),
        np.zeros(weights.shape, np.int8),
        np.zeros(weights.shape[1]),
    )
    for share in SCALES:
        scale = most * share / WHOLE
        whole = fit_pairs(np.clip(np.round(weights / scale), -WHOLE, WHOLE))
        error = (heed[:, None] * np.square(whole * scale - weights)).sum(0)
        better = error < least
        least[better], chosen[better] = error[better], scale[better]
        best[:, better] = whole[:, better].astype(np.int8)
    return best, chosen.astype(np.float32)


def fit_pairs(whole: np.ndarray) -> np.ndarray:
    """Whole numbers of which no two neighbours of a column exceed `PAIR` together; both of a pair give way alike."""
    even, odd = whole[0::2], whole[1::2]
    over = np.maximum(np.abs(even) + np.abs(odd) - PAIR, 0)
    first = np.ceil(over / 2)
    fitted = whole.copy()
    fitted[0::2] = np.sign(even) * (np.abs(even) - first)
    fitted[1::2] = np.sign(odd) * (np.abs(odd) - (over - first))
    return fitted


def quantise(model: onnx.ModelProto, ranges: dict[str, Range], keep: frozenset[str]) -> onnx.ModelProto:
    """The model with its layer products in 8 bits, save those named in `keep`."""
    out = onnx.ModelProto()
    out.CopyFrom(model)
    graph = out.graph
    fixed = {one.name: one for one in graph.initializer}
    chosen = {node.name for node in products(graph)}
    nodes, done, gone = [], set(), set()
    for node in graph.node:
        if node.name in chosen:
            source, weight = node.input
            gone.add(weight)
            if node.name in keep:
                array = numpy_helper.to_array(fixed[weight]).astype(np.float16)
                graph.initializer.append(numpy_helper.from_array(array, weight + "_16"))
                nodes.append(helper.make_node("Cast", [weight + "_16"], [weight + "_32"], to=TensorProto.FLOAT))
                node.input[1] = weight + "_32"
            else:
                whole, scale = eight_bit_columns(numpy_helper.to_array(fixed[weight]), ranges[source].power)
                graph.initializer.extend([
                    numpy_helper.from_array(whole, weight + "_8"),
                    numpy_helper.from_array(scale, weight + "_scale"),
                    numpy_helper.from_array(np.zeros(scale.shape, np.int8), weight + "_zero"),
                ])  # fmt: skip
                nodes.append(
                    helper.make_node(
                        "DequantizeLinear",
                        [weight + "_8", weight + "_scale", weight + "_zero"],
                        [weight + "_d"],
                        axis=1,
                    )
                )
                if source not in done:
                    done.add(source)
                    scale, zero = ranges[source].scale, ranges[source].zero
                    graph.initializer.extend([
                        numpy_helper.from_array(np.array(scale, np.float32), source + "_scale"),
                        numpy_helper.from_array(np.array(zero, np.uint8), source + "_zero"),
                    ])  # fmt: skip
                    about = [source + "_scale", source + "_zero"]
                    nodes.append(helper.make_node("QuantizeLinear", [source, *about], [source + "_q"]))
                    nodes.append(helper.make_node("DequantizeLinear", [source + "_q", *about], [source + "_d"]))
                node.input[0], node.input[1] = source + "_d", weight + "_d"
        nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    _drop(graph, gone)
    return out


def store_words_in_eight_bits(model: onnx.ModelProto, name: str = "words.weight") -> None:
    """Replaces the word table by int8 rows and a scale per row; looking up stays elementwise, so it stays repeatable."""
    graph = model.graph
    table = next(numpy_helper.to_array(one) for one in graph.initializer if one.name == name)
    node = next(one for one in graph.node if one.op_type == "Gather" and one.input[0] == name)
    scale = np.maximum(np.abs(table).max(1, keepdims=True) / 127.0, 1e-9).astype(np.float32)
    whole = np.clip(np.round(table / scale), -127, 127).astype(np.int8)
    graph.initializer.extend(
        [numpy_helper.from_array(whole, name + "_8"), numpy_helper.from_array(scale, name + "_scale")]
    )
    ids, result = node.input[1], node.output[0]
    at = list(graph.node).index(node)
    graph.node.remove(node)
    made = [
        helper.make_node("Gather", [name + "_8", ids], [name + "_rows8"]),
        helper.make_node("Cast", [name + "_rows8"], [name + "_rows"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [name + "_scale", ids], [name + "_rowscale"]),
        helper.make_node("Mul", [name + "_rows", name + "_rowscale"], [result]),
    ]
    for step, one in enumerate(made):
        graph.node.insert(at + step, one)
    _drop(graph, {name})


def _drop(graph: onnx.GraphProto, names: set[str]) -> None:
    used = {name for node in graph.node for name in node.input}
    for one in [one for one in graph.initializer if one.name in names and one.name not in used]:
        graph.initializer.remove(one)
