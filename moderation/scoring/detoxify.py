"""Detoxify itself: its checkpoints cleaned and run by its own class, and exported so that serving needs no torch.

What this file decides
- A checkpoint is a stranger's file: it is read with `weights_only=True`, which unpickles nothing but tensors and plain
  values, and only a cleaned copy is given to `detoxify.Detoxify`, which itself would unpickle anything.
- Names in the checkpoint choose classes of `transformers`: only the sequence classifiers Detoxify was trained with.
- `model_type` names a hub model in the published files and is replaced by the local folder: nothing is downloaded.
- Keys are compared: a missing one would silently become a random layer, so it is refused; unknown ones too, but for
  the buffer of positions that old versions wrote.
- The tokenizer must have as many words as the model has embeddings, but for a few that fill up: without its vocabulary it
  loads all the same and calls every word unknown.
- After loading every tensor is compared with the checkpoint's; labels are read from `class_names`, never assumed.

The only file of the package that imports torch. Cutting texts and the store of models are other files' work.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from moderation.scoring.calibration import FloatArray
from moderation.scoring.scorer import ModelUnusable

CLASSIFIERS: Final = frozenset(
    {
        "BertForSequenceClassification",
        "RobertaForSequenceClassification",
        "XLMRobertaForSequenceClassification",
        "AlbertForSequenceClassification",
        "AutoModelForSequenceClassification",
    }
)
OLD_BUFFERS: Final = (".position_ids",)
FILL: Final = 128
"""Rows of embeddings that a model may have beyond its words; trainers round up to a multiple."""
BATCH: Final = 32
OPSET: Final = 17


@dataclass(frozen=True)
class Checkpoint:
    """What is kept of a checkpoint: tensors by name, the classifier, and the classes as the file names them."""

    tensors: Mapping[str, Any]
    classifier: str
    classes: tuple[str, ...]
    outputs: int


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a Detoxify checkpoint without running anything that is in it.

    Raises:
        ModelUnusable: it is no checkpoint, holds more than tensors and plain values, or names another classifier.
    """
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a hostile pickle torch asks people to have it supported
            loaded = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # noqa: BLE001  torch raises half a dozen kinds, among them for a hostile pickle
        raise ModelUnusable(
            f"`{path.name}` cannot be read as weights alone",
            hint="a checkpoint that needs code to load may do harm; get it from its publisher again",
        ) from None
    try:
        arch = loaded["config"]["arch"]["args"]
        classes = tuple(str(name) for name in loaded["config"]["dataset"]["args"]["classes"])
        tensors = dict(loaded["state_dict"])
        classifier, outputs = str(arch["model_name"]), int(arch["num_classes"])
    except (KeyError, TypeError, ValueError):
        raise ModelUnusable(f"`{path.name}` is not a checkpoint in Detoxify's format") from None
    if classifier not in CLASSIFIERS:
        raise ModelUnusable(f"`{path.name}` wants the class `{classifier}`, which is not one of Detoxify's")
    if not classes or outputs < len(classes) or not all(isinstance(each, torch.Tensor) for each in tensors.values()):
        raise ModelUnusable(f"`{path.name}` is not a checkpoint in Detoxify's format")
    if len(set(classes)) < len(classes):
        raise ModelUnusable(f"`{path.name}` gives two of its outputs the same name")
    tensors = {name: each for name, each in tensors.items() if not name.endswith(OLD_BUFFERS)}
    return Checkpoint(tensors, classifier, classes, outputs)


def write_clean(checkpoint: Checkpoint, folder: Path) -> None:
    """Put the cleaned checkpoint and a configuration with as many outputs as its head into a folder.

    `folder` holds `config.json` and the tokenizer's files already.
    """
    import torch

    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    names = [*checkpoint.classes, *(f"unused_{n}" for n in range(len(checkpoint.classes), checkpoint.outputs))]
    config["id2label"] = {str(number): name for number, name in enumerate(names)}
    config["label2id"] = {name: number for number, name in enumerate(names)}
    for unsafe in ("auto_map", "custom_pipelines", "_name_or_path"):
        config.pop(unsafe, None)
    path.write_text(json.dumps(config, indent=1), encoding="utf-8")
    torch.save(_as_detoxify(checkpoint, folder), folder / "model.ckpt")


def _as_detoxify(checkpoint: Checkpoint, folder: Path) -> dict[str, Any]:
    arch = {
        "model_type": str(folder),
        "model_name": checkpoint.classifier,
        "tokenizer_name": "AutoTokenizer",
        "num_classes": checkpoint.outputs,
    }
    return {
        "state_dict": dict(checkpoint.tensors),
        "config": {"arch": {"args": arch}, "dataset": {"args": {"classes": list(checkpoint.classes)}}},
    }


