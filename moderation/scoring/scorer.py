"""The port through which the rest of the product asks how harmful a text probably is.

What this file decides
- A scorer takes texts and gives one `Scores` for each, in the same order; the score of a text never depends on its
  neighbours in the call.
- A text that cannot be judged gives `Scores` with `unavailable` set and no values; it never gives NaN, and one bad
  text never takes the others with it.
- Context reaches a defamation head only. With context or without, every other label is the same to the bit.
- `info` says which weights speak: engine, version, checksum, calibration, labels and fit languages.

Adapters (`ngrams.py`, `embedded.py`, `openvino.py`, `detoxify.py`) stand behind it; `bootstrap.py` chooses.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from moderation.errors import ModerationError, Unavailable
from moderation.vocabulary import ScoreContext, Scores


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Which model this is; the same words stand on every score it gives."""

    engine: str
    version: str
    checksum: str
    calibration: str
    labels: tuple[str, ...]
    languages: tuple[str, ...]


class Scorer(Protocol):
    """Anything that says how probable each label is for a text."""

    @property
    def info(self) -> EngineInfo: ...

    def score(self, texts: Sequence[str], contexts: Sequence[ScoreContext | None] | None = None) -> list[Scores]: ...

    def close(self) -> None: ...


class ModelDamaged(ModerationError):
    """a model file is not what its card says"""

    code = "model_damaged"
    hint = "restore the file from the package or import the model again"


class ModelUnusable(ModerationError):
    """a model file cannot be used here"""

    code = "model_unusable"
    hint = "see `docs/models.md`"


class ScoringUnavailable(Unavailable):
    """no scores can be given now"""

    code = "scoring_unavailable"
    hint = "the comment is held; see `/readyz` for the reason"


def refuse_text(info: EngineInfo, reason: str) -> Scores:
    """The `Scores` of a text that this model could not judge."""
    return Scores(
        values={},
        engine=info.engine,
        version=info.version,
        checksum=info.checksum,
        calibration=info.calibration,
        unavailable=reason,
    )


def all_finite(values: Mapping[str, float]) -> bool:
    """Whether every value is a number; NaN is never a score."""
    return all(math.isfinite(value) for value in values.values())
