"""Bring a Detoxify checkpoint in: clean it, run it, export it, compare the two, and only then let it be used.

What this file decides
- The source is a checkpoint, or a folder with one; its `config.json` and tokenizer lie beside it or in `config`.
  `original`, `unbiased` and `multilingual` mean the folder `models/incoming/NAME`, where the operator put the files.
- Of the folder only known configuration and tokenizer files are taken, and what could name code in them is dropped.
- The exported network must give what Detoxify gives on 200 comments, to a ten-thousandth, or nothing is kept.
- The card says where the labels' order came from (the checkpoint), both checksums, and the largest difference.

Reading checkpoints is `detoxify.py`'s, the place on disk `store.py`'s.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from moderation.scoring.cards import FORMAT, checksum_file
from moderation.scoring.imported import predict_with_onnx
from moderation.scoring.onnx_rows import OnnxSession
from moderation.scoring.parity_texts import parity_texts
from moderation.scoring.scorer import ModelUnusable
from moderation.scoring.slices import slice_texts
from moderation.scoring.store import CARD, INCOMING, ModelStore
from moderation.scoring.token_windows import read_tokenizer

PUBLISHED: Final = {
    "original": ("en",),
    "unbiased": ("en",),
    "multilingual": ("en", "fr", "es", "it", "pt", "tr", "ru"),
}
CONFIGURATION: Final = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "sentencepiece.bpe.model",
    "spiece.model",
)
CODE_KEYS: Final = ("auto_map", "custom_pipelines", "_name_or_path", "name_or_path")
TOLERANCE: Final = 1e-4


@dataclass(frozen=True)
class Source:
    """What is imported: a checkpoint, the folder of its configuration, a name, and the languages it is fit for."""

    checkpoint: Path
    config: Path
    name: str
    languages: tuple[str, ...]


def find_source(
    what: str, store: ModelStore, *, config: Path | None = None, name: str = "", languages: str = ""
) -> Source:
    """Resolve what an operator asked to import.

    Raises:
        ModelUnusable: there is no checkpoint, more than one, or no configuration.
    """
    published = what in PUBLISHED
    path = store.folder / INCOMING / what if published else Path(what)
    hint = f"put the checkpoint, `config.json` and the tokenizer's files into `{path}`" if published else ""
    if path.is_dir():
        found = sorted({*path.glob("*.ckpt"), *path.glob("*.pt"), *path.glob("*.bin")})
        if len(found) != 1:
            raise ModelUnusable(f"`{path}` holds {len(found)} checkpoints, one is needed", hint=hint or None)
        path = found[0]
    if not path.is_file():
        raise ModelUnusable(f"there is no checkpoint at `{path}`", hint=hint or None)
    folder = config or path.parent
    if not (folder / "config.json").is_file():
        raise ModelUnusable(f"there is no `config.json` in `{folder}`", hint="name its folder with `--config`")
    known = PUBLISHED.get(what, ("en",))
    codes = tuple(code.strip() for code in languages.split(",") if code.strip()) or known
    return Source(path, folder, name or (what if published else path.stem.lower().replace(".", "-")), codes)


def import_model(source: Source, store: ModelStore, tell: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Import a checkpoint into the store; gives its card.

    Raises:
        ModelUnusable: the checkpoint, its configuration or its export is not good.
        NameRefused: the name is taken or not allowed.
    """
    made = store.begin(source.name)
    try:
        card = _make(source, made, tell)
        (made / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    store.finish(made, source.name)
    return card


def _make(source: Source, made: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    from moderation.scoring.detoxify import DetoxifyModel, read_checkpoint, write_clean

    tell("reading the checkpoint as weights alone")
    checkpoint = read_checkpoint(source.checkpoint)
    _copy_configuration(source.config, made)
    write_clean(checkpoint, made)
    tell("building the model with Detoxify")
    model = DetoxifyModel(made)
    model.save_tokenizer(made / "tokenizer.json")
    tell("exporting to ONNX")
    model.export(made / "model.onnx")
    tell("comparing the two")
    difference = _compare(model.predict, made, model.longest, model.padding)
    digest = checksum_file(made / "model.onnx")
    kept = [path.name for path in sorted(made.iterdir()) if path.name not in {"model.onnx", "tokenizer.json"}]
    return {
        "format": FORMAT,
        "kind": "detoxify",
        "name": source.name,
        "version": checksum_file(source.checkpoint)[:12],
        "labels": list(model.labels),
        "languages": list(source.languages),
        "window": {"tokens": model.longest, "pad_id": model.padding},
        "encoder": {"file": "model.onnx", "sha256": digest},
        "tokenizer": {"file": "tokenizer.json", "sha256": checksum_file(made / "tokenizer.json")},
        "files": {name: checksum_file(made / name) for name in kept},
        "checkpoint": {"name": source.checkpoint.name, "checksum": checksum_file(source.checkpoint)},
        "parity": {"comments": len(parity_texts()), "largest_difference": difference, "tolerance": TOLERANCE},
    }


def _copy_configuration(source: Path, target: Path) -> None:
    for name in CONFIGURATION:
        if not (source / name).is_file():
            continue
        shutil.copyfile(source / name, target / name)
        if name in {"config.json", "tokenizer_config.json"}:
            _drop_code(target / name)


def _drop_code(path: Path) -> None:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        kept = {key: value for key, value in config.items() if key not in CODE_KEYS}
    except (ValueError, AttributeError):
        raise ModelUnusable(f"`{path.name}` is not a configuration") from None
    path.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def _compare(predict: Callable[[Sequence[str]], Any], folder: Path, window: int, pad: int) -> float:
    """The largest difference of a probability between the original and its export."""
    tokenizer = read_tokenizer((folder / "tokenizer.json").read_bytes())
    texts = [part for one in slice_texts(tokenizer, parity_texts(), window) for part in one.texts]
    exported = predict_with_onnx(OnnxSession(folder / "model.onnx"), tokenizer, window, pad)(texts)
    difference = float(np.abs(predict(texts) - exported).max())
    if not difference <= TOLERANCE:
        raise ModelUnusable(f"the exported model differs from the original by up to {difference:.2g}")
    return difference