class DetoxifyModel:
    """`detoxify.Detoxify` on a cleaned folder, in batches of our own."""

    def __init__(self, folder: Path) -> None:
        import torch

        checkpoint = read_checkpoint(folder / "model.ckpt")
        buffer = io.BytesIO()
        torch.save(_as_detoxify(checkpoint, folder), buffer)
        buffer.seek(0)
        with _quietly_offline():
            self._model = _open(buffer, folder)
        _compare(checkpoint, self._model.model.state_dict())
        _compare_words(len(self._model.tokenizer), self._model.model.get_input_embeddings().num_embeddings)
        self._model.model.eval()
        self.labels = tuple(str(name) for name in self._model.class_names)

    @property
    def longest(self) -> int:
        """Tokens that the model takes, special ones included."""
        tokenizer, config = self._model.tokenizer, self._model.model.config
        room = int(getattr(config, "max_position_embeddings", 512))
        if config.model_type in {"roberta", "xlm-roberta"}:
            room -= int(config.pad_token_id) + 1
        return min(room, int(tokenizer.model_max_length))

    def predict(self, texts: Sequence[str]) -> FloatArray:
        """Probabilities, a line a text and a column a label; shorter texts first, so that little is padded."""
        found = np.zeros((len(texts), len(self.labels)))
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            # Of a list of one Detoxify gives bare numbers instead of lists.
            answer = self._model.predict([texts[place] for place in places])
            found[places] = np.array([np.atleast_1d(answer[label]) for label in self.labels]).T
        return found

    def save_tokenizer(self, path: Path) -> None:
        """Write the tokenizer so that `tokenizers` alone can read it."""
        backend = getattr(self._model.tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise ModelUnusable("the model's tokenizer has no quick form", hint="put its `tokenizer.json` beside it")
        path.write_text(backend.to_str(), encoding="utf-8")

    @property
    def padding(self) -> int:
        """The id of the padding token."""
        return int(self._model.tokenizer.pad_token_id)

    def export(self, path: Path) -> None:
        """Write the network as ONNX: ids and mask in, logits of the named labels out."""
        import torch

        class Logits(torch.nn.Module):  # type: ignore[misc]
            def __init__(self, network: Any, labels: int) -> None:
                super().__init__()
                self.network, self.labels = network, labels

            def forward(self, input_ids: Any, attention_mask: Any) -> Any:
                return self.network(input_ids=input_ids, attention_mask=attention_mask).logits[:, : self.labels]

        network = Logits(self._model.model, len(self.labels)).eval()
        some = self._model.tokenizer(["one line", "another line, longer"], return_tensors="pt", padding=True)
        free = {0: "rows", 1: "tokens"}
        with _quietly_offline(), torch.no_grad():
            torch.onnx.export(
                network,
                (some["input_ids"], some["attention_mask"]),
                str(path),
                input_names=["input_ids", "attention_mask"],
                output_names=["logits"],
                dynamic_axes={"input_ids": free, "attention_mask": free, "logits": {0: "rows"}},
                opset_version=OPSET,
                dynamo=False,
            )
        self._model.model.eval()


def _open(checkpoint: io.BytesIO, folder: Path) -> Any:
    try:
        import detoxify
    except ImportError:
        raise ModelUnusable(
            "the package `detoxify` is not installed", hint="pip install 'moderation[detoxify]'"
        ) from None
    try:
        return detoxify.Detoxify(checkpoint=checkpoint, device="cpu", huggingface_config_path=str(folder))
    except Exception as fault:  # noqa: BLE001  three libraries' errors; their words may hold paths and settings
        raise ModelUnusable(
            f"detoxify cannot build the model: {type(fault).__name__}",
            hint="compare `config.json` and the tokenizer's files with the checkpoint",
        ) from None


def _compare_words(words: int, rows: int) -> None:
    if not 0 <= rows - words < FILL:
        raise ModelUnusable(
            f"the tokenizer knows {words} words and the model {rows}",
            hint="put the vocabulary files of the model's own base beside its `config.json`",
        )


def _compare(checkpoint: Checkpoint, loaded: Mapping[str, Any]) -> None:
    """Refuse a model of which a part is not the checkpoint's: it would be random numbers."""
    import torch

    wanted = {name for name in loaded if not name.endswith(OLD_BUFFERS)}
    missing, unknown = wanted - set(checkpoint.tensors), set(checkpoint.tensors) - wanted
    if missing or unknown:
        some = ", ".join(f"`{name}`" for name in sorted(missing or unknown)[:3])
        kind = "lacks" if missing else "has unknown"
        raise ModelUnusable(f"the checkpoint {kind} {len(missing or unknown)} tensors, among them {some}")
    for name in sorted(wanted):
        if not bool(torch.isfinite(loaded[name]).all()):
            raise ModelUnusable(f"the tensor `{name}` holds something that is no number")
        if not torch.equal(loaded[name], checkpoint.tensors[name].to(loaded[name].dtype)):
            raise ModelUnusable(f"the tensor `{name}` was not loaded as it stands in the checkpoint")


@contextlib.contextmanager
def _quietly_offline() -> Iterator[None]:
    """No progress bars, no warnings, and no network for the libraries below."""
    names = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_PROGRESS_BARS", "HF_HUB_DISABLE_TELEMETRY")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        from transformers.utils import logging as words

        words.set_verbosity_error()
        words.disable_progress_bar()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
