"""The shipped encoder: one small ONNX file with heads for labels, factors of defamation, and words.

What this file decides
- Everything that can differ between two trainings is read from the card: order of outputs, window, calibration,
  thresholds (`docs/decisions/0003-encoder-file.md`).
- Of several windows the highest logit of each output counts, of a token its highest in any window.
- Context becomes three hints that the network gives to the defamation head only.
- Words of defamation are marked only where defamation is at least possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from moderation.scoring.calibration import BOUNDS, Calibration, Likelihood, make_curve, sigmoid
from moderation.scoring.cards import WEIGHTS, read_card, read_verified, verify_file
from moderation.scoring.hints import HINTS, hints_of
from moderation.scoring.lanes import Lanes, usable_cores
from moderation.scoring.languages import find_language, is_fit
from moderation.scoring.onnx_rows import F32, ONE_LANE, Padding, Session, open_session, run_rows
from moderation.scoring.scorer import EngineInfo, ModelDamaged, ModelUnusable, all_finite, refuse_text
from moderation.scoring.token_marks import Bar, mark_tokens
from moderation.scoring.token_windows import RowCutter, TokenRows, read_tokenizer
from moderation.vocabulary import Label, ScoreContext, Scores, Span

CARD: Final = "encoder.json"
SHARED: Final = 2
"""Threads that share a step of the network: more would wait for each other longer than they work."""
ALWAYS_MARKED: Final = {"toxic": str(Label.TOXICITY)}
"""Token labels that need no other label to be shown, and what their spans are called."""


@dataclass(frozen=True)
class EncoderModel:
    """A card that was checked, the tokenizer and the session that belong to it."""

    info: EngineInfo
    cutter: RowCutter
    padding: Padding
    session: Session
    calibration: Calibration
    factors: tuple[str, ...]
    token_labels: tuple[str, ...]
    bars: tuple[Bar, ...]


class EmbeddedScorer:
    """Scores texts with the shipped encoder."""

    def __init__(self, model: EncoderModel, lanes: Lanes = ONE_LANE) -> None:
        self._model = model
        self._lanes = lanes

    @property
    def info(self) -> EngineInfo:
        return self._model.info

    def score(self, texts: Sequence[str], contexts: Sequence[ScoreContext | None] | None = None) -> list[Scores]:
        """One `Scores` a text, in order."""
        cut = self._model.cutter.cut(texts)
        rows = [row for one in cut for row in one.rows]
        hints = _hints(texts, contexts or [None] * len(texts))
        per_row = np.repeat(hints, [len(one.rows) for one in cut], axis=0)
        outputs = run_rows(self._model.session, rows, self._model.padding, {"hints": per_row}, lanes=self._lanes)
        results, at = [], 0
        for text, one in zip(texts, cut, strict=True):
            results.append(self._make_scores(text, one, outputs[at : at + len(one.rows)]))
            at += len(one.rows)
        return results

    def close(self) -> None:
        """End the lanes; the session goes with the object."""
        self._lanes.close()

    def _make_scores(self, text: str, one: TokenRows, outputs: Sequence[Mapping[str, F32]]) -> Scores:
        model, info = self._model, self._model.info
        logits = np.max([out["labels"] for out in outputs], axis=0).astype(np.float64)
        factors = np.max([out["factors"] for out in outputs], axis=0).astype(np.float64)
        raw = dict(zip(info.labels, sigmoid(logits).tolist(), strict=True))
        values = {
            label: float(model.calibration.apply(label, logit))
            for label, logit in zip(info.labels, logits, strict=True)
        }
        if not (all_finite(raw) and all_finite(values)):
            return refuse_text(info, "the model gave no number for this text")
        language = find_language(text)
        return Scores(
            values=values,
            raw=raw,
            engine=info.engine,
            version=info.version,
            checksum=info.checksum,
            calibration=info.calibration,
            spans=self._mark(text, one, outputs, values),
            language=language,
            fit=is_fit(text, language, info.languages),
            cut=one.cut,
            factors=dict(zip(model.factors, sigmoid(factors).tolist(), strict=True)),
        )

    def _mark(
        self, text: str, one: TokenRows, outputs: Sequence[Mapping[str, F32]], values: Mapping[str, float]
    ) -> tuple[Span, ...]:
        tokens = np.full((one.places[-1][1], len(self._model.token_labels)), -np.inf)
        for (start, end), out in zip(one.places, outputs, strict=True):
            tokens[start:end] = np.maximum(tokens[start:end], out["tokens"][1 : 1 + end - start])
        probabilities = sigmoid(tokens)
        accused = values.get(Label.DEFAMATION, 0.0) >= BOUNDS[Likelihood.POSSIBLE]
        spans: list[Span] = []
        for column, name in enumerate(self._model.token_labels):
            if name in ALWAYS_MARKED or accused:
                label = ALWAYS_MARKED.get(name, name)
                marked = self._model.bars[column].reached(probabilities[:, column])
                spans += mark_tokens(text, one.offsets[: len(tokens)], marked.tolist(), label)
        return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.label)))


def _hints(texts: Sequence[str], contexts: Sequence[ScoreContext | None]) -> F32:
    found = np.zeros((len(texts), len(HINTS)), dtype=np.float32)
    for line, (text, context) in enumerate(zip(texts, contexts, strict=True)):
        if context:
            found[line] = hints_of(text, context.subjects, context.parent)
    return found


def open_embedded(folder: Path = WEIGHTS, *, threads: int = 0, openvino: bool = False) -> EmbeddedScorer:
    """The encoder of a folder, its files compared with their card first.

    Raises:
        ModelDamaged: a file is missing or is not what the card says.
        ModelUnusable: this version cannot read it.
    """
    card = read_card(folder / CARD)
    tokenizer = read_tokenizer(read_verified(folder, card.get("tokenizer")))
    file = verify_file(folder, card.get("encoder"))
    cores = threads or usable_cores()
    session = open_session(file, threads=threads if openvino else min(SHARED, cores), openvino=openvino)
    model = _read_model(card, tokenizer, session, "embedded@openvino" if openvino else "embedded")
    return EmbeddedScorer(model, ONE_LANE if openvino else Lanes(max(1, cores - SHARED + 1)))


def _read_bar(card: Mapping[str, Any], name: str) -> Bar:
    threshold, lower = float(card["span_thresholds"][name]), card.get("span_shares", {}).get(name)
    return Bar(threshold, float(lower["share"]), float(lower["least"])) if lower else Bar(threshold)


def _read_model(card: Mapping[str, Any], tokenizer: Any, session: Session, engine: str = "embedded") -> EncoderModel:
    try:
        if tuple(card["hints"]) != HINTS:
            raise ModelUnusable("the encoder was trained with other hints than this version makes")
        window = card["window"]
        curves = {label: make_curve(k["x"], k["y"]) for label, k in card["calibration"]["labels"].items()}
        calibration = Calibration(str(card["calibration"]["id"]), curves)
        info = EngineInfo(
            engine=engine,
            version=card["version"],
            checksum=card["encoder"]["sha256"],
            calibration=calibration.version,
            labels=tuple(card["labels"]),
            languages=tuple(card["languages"]),
        )
        token_labels = tuple(card["token_labels"])
        return EncoderModel(
            info=info,
            cutter=RowCutter(tokenizer, int(window["tokens"]), int(window["overlap"])),
            padding=Padding(int(window["pad_multiple"]), int(window["pad_id"])),
            session=session,
            calibration=calibration,
            factors=tuple(card["factors"]),
            token_labels=token_labels,
            bars=tuple(_read_bar(card, name) for name in token_labels),
        )
    except (KeyError, TypeError, ValueError):
        raise ModelDamaged("the encoder's card lacks something that the scorer needs") from None
