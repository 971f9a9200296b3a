"""The same network in operators that the runtime has a kernel for: `python -m training.tighten IN.onnx OUT.onnx`.

- A product in 8 bits, its scales and its bias are one operator, and so is the attention between projection and output.
  Half of the time of a short comment went into the many small steps around them.
- Padding is moved out of sight by -60 instead of -10,000: beside any real token its weight then vanishes from a float32 sum as
  before, but is no subnormal number, with which processors take hundreds of cycles.
- Weights, scales and the order of sums stay, so the logits of a rewritten file are the same to the bit.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.model import Shape

OPSETS = (helper.make_opsetid("", 23), helper.make_opsetid("com.microsoft", 1))
UNSEEN = -60.0
MASK = "unseen"


def tighten(model: onnx.ModelProto, shape: Shape | None = None) -> onnx.ModelProto:
    """The model as `quantise` leaves it, with fused products and attention.

    Raises:
        ValueError: the file is of another network, or was tightened already.
    """
    shape = shape or Shape()
    graph = onnx.GraphProto()
    graph.CopyFrom(model.graph)
    nodes = [*_mask(graph), *map(_keep, graph.node)]
    nodes = _fuse_products(nodes, graph)
    for layer in range(shape.layers):
        nodes = _fuse_attention(nodes, graph, f"/layers.{layer}/", shape)
    del graph.node[:]
    graph.node.extend(_needed(nodes, {one.name for one in graph.output}))
    _drop_unused(graph)
    out = helper.make_model(graph, opset_imports=OPSETS, producer_name=model.producer_name)
    out.ir_version = helper.find_min_ir_version_for(OPSETS, ignore_unknown=True)
    return out


def _keep(node: onnx.NodeProto) -> onnx.NodeProto:
    kept = onnx.NodeProto()
    kept.CopyFrom(node)
    return kept


def _fuse_products(nodes: list[onnx.NodeProto], graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """Each product of dequantised numbers, with the bias that is added to it, as one operator."""
    maker = {name: node for node in nodes for name in node.output}
    user = {name: node for node in nodes for name in node.input}
    fixed = {one.name for one in graph.initializer}
    gone: set[str] = set()
    fused: list[onnx.NodeProto] = []
    for node in nodes:
        weight = maker.get(node.input[1]) if node.op_type == "MatMul" else None
        if weight is not None and weight.op_type == "DequantizeLinear":
            source, add = maker[node.input[0]], user[node.output[0]]
            (bias,) = set(add.input) & fixed
            given = [
                source.input[0],
                weight.input[0],
                source.input[1],
                weight.input[1],
                source.input[2],
                weight.input[2],
            ]
            fused.append(
                helper.make_node("MatMulIntegerToFloat", [*given, bias], add.output, node.name, domain="com.microsoft")
            )
            gone.add(add.output[0])
        elif not set(node.output) & gone:
            fused.append(node)
    return fused


def _mask(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """What is added to the attention `[batch, 1, tokens, tokens]`: nothing for real tokens, `UNSEEN` for padding."""
    fixed = {"one": np.float32(1), "far": np.float32(UNSEEN), "axes": np.array([1, 2]), "single": np.array([1])}
    graph.initializer.extend(numpy_helper.from_array(np.asarray(v), f"{MASK}_{name}") for name, v in fixed.items())
    tokens = [f"{MASK}_{part}" for part in ("single", "single", "tokens", "single")]
    nodes = [
        helper.make_node("Cast", ["attention_mask"], [f"{MASK}_real"], to=TensorProto.FLOAT),
        helper.make_node("Sub", [f"{MASK}_one", f"{MASK}_real"], [f"{MASK}_padding"]),
        helper.make_node("Mul", [f"{MASK}_padding", f"{MASK}_far"], [f"{MASK}_row"]),
        helper.make_node("Unsqueeze", [f"{MASK}_row", f"{MASK}_axes"], [f"{MASK}_rows"]),
        helper.make_node("Shape", ["attention_mask"], [f"{MASK}_tokens"], start=1, end=2),
        helper.make_node("Concat", tokens, [f"{MASK}_shape"], axis=0),
    ]
    return [*nodes, helper.make_node("Expand", [f"{MASK}_rows", f"{MASK}_shape"], [MASK])]


def _fuse_attention(
    nodes: list[onnx.NodeProto], graph: onnx.GraphProto, layer: str, shape: Shape
) -> list[onnx.NodeProto]:
    """From the projection to what the heads mixed, as one operator; the keys are scaled before, as the network does it."""
    start, end = f"{layer}qkv/Add_output_0", f"{layer}Reshape_1_output_0"
    made = [name for node in nodes for name in node.output]
    if not {start, end, f"{layer}Softmax_output_0"} <= set(made):
        raise ValueError(f"there is no attention to fuse in `{layer}`")
    scale = np.float32(shape.width // shape.heads) ** np.float32(-0.5)
    graph.initializer.append(numpy_helper.from_array(np.asarray(scale, np.float32), f"{layer}key_scale"))
    asked, keys, scaled, values = (f"{layer}{name}" for name in ("asked", "keys", "scaled", "values"))
    fused = [
        helper.make_node("Split", [start], [asked, keys, values], axis=2, num_outputs=3),
        helper.make_node("Mul", [keys, f"{layer}key_scale"], [scaled]),
        helper.make_node(
            "Attention",
            [asked, scaled, values, MASK],
            [end],
            f"{layer}Attention",
            q_num_heads=shape.heads,
            kv_num_heads=shape.heads,
            scale=1.0,
        ),
    ]
    at = next(place for place, node in enumerate(nodes) if start in node.output) + 1
    return [*nodes[:at], *fused, *(node for node in nodes[at:] if end not in node.output)]


def _needed(nodes: list[onnx.NodeProto], wanted: set[str]) -> list[onnx.NodeProto]:
    kept: list[onnx.NodeProto] = []
    for node in reversed(nodes):
        if wanted & set(node.output):
            kept.append(node)
            wanted = wanted | set(node.input)
    return kept[::-1]


def _drop_unused(graph: onnx.GraphProto) -> None:
    used = {name for node in graph.node for name in node.input}
    kept = [one for one in graph.initializer if one.name in used]
    del graph.initializer[:], graph.value_info[:]
    graph.initializer.extend(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("given", type=Path)
    parser.add_argument("made", type=Path)
    args = parser.parse_args()
    tight = tighten(onnx.load(args.given))
    onnx.checker.check_model(tight)
    onnx.save(tight, args.made)


if __name__ == "__main__":
    main()
