"""Fit one logistic regression a label, all labels in one go, by L-BFGS: no randomness, so a rerun gives the same weights.

Rules
- A text is the set of its n-grams, each of weight `1 / sqrt(size of the set)`.
- Labels that a set does not have are masked; labels may lie between 0 and 1.
- Each set has an intercept a label of its own, thrown away afterwards, so that a set's share of abuse is not learnt as
  a property of the words that are frequent in it.
"""

from dataclasses import dataclass

import numpy as np
import scipy.optimize
import scipy.sparse

from moderation.scoring.ngram_features import count_once, cut_grams
from moderation.scoring.ngram_stream import read_stream
from training.ngrams.data import Corpus

BATCH = 256


@dataclass(frozen=True)
class Heads:
    """Weights by bucket and label, and the intercepts by label."""

    weights: np.ndarray
    bias: np.ndarray


def make_matrix(texts: list[str], bits: int) -> scipy.sparse.csr_matrix:
    """One row a text, one column a bucket."""
    columns, ends = [], [np.zeros(1, dtype=np.int64)]
    total = 0
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        buckets, bounds = count_once(cut_grams(read_stream(part), bits), len(part), bits)
        columns.append(buckets.astype(np.int32))
        ends.append(bounds[1:] + total)
        total += len(buckets)
    bounds = np.concatenate(ends)
    sizes = np.maximum(np.diff(bounds), 1)
    data = np.repeat(1 / np.sqrt(sizes), np.diff(bounds)).astype(np.float32)
    return scipy.sparse.csr_matrix((data, np.concatenate(columns), bounds), shape=(len(texts), 1 << bits))


def fit_heads(
    matrix: scipy.sparse.csr_matrix, corpus: Corpus, *, strength: float, rounds: int, show: bool = True
) -> Heads:
    """Minimise the weighted logistic loss; `strength` is the weight of the squared norm."""
    features, labels = matrix.shape[1], corpus.labels.shape[1]
    sets = len(corpus.names)
    scale = corpus.weights.sum(axis=0).clip(1)
    weights = corpus.weights / scale.mean()
    turned = matrix.T.tocsr()
    member = np.eye(sets, dtype=np.float32)[corpus.sets]
    count = 0

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal count
        count += 1
        w = flat[: features * labels].reshape(features, labels)
        c = flat[features * labels :].reshape(sets + 1, labels)
        z = matrix @ w.astype(np.float32) + (c[0] + member @ c[1:]).astype(np.float32)
        losses = np.logaddexp(0, z) - corpus.labels * z
        g = (1 / (1 + np.exp(-z)) - corpus.labels) * weights
        value = (
            float((losses * weights).sum(dtype=np.float64))
            + strength / 2 * float((w * w).sum())
            + 1e-6 * float((c[1:] ** 2).sum())
        )
        gw = (turned @ g).astype(np.float64) + strength * w
        gc = np.vstack([g.sum(axis=0, dtype=np.float64), member.T @ g + 2e-6 * c[1:]])
        if show and count % 10 == 0:
            print(f"round {count}: loss {value:.5f}", flush=True)
        return value, np.concatenate([gw.ravel(), gc.ravel()])

    start = np.zeros(features * labels + (sets + 1) * labels)
    best = scipy.optimize.fmin_l_bfgs_b(loss, start, maxiter=rounds, maxfun=rounds + 10, m=6)[0]
    w = best[: features * labels].reshape(features, labels)
    c = best[features * labels :].reshape(sets + 1, labels)
    share = corpus.weights.sum(axis=0)
    spread = np.stack([(corpus.weights * member[:, [s]]).sum(axis=0) for s in range(sets)]) / np.maximum(share, 1e-9)
    return Heads(w, c[0] + (spread * c[1:]).sum(axis=0))
