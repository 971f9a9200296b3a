"""The `ngrams` head for defamation, for texts in languages that the encoder does not read.

Rules
- It learns from this project's own sentences (English, and Hindi and Kannada in Roman letters); real comments of the sets
  below are negatives at low weight, since among them some will accuse somebody.
- Its curve is fitted on half of the held-out sentences together with real dev comments, three to one: a head that had seen
  only sentences about accusations would call half of all comments possible.
- Frames and imputations of the held-out sentences are unseen in training, so its figures are those of unseen ways to say it.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np

from training import recipe
from training.data import Row, read_own, read_set
from training.ngrams.calibrate import fit_curve, fitting_half, measure
from training.ngrams.data import Corpus

NAME, LABEL, EVERY = "defamation", "defamation", "*"
NEGATIVES = {"jigsaw_wiki_multilabel": 2500, "civil_toxic_spans": 1500, "edos_sexism": 800, "sms_spam": 400, "youtube_spam": 300,
             "dravidian_offensive": 1500}  # fmt: skip
DOUBT = 0.4
REAL_ROWS = 3


def _negatives(folder: Path, part: str, share: float) -> list[Row]:
    rng, found = Random(recipe.SEED), []
    for name, count in NEGATIVES.items():
        rows = read_set(folder, part, name, training=part == "train")
        found += rng.sample(rows, min(len(rows), round(count * share)))
    return found


def read_defamation(folder: Path) -> Corpus:
    """The sentences and the negatives, as the other heads' sets are."""
    own, others = read_own(NAME), _negatives(folder, "train", 1.0)
    at = recipe.LABELS.index(LABEL)
    labels = np.array([[row.labels[at]] for row in own] + [[0.0]] * len(others), dtype=np.float32)
    weights = np.array([[1.0]] * len(own) + [[DOUBT]] * len(others), dtype=np.float32)
    texts = [row.text for row in (*own, *others)]
    return Corpus(texts, labels, weights, np.zeros(len(texts), dtype=int), ("all",))


def measured_rows(folder: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Held-out texts, whether each accuses, and whether it is one of the project's own sentences."""
    own = read_own(NAME, "test")
    others = _negatives(folder, "dev", REAL_ROWS * len(own) / sum(NEGATIVES.values()))
    at = recipe.LABELS.index(LABEL)
    truth = np.array([row.labels[at] >= 0.5 for row in own] + [False] * len(others))
    return [row.text for row in (*own, *others)], truth, np.arange(len(truth)) < len(own)


def judge_head(
    texts: list[str], truth: np.ndarray, own: np.ndarray, logits: np.ndarray
) -> tuple[dict[str, list[float]], dict[str, object]]:
    """The curve of one half, and the figures of the other: of all rows, and of the project's sentences alone."""
    half = fitting_half(texts)
    curve = fit_curve(logits[half], truth[half])
    mixed = measure(logits[~half], truth[~half], curve)
    alone = measure(logits[~half & own], truth[~half & own], curve)
    return curve, {
        "other half of dev": {LABEL: mixed | {"sets": ["own sentences", *NEGATIVES]}},
        "by set": {
            "own sentences": {LABEL: {"auc": alone["auc"], "texts": alone["texts"], "positives": alone["positives"]}}
        },
    }
