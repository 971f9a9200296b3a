"""Imported models at work: long texts in slices, the worst slice of a label counts.

What this file decides
- The exported ONNX file needs no torch; the same folder can be run by Detoxify's own class instead (`@detoxify`). Both
  get the same slices and give the same labels, to a ten-thousandth.
- An imported model has no calibration of ours: its values are its own probabilities, and the score says so.
- It marks no words and knows no context.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from tokenizers import Tokenizer

from moderation.scoring.calibration import FloatArray, sigmoid
from moderation.scoring.cards import checksum_file, read_card, read_verified, verify_file
from moderation.scoring.languages import find_language, is_fit
from moderation.scoring.onnx_rows import Padding, Session, open_session, run_rows
from moderation.scoring.scorer import EngineInfo, ModelDamaged, all_finite, refuse_text
from moderation.scoring.slices import Slices, slice_texts
from moderation.scoring.store import CARD
from moderation.scoring.token_windows import read_tokenizer
from moderation.scoring.windows import take_worst
from moderation.vocabulary import ScoreContext, Scores

PAD_MULTIPLE: Final = 16
Predict = Callable[[Sequence[str]], FloatArray]


class ImportedScorer:
    """Scores texts with an imported model, whichever runtime predicts."""

    def __init__(self, info: EngineInfo, tokenizer: Tokenizer, window: int, predict: Predict) -> None:
        self.info = info
        self._tokenizer = tokenizer
        self._window = window
        self._predict = predict

    def score(self, texts: Sequence[str], contexts: Sequence[ScoreContext | None] | None = None) -> list[Scores]:  # noqa: ARG002
        """One `Scores` a text; context has no meaning for these models."""
        if not texts:
            return []
        sliced = slice_texts(self._tokenizer, texts, self._window)
        values = self._predict([part for one in sliced for part in one.texts])
        worst = take_worst(values, [len(one.texts) for one in sliced])
        return [self._make_scores(text, one, row) for text, one, row in zip(texts, sliced, worst, strict=True)]

    def close(self) -> None:
        """The runtime goes with the object."""

    def _make_scores(self, text: str, one: Slices, row: FloatArray) -> Scores:
        info = self.info
        values = {label: float(value) for label, value in zip(info.labels, row, strict=True)}
        if not all_finite(values):
            return refuse_text(info, "the model gave no number for this text")
        language = find_language(text)
        return Scores(
            values=values,
            raw=values,
            engine=info.engine,
            version=info.version,
            checksum=info.checksum,
            calibration=info.calibration,
            language=language,
            fit=is_fit(text, language, info.languages),
            cut=one.cut,
        )


def predict_with_onnx(session: Session, tokenizer: Tokenizer, window: int, pad: int) -> Predict:
    """Probabilities by an ONNX session."""

    def predict(texts: Sequence[str]) -> FloatArray:
        encodings = tokenizer.encode_batch(list(texts), add_special_tokens=True)
        rows = [_shorten(encoding.ids, window) for encoding in encodings]
        outputs = run_rows(session, rows, Padding(PAD_MULTIPLE, pad))
        return sigmoid(np.array([output["logits"] for output in outputs], dtype=np.float64))

    return predict


def _shorten(ids: list[int], window: int) -> list[int]:
    """As Detoxify truncates: the first tokens and the closing one."""
    return ids if len(ids) <= window else [*ids[: window - 1], ids[-1]]


def open_imported(folder: Path, *, threads: int = 0, openvino: bool = False) -> ImportedScorer:
    """An imported model on ONNX Runtime or OpenVINO.

    Raises:
        ModelDamaged: a file is missing or is not what the card says.
        ModelUnusable: this version cannot read it.
    """
    card = read_card(folder / CARD)
    info, window, pad = read_import_card(card, folder.name + ("@openvino" if openvino else ""))
    path = verify_file(folder, card["encoder"])
    tokenizer = read_tokenizer(read_verified(folder, card.get("tokenizer")))
    runtime = open_session(path, threads=threads, openvino=openvino)
    return ImportedScorer(info, tokenizer, window, predict_with_onnx(runtime, tokenizer, window, pad))


def open_with_detoxify(folder: Path) -> ImportedScorer:
    """An imported model run by Detoxify's own class.

    Raises:
        ModelDamaged: a file is missing or is not what the card says.
        ModelUnusable: torch or Detoxify is missing, or cannot read it.
    """
    from moderation.scoring.detoxify import DetoxifyModel

    card = read_card(folder / CARD)
    info, window, _ = read_import_card(card, f"{folder.name}@detoxify")
    for name, digest in dict(card.get("files", {})).items():
        if Path(name).name != name or not (folder / name).is_file() or checksum_file(folder / name) != digest:
            raise ModelDamaged(f"the file `{Path(name).name}` of model `{folder.name}` is not what its card says")
    tokenizer = read_tokenizer(read_verified(folder, card.get("tokenizer")))
    return ImportedScorer(info, tokenizer, window, DetoxifyModel(folder).predict)


def read_import_card(card: Mapping[str, Any], name: str) -> tuple[EngineInfo, int, int]:
    """Who the model is under the name by which it was asked for, its window in tokens, and the id of its padding.

    Raises:
        ModelDamaged: the card lacks something.
    """
    try:
        info = EngineInfo(
            engine=name,
            version=card["version"],
            checksum=card["encoder"]["sha256"],
            calibration="",
            labels=tuple(card["labels"]),
            languages=tuple(card["languages"]),
        )
        return info, int(card["window"]["tokens"]), int(card["window"]["pad_id"])
    except (KeyError, TypeError, ValueError):
        raise ModelDamaged(f"the card of model `{name}` lacks something that the scorer needs") from None
