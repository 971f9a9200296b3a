"""Makes the shipped ONNX file of trained weights: `python -m training.export --weights OUT/final.pt --data DATA`.

- Before a product its channels are made even: each is divided by about its own size and its weights are multiplied by it.
  One range for all channels then costs a third of the squared error that it cost before. `quantise.py` does the rest,
  and `tighten.py` says it in few operators.
- `--keep N` leaves the N products that lose most by 8 bits in 16-bit storage and float32 arithmetic.
- With `OUT/wide.npz` the shallow opinion of `wide.py` joins the network, in float and in 8 bits alike.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass
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
from training.quantise import Range, best_range, products, quantise, store_words_in_eight_bits
from training.remember import RememberingScorer
from training.score import OnnxScorer, rows_of
from training.tighten import tighten
from training.tokens import base_folder, build_tokenizer
from training.wide import FILE as WIDE
from training.wide import choose_shares
from training.wide import load as load_wide
from training.wide_graph import add_wide

INPUTS = ("input_ids", "attention_mask", "hints")
OUTPUTS = ("labels", "factors", "tokens")
CALIBRATION_SETS = {"jigsaw_wiki_multilabel": 160, "civil_toxic_spans": 120, "edos_sexism": 60, "wiki_debias_nontoxic": 30,
                    "youtube_spam": 40, "claimbuster_two_class": 30}  # fmt: skip
DEEP = "encoder-deep.onnx"
OPSET = 20
EVEN = 0.7


def export_float(model: Encoder, path: Path) -> None:
    """The network in float32 as ONNX with free batch and length."""
    model.eval()
    sample = (torch.ones(2, 16, dtype=torch.long), torch.ones(2, 16, dtype=torch.long), torch.zeros(2, 3))
    axes = {name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask", "tokens")}
    axes |= {name: {0: "batch"} for name in ("hints", "labels", "factors")}
    torch.onnx.export(model, sample, path, input_names=list(INPUTS), output_names=list(OUTPUTS), dynamic_axes=axes,
                      opset_version=OPSET, dynamo=False)  # fmt: skip


def mean_of(weights: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of networks that went on from one another: it ranks better than the last of them (Wortsman and others 2022)."""
    return {name: torch.stack([one[name].float() for one in weights]).mean(0) for name in weights[0]}


def inputs_of(model: onnx.ModelProto) -> list[str]:
    return [node.input[0] for node in products(model.graph)]


def calibration_texts(data: Path) -> list[str]:
    rng, texts = Random(recipe.SEED), []
    for name, count in CALIBRATION_SETS.items():
        rows = read_set(data, "train", name, training=True)
        texts += [row.text for row in rng.sample(rows, min(count, len(rows)))]
    own = read_own("defamation")
    return texts + [row.text for row in rng.sample(own, min(60, len(own)))]


@dataclass(frozen=True)
class Seen:
    """What a tensor held over some texts: a sample of its values, and the mean square of each of its channels."""

    values: np.ndarray
    power: np.ndarray


def watch(model: onnx.ModelProto, names: Iterable[str], texts: list[str], tokenizer) -> dict[str, Seen]:
    """What each named tensor holds over the texts."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    names = list(dict.fromkeys(names))
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    rng, kept = np.random.default_rng(recipe.SEED), {name: [] for name in names}
    squares, rows = dict.fromkeys(names, 0.0), 0
    for ids, mask, hints, _ in rows_of(texts, tokenizer, batch=8):
        feeds = {"input_ids": ids, "attention_mask": mask, "hints": hints}
        rows += int(mask.sum())
        for name, value in zip(names, session.run(names, feeds), strict=True):
            real = value[mask.astype(bool)]
            squares[name] = squares[name] + np.square(real, dtype=np.float64).sum(0)
            flat = real.reshape(-1)
            kept[name].append(np.concatenate([rng.choice(flat, min(len(flat), 6000)), [flat.min(), flat.max()]]))
    return {name: Seen(np.concatenate(values), squares[name] / rows) for name, values in kept.items()}


def make_even(model: onnx.ModelProto, seen: dict[str, Seen]) -> onnx.ModelProto:
    """The same function, with the channels of every product's input brought to like sizes."""
    out = onnx.ModelProto()
    out.CopyFrom(model)
    graph = out.graph
    fixed, chosen = {one.name: one for one in graph.initializer}, {node.name for node in products(graph)}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.name in chosen:
            source, weight = node.input
            array = numpy_helper.to_array(fixed[weight])
            size = (np.sqrt(seen[source].power) + 1e-6) ** EVEN / (np.abs(array).max(1) + 1e-6) ** (1 - EVEN)
            size = size / np.exp(np.log(size).mean())
            even = numpy_helper.from_array((1 / size).astype(np.float32), source + "_even")
            graph.initializer.append(even)
            nodes.append(helper.make_node("Mul", [source, even.name], [source + "_like"]))
            fixed[weight].CopyFrom(numpy_helper.from_array((array * size[:, None]).astype(np.float32), weight))
            node.input[0] = source + "_like"
        nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    return out


