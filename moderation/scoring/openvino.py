"""Run the same ONNX files with OpenVINO, an extra that is quicker on some processors.

What this file decides
- Full precision: OpenVINO would choose bf16 where the processor has it, and scores would differ between machines.
- One request at a time, on all cores.

The only file of the package that imports openvino.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt

from moderation.scoring.onnx_rows import F32
from moderation.scoring.scorer import ModelUnusable


class OpenVinoSession:
    """A compiled model on the processor."""

    def __init__(self, model: bytes | Path, *, threads: int = 0) -> None:
        try:
            import openvino
        except ImportError:
            raise ModelUnusable(
                "the package `openvino` is not installed", hint="pip install 'moderation[openvino]'"
            ) from None
        core = openvino.Core()
        settings: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
        if threads:
            settings["INFERENCE_NUM_THREADS"] = threads
        try:
            network = core.read_model(str(model) if isinstance(model, Path) else model)
            self._compiled = core.compile_model(network, "CPU", settings)
        except Exception as fault:  # noqa: BLE001  each kind of broken file has its own error
            raise ModelUnusable(f"OpenVINO cannot read the model: {type(fault).__name__}") from None
        # A port may carry the names of several nodes of the file; any of them may be the one that is asked for.
        self._inputs = tuple(frozenset(each.get_names()) for each in self._compiled.inputs)
        self._outputs = tuple(frozenset(each.get_names()) for each in self._compiled.outputs)
        self._request = self._compiled.create_infer_request()
        self._lock = threading.Lock()

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, F32]:
        """The outputs by name."""
        with self._lock:
            found = self._request.infer([inputs[next(iter(names & inputs.keys()))] for names in self._inputs])
            return {name: found[port].copy() for port, names in enumerate(self._outputs) for name in names}
