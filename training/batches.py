"""Turns rows into tensors: tokens, targets with masks, token marks; batches hold rows of like length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from training.data import Row
from training.recipe import LABEL_WEIGHTS, LABELS, TOKEN_LABELS

LONG, DROPPED = 40, 0.1


@dataclass(frozen=True)
class Batch:
    ids: Tensor
    mask: Tensor
    hints: Tensor
    labels: Tensor
    label_weights: Tensor
    factors: Tensor
    factor_weights: Tensor
    tokens: Tensor
    token_weights: Tensor


@dataclass(slots=True)
class Encoded:
    row: Row
    ids: list[int]
    marks: list[list[float]] | None


def encode(rows: Sequence[Row], tokenizer: Tokenizer, longest: int, rng: Random | None = None) -> list[Encoded]:
    """Rows as tokens, at most `longest`; with an `rng`, as training sees them: some long rows keep their end, and long
    rows lose a tenth of their tokens, so that no single word decides alone."""
    found = tokenizer.encode_batch([row.text for row in rows])
    return [_encoded(row, encoding, longest, rng) for row, encoding in zip(rows, found, strict=True)]


def _encoded(row: Row, encoding: Encoding, longest: int, rng: Random | None) -> Encoded:
    ids, keep = encoding.ids, range(len(encoding.ids))
    if len(ids) > longest:
        head = longest - 1
        if rng is not None and not row.spans and rng.random() < 0.35:
            head = longest // 2
        tail = longest - head
        keep = [*range(head), *range(len(ids) - tail, len(ids))]
    if rng is not None and len(keep) > LONG and not row.spans:
        keep = [at for at in keep if at in {0, len(ids) - 1} or rng.random() >= DROPPED]
    marks = _marks(row, encoding, keep) if row.span_weights else None
    return Encoded(row, [ids[at] for at in keep], marks)


def _marks(row: Row, encoding: Encoding, keep: Sequence[int]) -> list[list[float]]:
    marks = []
    for at in keep:
        start, end = encoding.offsets[at]
        marks.append([
            float(end > start and any(name == label and start < stop and end > begin for label, begin, stop in row.spans))
            for name in TOKEN_LABELS
        ])  # fmt: skip
    return marks


def group(encoded: list[Encoded], budget: int, most: int, rng: Random | None = None) -> Iterator[list[Encoded]]:
    """Lists of rows of like length, each of at most `budget` tokens with padding and `most` rows, in seeded order."""
    ordered = sorted(encoded, key=lambda one: len(one.ids))
    lists: list[list[Encoded]] = [[]]
    for one in ordered:
        if lists[-1] and (len(lists[-1]) >= most or (len(lists[-1]) + 1) * len(one.ids) > budget):
            lists.append([])
        lists[-1].append(one)
    if rng is not None:
        rng.shuffle(lists)
    yield from (one for one in lists if one)


def collate(rows: Sequence[Encoded]) -> Batch:
    """The tensors of some rows, padded to the longest."""
    length = max(len(one.ids) for one in rows)
    ids, mask = torch.zeros(len(rows), length, dtype=torch.long), torch.zeros(len(rows), length)
    tokens = torch.zeros(len(rows), length, len(TOKEN_LABELS))
    token_weights = torch.zeros(len(rows), length, len(TOKEN_LABELS))
    for at, one in enumerate(rows):
        size = len(one.ids)
        ids[at, :size] = torch.tensor(one.ids)
        mask[at, :size] = 1.0
        if one.marks is not None:
            tokens[at, :size] = torch.tensor(one.marks)
            for name, weight in one.row.span_weights:
                token_weights[at, 1 : size - 1, TOKEN_LABELS.index(name)] = weight
    labels, weights = _targets([one.row.labels for one in rows])
    weights = weights * torch.tensor([one.row.weights for one in rows])
    weights = weights * torch.tensor([LABEL_WEIGHTS.get(label, 1.0) for label in LABELS])
    factors, factor_weights = _targets([one.row.factors for one in rows])
    hints = torch.tensor([one.row.hints for one in rows])
    return Batch(ids, mask, hints, labels, weights, factors, factor_weights, tokens, token_weights)


def _targets(values: list[tuple[float, ...]]) -> tuple[Tensor, Tensor]:
    found = torch.tensor(values)
    known = (~torch.isnan(found)).float()
    return torch.nan_to_num(found), known
