"""Turn what a model gives into probabilities that mean what they say, and probabilities into words.

What this file decides
- Per label a rising curve from the model's logit to a probability: straight lines between knots, flat outside, fitted
  by training on one half of the development data and measured on the other. A label without a curve keeps the
  sigmoid of its logit.
- The words are fixed: possible from 0.25, likely from 0.50, very likely from 0.80. Policies and pages use them.

Fitting is training's work; which word leads to which action is the policy's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


class Likelihood(StrEnum):
    """How a probability is said to people."""

    UNLIKELY = "unlikely"
    POSSIBLE = "possible"
    LIKELY = "likely"
    VERY_LIKELY = "very_likely"


BOUNDS: Final[Mapping[Likelihood, float]] = MappingProxyType(
    {Likelihood.VERY_LIKELY: 0.80, Likelihood.LIKELY: 0.50, Likelihood.POSSIBLE: 0.25, Likelihood.UNLIKELY: 0.0}
)
"""From which probability each word is said, highest first."""


def say_likelihood(probability: float) -> Likelihood:
    """The word for a probability."""
    return next((word for word, bound in BOUNDS.items() if probability >= bound), Likelihood.UNLIKELY)


@dataclass(frozen=True)
class Curve:
    """Straight lines through `(logit, probability)` knots."""

    logits: FloatArray
    probabilities: FloatArray


@dataclass(frozen=True)
class Calibration:
    """The curves of one model, by label, and their version."""

    version: str = ""
    curves: Mapping[str, Curve] = field(default_factory=lambda: MappingProxyType({}))

    def apply(self, label: str, logits: FloatArray) -> FloatArray:
        """Calibrated probabilities of a label."""
        curve = self.curves.get(label)
        if curve is None:
            return sigmoid(logits)
        return np.interp(logits, curve.logits, curve.probabilities)


def sigmoid(logits: FloatArray) -> FloatArray:
    """Probabilities of logits, without overflow."""
    small = np.exp(-np.abs(logits))
    result: FloatArray = np.where(logits >= 0, 1.0, small) / (1.0 + small)
    return result


def make_curve(logits: Sequence[float], probabilities: Sequence[float]) -> Curve:
    """Check the knots of a curve.

    Raises:
        ValueError: they are too few, not numbers, not probabilities, or do not rise.
    """
    if len(logits) != len(probabilities) or len(logits) < 2:  # noqa: PLR2004
        raise ValueError("a curve needs two or more knots")
    if not all(math.isfinite(number) for number in (*logits, *probabilities)):
        raise ValueError("a knot is not a number")
    x = np.asarray(logits, dtype=np.float64)
    y = np.asarray(probabilities, dtype=np.float64)
    if (np.diff(x) <= 0).any() or (np.diff(y) < 0).any() or y[0] < 0 or y[-1] > 1:
        raise ValueError("a curve has to rise from 0 to 1")
    return Curve(x, y)
