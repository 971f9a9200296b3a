"""A model is a card and the files that the card names; nothing is loaded before it is what the card says.

What this file decides
- The card is JSON with `format`, `name`, `version`, and per file its name and SHA-256; a card that is not, is refused.
- A file whose checksum differs is refused before anything parses it.
- File names on a card are names, not paths: a card cannot point outside its folder.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from moderation.scoring.scorer import ModelDamaged, ModelUnusable

WEIGHTS: Final = Path(__file__).parent / "weights"
"""The folder of the models that ship with the package."""
FORMAT: Final = 1


def read_card(path: Path) -> dict[str, Any]:
    """Read a model's card.

    Raises:
        ModelDamaged: it is missing or not a card.
        ModelUnusable: it is of another format.
    """
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelDamaged(f"the model's card `{path.name}` is missing") from None
    except (OSError, ValueError):
        raise ModelDamaged(f"the model's card `{path.name}` cannot be read") from None
    if not isinstance(card, dict) or not isinstance(card.get("version"), str):
        raise ModelDamaged(f"`{path.name}` is not a model's card")
    if card.get("format") != FORMAT:
        raise ModelUnusable(f"`{path.name}` has format `{card.get('format')}`, this version reads `{FORMAT}`")
    return card


def read_verified(folder: Path, entry: object) -> bytes:
    """The bytes of a file that a card names, after its checksum was compared.

    Raises:
        ModelDamaged: the file is missing or has another checksum.
    """
    path, wanted = _named(folder, entry)
    try:
        content = path.read_bytes()
    except OSError:
        raise _missing(path) from None
    _compare(path, hashlib.sha256(content).hexdigest(), wanted)
    return content


def verify_file(folder: Path, entry: object) -> Path:
    """Where a file lies that a card names, after its checksum was compared; for files too large to hold twice.

    Raises:
        ModelDamaged: the file is missing or has another checksum.
    """
    path, wanted = _named(folder, entry)
    try:
        found = checksum_file(path)
    except OSError:
        raise _missing(path) from None
    _compare(path, found, wanted)
    return path


def _named(folder: Path, entry: object) -> tuple[Path, str]:
    if not isinstance(entry, dict):
        raise ModelDamaged("the model's card does not name its file")
    name, wanted = str(entry.get("file", "")), str(entry.get("sha256", ""))
    if not name or Path(name).name != name:
        raise ModelDamaged("the model's card names a file outside its folder")
    return folder / name, wanted


def _missing(path: Path) -> ModelDamaged:
    return ModelDamaged(f"the model file `{path.parent.name}/{path.name}` is missing or cannot be read")


def _compare(path: Path, found: str, wanted: str) -> None:
    if found != wanted:
        file = f"{path.parent.name}/{path.name}"
        raise ModelDamaged(f"the model file `{file}` has checksum `{found[:12]}`, its card says `{wanted[:12]}`")


def checksum_file(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
