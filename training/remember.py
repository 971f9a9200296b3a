"""Scores of whole sets, kept on the disk: `python -m training.remember --data DATA --out OUT --part 0 --of 2`.

Calibration and evaluation ask for the same scores of the same sets, and a busy machine takes half an hour for them. What is
kept is named by a hash of the model's file, the texts and the hints, so an answer can never be another model's. Several
processes may score a part each beforehand; a killed one goes on with the next set.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from training.score import OnnxScorer

FOLDER = "scores"


class RememberingScorer(OnnxScorer):
    """A scorer that looks first whether it has scored these texts before."""

    def __init__(self, model: Path, tokenizer: Tokenizer) -> None:
        super().__init__(str(model), tokenizer)
        self._name = hashlib.sha256(model.read_bytes()).digest()
        self._folder = model.parent / FOLDER

    def score(
        self, texts: Sequence[str], hints: np.ndarray | None = None, batch: int = 32
    ) -> tuple[np.ndarray, np.ndarray]:
        """As `OnnxScorer.score`."""
        given = np.zeros((len(texts), 3), np.float32) if hints is None else np.asarray(hints, np.float32)
        key = hashlib.sha256(self._name + given.tobytes() + "\x00".join(texts).encode("utf-8", "surrogatepass"))
        path = self._folder / f"{key.hexdigest()[:24]}.npz"
        if path.exists():
            with np.load(path) as kept:
                return kept["labels"], kept["factors"]
        labels, factors = super().score(texts, given, batch)
        self._folder.mkdir(exist_ok=True)
        with path.with_suffix(".part").open("wb") as target:
            np.savez(target, labels=labels, factors=factors)
        path.with_suffix(".part").replace(path)
        return labels, factors


def main() -> None:
    from training.calibrate import dev_rows
    from training.evaluate import QUICK, SETS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--of", type=int, default=1)
    args = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(args.out / "tokenizer.json"))
    asked = [("encoder.onnx", name) for name in (*SETS, "defamation")] + [("encoder-fp32.onnx", name) for name in QUICK]
    for model, name in asked[args.part :: args.of]:
        rows = dev_rows(args.data, name)
        if rows and (args.out / model).exists():
            hints = np.array([row.hints for row in rows], np.float32).reshape(-1, 3)
            RememberingScorer(args.out / model, tokenizer).score([row.text for row in rows], hints)
            print(model, name, len(rows), flush=True)


if __name__ == "__main__":
    main()
