"""Run rows of token ids through ONNX Runtime so that a row's result does not depend on its neighbours.

What this file decides
- A row is padded to the next multiple of `pad_multiple` of its own length, and only rows of equal padded length share a
  batch: whatever the company, a row meets the same shapes and so the same arithmetic.
- A batch holds up to a budget of tokens, and less where that keeps every lane busy; without lanes batches run one after
  another, each on all threads of the session.
- Results come back in the order of the rows, cut to each row's own length where an output has one value a token.

Reading a card and turning numbers into scores is left to `embedded.py` and `imported.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from moderation.scoring.lanes import Lanes
from moderation.scoring.scorer import ModelUnusable

F32 = npt.NDArray[np.float32]
TOKEN_BUDGET: Final = 384
"""Tokens of a batch, and there is one on each lane: on two lanes 768 hold 26 MB more and take a fifth more processor time."""
ONE_LANE: Final = Lanes(1)
WAITING: Final = {
    "session.intra_op.allow_spinning": "1",
    "session.intra_op.spin_duration_us": "20",
    "session.force_spinning_stop": "1",
}
"""Between two steps of the network the other thread is there again in less time than it takes to wake one that sleeps. Where
another process has its core it soon gives up, and after the last step it sleeps at once.
"""
Batch = tuple[int, list[int]]
"""A padded length and the places of the rows that have it."""


class Session(Protocol):
    """What is asked of a runtime: named arrays in, named arrays out."""

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, F32]: ...


@dataclass(frozen=True)
class Padding:
    """How a row is brought to length."""

    multiple: int
    token: int


class OnnxSession:
    """A session of ONNX Runtime on the processor."""

    def __init__(self, model: bytes | Path, *, threads: int = 0) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        for name, value in WAITING.items():
            options.add_session_config_entry(name, value)
        options.enable_mem_pattern = False  # a plan for each shape that was ever seen: 36 MB, and no time is won
        source = str(model) if isinstance(model, Path) else model
        try:
            self._session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        except Exception as fault:  # noqa: BLE001  each kind of broken file has its own error
            raise ModelUnusable(f"ONNX Runtime cannot read the model: {type(fault).__name__}") from None
        self.inputs = tuple(each.name for each in self._session.get_inputs())
        self.outputs = tuple(each.name for each in self._session.get_outputs())

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, F32]:
        """The outputs by name."""
        found = self._session.run(self.outputs, {name: inputs[name] for name in self.inputs})
        return dict(zip(self.outputs, found, strict=True))


def open_session(model: bytes | Path, *, threads: int = 0, openvino: bool = False) -> Session:
    """A session on ONNX Runtime, or on OpenVINO where that is asked for.

    Raises:
        ModelUnusable: the runtime is not installed or cannot read the model.
    """
    if not openvino:
        return OnnxSession(model, threads=threads)
    from moderation.scoring.openvino import OpenVinoSession

    return OpenVinoSession(model, threads=threads)


def run_rows(
    session: Session,
    rows: Sequence[Sequence[int]],
    padding: Padding,
    extras: Mapping[str, F32] | None = None,
    *,
    budget: int = TOKEN_BUDGET,
    lanes: Lanes = ONE_LANE,
) -> list[dict[str, F32]]:
    """The outputs of each row; `extras` are further inputs with one line a row."""
    groups = _group(rows, padding.multiple)
    tokens = sum(length * len(places) for length, places in groups)
    batches = _batch(groups, min(budget, -(-tokens // lanes.count)))

    def run(batch: Batch) -> dict[str, F32]:
        length, places = batch
        return session.run(_pad([rows[place] for place in places], length, padding.token) | _pick(extras, places))

    results: list[dict[str, F32]] = [{} for _ in rows]
    for (length, places), outputs in zip(batches, lanes.map(run, batches), strict=True):
        for line, place in enumerate(places):
            results[place] = {name: _cut(values[line], len(rows[place]), length) for name, values in outputs.items()}
    return results


def _batch(groups: Sequence[Batch], budget: int) -> list[Batch]:
    """The groups in batches of at most the budget of tokens, or of one row; the longest first, so that no lane ends late."""
    batches: list[Batch] = []
    for length, places in reversed(groups):
        step = max(1, budget // length)
        batches += [(length, places[start : start + step]) for start in range(0, len(places), step)]
    return batches


def _group(rows: Sequence[Sequence[int]], multiple: int) -> list[Batch]:
    groups: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(-(-max(1, len(row)) // multiple) * multiple, []).append(place)
    return sorted(groups.items())


def _pad(rows: Sequence[Sequence[int]], length: int, token: int) -> dict[str, npt.NDArray[Any]]:
    ids = np.full((len(rows), length), token, dtype=np.int64)
    mask = np.zeros((len(rows), length), dtype=np.int64)
    for line, row in enumerate(rows):
        ids[line, : len(row)] = row
        mask[line, : len(row)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def _pick(extras: Mapping[str, F32] | None, places: list[int]) -> dict[str, npt.NDArray[Any]]:
    return {name: np.ascontiguousarray(values[places]) for name, values in (extras or {}).items()}


def _cut(values: F32, real: int, padded: int) -> F32:
    """Outputs with one line a token lose the lines of the padding."""
    return values[:real] if values.ndim > 1 and len(values) == padded else values
