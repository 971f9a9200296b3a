"""Adds the shallow opinion of `wide.py` to a network: a few look-ups whose sum joins the logits of the labels.

The table is kept as whole numbers of 8 bits with a scale per label; single tokens weigh more than pairs, so their rows count a
whole number of times. Whole numbers add up exactly in float32, in any order, so a comment's opinion is the same bits alone, in
any batch and with any number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.wide import BUCKETS, PAIR, TRIPLE, WORDS, Wide

OUTPUT, DEEP = "labels", "labels_deep"
WHOLE = 127


@dataclass(frozen=True)
class Whole:
    """The table in 8 bits: `rows` int8 `[BUCKETS, labels]`, `scale` float32 `[labels]`, `times` float32 `[3, labels]`: how
    often a row counts, by its kind (token, pair, triple)."""

    rows: np.ndarray
    scale: np.ndarray
    times: np.ndarray


def in_eight_bits(table: np.ndarray) -> Whole:
    words, grams = table[:WORDS], table[WORDS:]
    scale = np.maximum(np.abs(grams).max(0) / WHOLE, 1e-9)
    times = np.maximum(np.ceil(np.abs(words).max(0) / (WHOLE * scale)), 1.0)
    rows = np.concatenate([np.round(words / (scale * times)), np.round(grams / scale)])
    once = np.ones_like(times)
    return Whole(rows.astype(np.int8), scale.astype(np.float32), np.stack([times, once, once]).astype(np.float32))


def add_wide(model: onnx.ModelProto, wide: Wide, shares: np.ndarray) -> onnx.ModelProto:
    """The network with `shares` `[labels]` of the shallow logits added to its labels."""
    out = onnx.ModelProto()
    out.CopyFrom(model)
    for node in out.graph.node:
        for names in (node.output, node.input):
            for at, name in enumerate(names):
                if name == OUTPUT:
                    names[at] = DEEP
    _Adder(out.graph).add(in_eight_bits(wide.table * (shares > 0)), wide.bias, shares)
    return out


class _Adder:
    """Names and appends the nodes. Shapes: B comments, T tokens, 3 kinds of rows, L labels."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph
        self._made = 0

    def add(self, table: Whole, bias: np.ndarray, shares: np.ndarray) -> None:
        rows = self._rows()
        first = self._first(rows)  # B 3 1 T
        votes = self._node("Cast", self._node("Gather", self._fix("rows", table.rows), rows), to=TensorProto.FLOAT)
        by_kind = self._node("MatMul", first, votes)  # B 3 1 L
        counted = self._node("Mul", by_kind, self._fix("times", table.times[:, None, :]))
        total = self._sum(counted, (1, 2))
        size = self._node("Unsqueeze", self._sum(first, (1, 2, 3)), self._axes(1))
        opinion = self._node("Div", total, self._node("Sqrt", size))
        share = self._node("Mul", opinion, self._fix("scale", (table.scale * shares).astype(np.float32)))
        shifted = self._node("Add", share, self._fix("bias", (bias * shares).astype(np.float32)))
        self._graph.node.append(helper.make_node("Add", [DEEP, shifted], [OUTPUT], name="/wide/sum"))

    def _rows(self) -> str:
        """`[B, 3, T]`: the table's rows of each token, as `wide.rows_of_table` has them."""
        back = [self._node("Pad", "input_ids", self._fix(f"back{by}", np.array([0, by, 0, -by]))) for by in (2, 1)]
        three = self._node(
            "Concat", *(self._node("Unsqueeze", one, self._axes(1)) for one in (*back, "input_ids")), axis=1
        )
        factors = self._fix("factors", np.array([(0, 0, 1), PAIR, TRIPLE]))
        sums = self._node("MatMul", factors, three)
        rooms = self._fix("rooms", np.array([[WORDS], [BUCKETS - WORDS], [BUCKETS - WORDS]]))
        return self._node("Add", self._node("Mod", sums, rooms), self._fix("starts", np.array([[0], [WORDS], [WORDS]])))

    def _first(self, rows: str) -> str:
        """`[B, 3, 1, T]`: 1 where a real token's row is met for the first time, else 0."""
        same = self._node(
            "Equal", self._node("Unsqueeze", rows, self._axes(3)), self._node("Unsqueeze", rows, self._axes(2))
        )
        before = self._fix("before", np.array(-1))
        earlier = self._node("Trilu", self._node("Cast", same, to=TensorProto.FLOAT), before, upper=0)
        new = self._node("Equal", self._sum(earlier, (3,)), self._fix("none", np.array(0.0, np.float32)))
        real = self._node("Cast", self._node("Unsqueeze", "attention_mask", self._axes(1)), to=TensorProto.FLOAT)
        first = self._node("Mul", self._node("Cast", new, to=TensorProto.FLOAT), real)
        return self._node("Unsqueeze", first, self._axes(2))

    def _sum(self, of: str, along: tuple[int, ...]) -> str:
        return self._node("ReduceSum", of, self._axes(*along), keepdims=0)

    def _axes(self, *along: int) -> str:
        return self._fix("axes" + "_".join(map(str, along)), np.array(along, np.int64))

    def _fix(self, name: str, value: np.ndarray) -> str:
        name = f"wide.{name}"
        if all(one.name != name for one in self._graph.initializer):
            self._graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    def _node(self, kind: str, *given: str, **attributes: int) -> str:
        self._made += 1
        made = f"/wide/{kind}{self._made}"
        self._graph.node.append(helper.make_node(kind, list(given), [made], name=made, **attributes))
        return made
