"""Soft labels for what a set does not label: `python -m training.teacher --data DATA --out OUT`.

The teacher is the mean, in logits, of a finished encoder and the n-grams (seven to three): on dev the two together rank
better than either. It speaks only of subtypes, and only of toxic comments of `TAUGHT` that the continued stages will see;
what people labelled stays. Neither of the two was trained on these subtypes, so this is no echo of the labels.
`OUT/teacher.json` holds the answers by a hash of the text, never the texts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from moderation.scoring.cards import WEIGHTS
from moderation.scoring.ngrams import open_ngrams
from training.data import Row, draw
from training.recipe import CONTINUED, LABELS, SEED
from training.score import OnnxScorer

TAUGHT = ("jigsaw_wiki_binary", "civil_weak")
SUBTYPES = ("severe_toxicity", "obscene", "threat", "insult", "identity_attack")
FIRST, SECOND, WEIGHT, TOXIC = 0.7, 0.3, 0.5, 0.5
FILE = "teacher.json"


def key_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def teach(rows: list[Row], folder: Path = WEIGHTS) -> dict[str, list[float]]:
    """By the hash of its text: the probability of each subtype of every row."""
    texts = [row.text for row in rows]
    encoder = OnnxScorer(str(folder / "encoder.onnx"), Tokenizer.from_file(str(folder / "tokenizer.json")))
    logits = encoder.score(texts)[0]
    grams = open_ngrams(folder).score(texts)
    answers = {}
    for row, own, other in zip(rows, logits, grams, strict=True):
        mixed = [
            FIRST * float(own[LABELS.index(label)]) + SECOND * _logit(other.raw[label], own[LABELS.index(label)])
            for label in SUBTYPES
        ]
        answers[key_of(row.text)] = [round(1 / (1 + math.exp(-value)), 4) for value in mixed]
    return answers


def _logit(probability: float, otherwise: float) -> float:
    if not 0.0 < probability < 1.0:
        return float(otherwise)
    return float(np.log(probability / (1 - probability)))


def learn(rows: list[Row], answers: dict[str, list[float]]) -> list[Row]:
    """The rows with the teacher's answers in the places of unknown subtypes, at half weight."""
    return [_fill(row, answers[key_of(row.text)]) if row.source in TAUGHT and key_of(row.text) in answers else row
            for row in rows]  # fmt: skip


def _fill(row: Row, answer: list[float]) -> Row:
    labels, weights = list(row.labels), list(row.weights)
    for label, value in zip(SUBTYPES, answer, strict=True):
        at = LABELS.index(label)
        if math.isnan(labels[at]):
            labels[at], weights[at] = value, weights[0] * WEIGHT
    return replace(row, labels=tuple(labels), weights=tuple(weights))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    drawn = [row for stage in CONTINUED for row in draw(stage, args.data, SEED)]
    lacking = {row.text: row for row in drawn if row.source in TAUGHT and row.labels[0] >= TOXIC}
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / FILE).write_text(json.dumps(teach(list(lacking.values()))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
