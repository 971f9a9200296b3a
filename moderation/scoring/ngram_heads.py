"""The weights of the `ngrams` engine: linear heads over hashed n-grams, read from plain arrays.

What this file decides
- Arrays are 8-bit whole numbers with a scale a label; no pickle is ever read (`allow_pickle=False`).
- A logit is `scale * sum of weights / sqrt(number of n-grams) + bias`. The sum is of whole numbers, exact in any order,
  so a text's logit is the same to the bit alone and in any batch.
- Shapes and card have to agree, or the file is refused.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from moderation.scoring.calibration import Calibration, FloatArray, make_curve
from moderation.scoring.cards import read_card, read_verified
from moderation.scoring.ngram_features import Grams, count_once
from moderation.scoring.scorer import EngineInfo, ModelDamaged

I64 = npt.NDArray[np.int64]
I8 = npt.NDArray[np.int8]
GENERAL: Final = "general"
EVERY: Final = "*"
"""Stands among a head's languages when it is asked about every text."""
ROW: Final = 16
"""Bytes of a row of the table, in which the weights of a bucket lie together: one read fetches all labels."""


@dataclass(frozen=True)
class Head:
    """One linear model: which labels it knows, in which languages it is used."""

    name: str
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    bits: int
    columns: I8
    table: npt.NDArray[np.void]
    scale: FloatArray
    bias: FloatArray
    calibration: Calibration

    @property
    def is_general(self) -> bool:
        """Whether the head has a say in every text."""
        return EVERY in self.languages or self.name == GENERAL

    def logits(self, grams: Grams, texts: int) -> tuple[FloatArray, I64]:
        """One row a text, one column a label; and how many n-grams each text has."""
        buckets, bounds = count_once(grams, texts, self.bits)
        sizes = np.diff(bounds)
        sums = np.zeros((texts, len(self.labels)), dtype=np.float64)
        filled = sizes > 0
        if filled.any():
            rows = self.table.take(buckets).view(np.int8).reshape(-1, ROW)
            sums[filled] = np.add.reduceat(rows, bounds[:-1][filled], axis=0, dtype=np.int32)[:, : len(self.labels)]
        roots = np.sqrt(np.maximum(sizes, 1).astype(np.float64))
        return sums / roots[:, None] * self.scale + self.bias, sizes


@dataclass(frozen=True)
class NgramModel:
    """All heads of one file; the first is the general one."""

    info: EngineInfo
    heads: tuple[Head, ...]
    card: Mapping[str, Any]


def load_ngrams(card_path: Path) -> NgramModel:
    """Read and check an `ngrams` model.

    Raises:
        ModelDamaged: a file is missing or is not what the card says.
        ModelUnusable: the card has another format.
    """
    card = read_card(card_path)
    content = read_verified(card_path.parent, card.get("weights"))
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            heads = tuple(_read_head(entry, arrays) for entry in card["heads"])
        info = EngineInfo(
            engine="ngrams",
            version=card["version"],
            checksum=card["weights"]["sha256"],
            calibration=str(card["calibration"]),
            labels=tuple(dict.fromkeys(label for head in heads if head.is_general for label in head.labels)),
            languages=tuple(code for head in heads for code in head.languages if code != EVERY),
        )
    except (KeyError, IndexError, TypeError, ValueError, zipfile.BadZipFile):
        raise ModelDamaged(f"`{card_path.name}` and its weights do not fit together") from None
    return NgramModel(info, heads, card)


def _read_head(entry: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Head:
    name, labels, bits = entry["name"], tuple(entry["labels"]), int(entry["bits"])
    weights, scale, bias = (arrays[f"{name}_{part}"] for part in ("weights", "scale", "bias"))
    if weights.shape != (1 << bits, len(labels)) or weights.dtype != np.int8:
        raise ValueError("the weights have another shape than their card says")
    if len(labels) > ROW:
        raise ValueError("a head has more labels than a row of the table")
    if scale.shape != (len(labels),) or bias.shape != scale.shape or not np.isfinite([scale, bias]).all():
        raise ValueError("scale or bias is not fit")
    curves = {label: make_curve(knots["x"], knots["y"]) for label, knots in entry["calibration"].items()}
    return Head(
        name=name,
        labels=labels,
        languages=tuple(entry["languages"]),
        bits=bits,
        columns=np.ascontiguousarray(weights.T),
        table=_make_table(weights),
        scale=scale.astype(np.float64),
        bias=bias.astype(np.float64),
        calibration=Calibration(str(entry["name"]), curves),
    )


def _make_table(weights: I8) -> npt.NDArray[np.void]:
    padded = np.zeros((len(weights), ROW), dtype=np.int8)
    padded[:, : weights.shape[1]] = weights
    return padded.view(f"V{ROW}").ravel()