def damage(plain: onnx.ModelProto, ranges: dict[str, Range], texts: list[str], tokenizer) -> dict[str, float]:
    """By product: the squared change of the label logits when it alone runs in 8 bits."""
    names = {node.name for node in products(plain.graph)}
    truth = OnnxScorer(plain.SerializeToString(), tokenizer).score(texts)[0]
    lost = {}
    for name in sorted(names):
        one = quantise(plain, ranges, frozenset(names - {name}))
        lost[name] = float(np.square(OnnxScorer(one.SerializeToString(), tokenizer).score(texts)[0] - truth).mean())
    return lost


def save(model: onnx.ModelProto, path: Path) -> None:
    model.producer_name, model.producer_version, model.doc_string = "moderation", "", ""
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, nargs="+", help="of several the mean is exported")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for encoder.onnx, encoder-fp32.onnx, tokenizer.json"
    )
    parser.add_argument("--base", type=Path, default=None)
    parser.add_argument("--keep", type=int, default=0)
    parser.add_argument("--machine", default="an unnamed machine", help="for the model card")
    parser.add_argument("--energy", default="Its energy was not measured.", help="for the model card")
    args = parser.parse_args()
    args.base = base_folder(args.base)
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = build_tokenizer(args.base)
    tokenizer.save(str(args.out / "tokenizer.json"), pretty=False)
    model = Encoder(Shape())
    states = [torch.load(path, weights_only=True) for path in args.weights]
    model.load_state_dict(mean_of([state["weights"] if "weights" in state else state["average"] for state in states]))
    export_float(model, args.out / DEEP)
    plain = onnx.load(args.out / DEEP)
    texts = calibration_texts(args.data)
    even = make_even(plain, watch(plain, inputs_of(plain), texts, tokenizer))
    seen = watch(even, inputs_of(even), texts, tokenizer)
    ranges = {name: Range(*best_range(one.values), one.power) for name, one in seen.items()}
    keep: frozenset[str] = frozenset()
    if args.keep:
        lost = damage(even, ranges, texts[::4], tokenizer)
        worst = sorted(lost, key=lambda name: -lost[name])
        print("\n".join(f"{lost[name]:.6f} {name}" for name in worst))
        keep = frozenset(worst[: args.keep])
    small = quantise(even, ranges, keep)
    store_words_in_eight_bits(small)
    small = tighten(small)
    shares = np.zeros(len(recipe.LABELS), np.float32)
    if (args.out / WIDE).exists():
        wide = load_wide(args.out / WIDE)
        shares = choose_shares(wide, RememberingScorer(args.out / DEEP, tokenizer), tokenizer, args.data)
        small, plain = (add_wide(one, wide, shares) for one in (small, plain))
    save(small, args.out / "encoder.onnx")
    save(plain, args.out / "encoder-fp32.onnx")
    took = {name: round(max(state.get(name, 0) for state in states), 1) for name in ("seen", "minutes")}
    took |= {"shares": {label: round(float(shares[at]), 2) for at, label in enumerate(recipe.LABELS)}}
    took |= {"machine": args.machine, "energy": args.energy}
    (args.out / "training.json").write_text(json.dumps(took, indent=1) + "\n", encoding="utf-8")
    print(
        f"{(args.out / 'encoder.onnx').stat().st_size / 1e6:.1f} MB, {len(products(plain.graph))} products, {len(keep)} kept"
    )


if __name__ == "__main__":
    main()
