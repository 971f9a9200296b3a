"""The network: MiniLM-L6 (BERT with six layers of 384) and one linear layer over every token.

Each label has three columns there: an even vote of all tokens, a vote weighted by attention, and that attention. So a
label is the mean of one column plus the attended mean of another: no matrix product ever runs over the batch alone, which
keeps a row's arithmetic the same in any batch. Four more columns mark tokens. `hints` move the defamation logits only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from training.recipe import FACTORS, LABELS, TOKEN_LABELS

SCORES = len(LABELS) + len(FACTORS)
DEFAMATION = LABELS.index("defamation")
HINTS = 3
DROPPED = 0.1
"""Share of every sub-layer's output that a training step leaves out."""


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 30522
    width: int = 384
    inner: int = 1536
    heads: int = 12
    layers: int = 6
    places: int = 512
    epsilon: float = 1e-12


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm1 = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.inner = nn.Linear(shape.width, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.width)
        self.norm2 = nn.LayerNorm(shape.width, eps=shape.epsilon)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = hidden.shape
        qkv = self.qkv(hidden).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        asked = qkv[0] @ (qkv[1] * (width // self.heads) ** -0.5).transpose(-1, -2)
        mixed = torch.softmax(asked + mask.to(asked.dtype), dim=-1, dtype=asked.dtype) @ qkv[2]
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        hidden = self.norm1(hidden + functional.dropout(self.out(mixed), DROPPED, self.training))
        inner = self.outer(functional.gelu(self.inner(hidden)))
        return self.norm2(hidden + functional.dropout(inner, DROPPED, self.training))


class Encoder(nn.Module):
    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or Shape()
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.places = nn.Embedding(shape.places, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.head = nn.Linear(shape.width, 3 * SCORES + len(TOKEN_LABELS))
        self.hints = nn.Linear(HINTS, 1 + len(FACTORS), bias=False)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        with torch.no_grad():
            self.head.weight[2 * SCORES : 3 * SCORES] = 0.0
        nn.init.zeros_(self.hints.weight)

    def forward(self, ids: Tensor, mask: Tensor, hints: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of labels `[batch, 10]`, of factors `[batch, 3]`, of tokens `[batch, tokens, 4]`."""
        real = mask.to(torch.float32)
        hidden = self.norm(self.words(ids) + self.places.weight[: ids.shape[1]])
        hidden = functional.dropout(hidden, DROPPED, self.training)
        apart = (1.0 - real)[:, None, None, :] * -1e4
        for layer in self.layers:
            hidden = layer(hidden, apart)
        columns = self.head(hidden).float()
        even, voted, asked, tokens = columns.split([SCORES, SCORES, SCORES, len(TOKEN_LABELS)], dim=2)
        weights = torch.softmax(asked + (1.0 - real)[:, :, None] * -1e4, dim=1)
        votes = even / real.sum(1)[:, None, None] + voted * weights
        with torch.autocast("cpu", enabled=False):
            scores = (real[:, None, :] @ votes)[
                :, 0
            ]  # a product per row: a sum over an axis depends on the batch's size
        labels, factors = scores[:, : len(LABELS)], scores[:, len(LABELS) :]
        moved = self.hints(hints.float())
        factors = factors + moved[:, 1:]
        direct = labels[:, DEFAMATION : DEFAMATION + 1] + moved[:, :1]
        return (
            torch.cat([labels[:, :DEFAMATION], join(direct, factors), labels[:, DEFAMATION + 1 :]], 1),
            factors,
            tokens,
        )


def join(direct: Tensor, factors: Tensor) -> Tensor:
    """The defamation logit: half from its own head, half from the smooth minimum of the three factors' logits."""
    least = -torch.logsumexp(-factors, dim=1, keepdim=True)
    return 0.5 * direct + 0.5 * least


def load_base(base: Path) -> Encoder:
    """The encoder with the base model's weights; the second token type is never used, so the first joins the places."""
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    shape = Shape(
        config["vocab_size"], config["hidden_size"], config["intermediate_size"], config["num_attention_heads"],
        config["num_hidden_layers"], config["max_position_embeddings"], config["layer_norm_eps"],
    )  # fmt: skip
    model, given = Encoder(shape), load_file(base / "model.safetensors")
    given = {name.removeprefix("bert."): value.float() for name, value in given.items()}
    own = model.state_dict()

    def put(name: str, value: Tensor) -> None:
        own[name].copy_(value)

    put("words.weight", given["embeddings.word_embeddings.weight"])
    types = given["embeddings.token_type_embeddings.weight"]
    put("places.weight", given["embeddings.position_embeddings.weight"] + types[0])
    for part in ("weight", "bias"):
        put(f"norm.{part}", given[f"embeddings.LayerNorm.{part}"])
        for at in range(shape.layers):
            there, here = f"encoder.layer.{at}.", f"layers.{at}."
            qkv = [given[f"{there}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            put(f"{here}qkv.{part}", torch.cat(qkv))
            put(f"{here}out.{part}", given[f"{there}attention.output.dense.{part}"])
            put(f"{here}norm1.{part}", given[f"{there}attention.output.LayerNorm.{part}"])
            put(f"{here}inner.{part}", given[f"{there}intermediate.dense.{part}"])
            put(f"{here}outer.{part}", given[f"{there}output.dense.{part}"])
            put(f"{here}norm2.{part}", given[f"{there}output.LayerNorm.{part}"])
    return model
