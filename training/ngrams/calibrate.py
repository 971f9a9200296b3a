"""Fit and measure the curves from logits to probabilities.

Rules
- A text belongs to the fitting half or to the measuring half by a hash of its letters, so no text is in both.
- Equal-count bins, made to rise (pool adjacent violators); the ends run on towards 0 and 1 so that order is kept.
- Expected calibration error: 10 equal-count bins on the other half.
"""

import hashlib

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_auc_score

BINS = 24
FEW = 100


def fitting_half(texts: list[str]) -> np.ndarray:
    """True for the texts that calibration may see."""
    return np.array([hashlib.sha256(text.encode("utf-8", "replace")).digest()[0] % 2 == 0 for text in texts])


def fit_curve(logits: np.ndarray, positive: np.ndarray) -> dict[str, list[float]]:
    """Knots of a rising curve."""
    order = np.argsort(logits, kind="stable")
    bins = [
        part
        for part in np.array_split(order, max(2, min(BINS, int(positive.sum()) // 4, len(order) // 20)))
        if len(part)
    ]
    x = np.array([logits[part].mean() for part in bins])
    # A bin without a positive is not a probability of nought: one imagined half case on either side.
    y = np.array([(positive[part].sum() + 0.25) / (len(part) + 0.5) for part in bins])
    y = IsotonicRegression(increasing=True).fit_transform(x, y, sample_weight=[len(part) for part in bins])
    middle = np.diff(x, prepend=x[0] - 1) > 1e-6
    x, y = x[middle], y[middle]
    x = np.concatenate([[x[0] - 12], x, [x[-1] + 12]])
    y = np.concatenate([[y[0] * 0.02], y, [1 - (1 - y[-1]) * 0.02]])
    y = np.clip(y + np.linspace(0, 1e-4, len(y)), 0, 1)
    return {"x": [round(float(v), 5) for v in x], "y": [round(float(v), 6) for v in np.maximum.accumulate(y)]}


def measure(logits: np.ndarray, positive: np.ndarray, curve: dict[str, list[float]]) -> dict[str, float]:
    """AUC and expected calibration error on data that the curve has not seen."""
    probabilities = np.interp(logits, curve["x"], curve["y"])
    bins = np.array_split(np.argsort(logits, kind="stable"), 10)
    error = sum(len(b) * abs(probabilities[b].mean() - positive[b].mean()) for b in bins if len(b)) / len(logits)
    return {
        "auc": round(float(roc_auc_score(positive, probabilities)), 4),
        "ece": round(float(error), 4),
        "texts": len(logits),
        "positives": int(positive.sum()),
    }
