"""The operator's models on disk: one folder each, with a card, and a note of which one is in use.

What this file decides
- A model lies in `models/NAME/`; its card names its files and their checksums. Names are lower-case letters, digits,
  `-` and `_`; `embedded` and `ngrams` ship with the package and cannot be taken.
- A model appears whole or not at all: it is made in a folder beside and then renamed.
- `use` writes the name to `models/active`; a model that is in use cannot be removed.

Making a model is `importing.py`'s, opening one is `engines.py`'s.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from moderation.errors import Conflict, Invalid, NotFound
from moderation.scoring.cards import WEIGHTS, checksum_file, read_card
from moderation.scoring.scorer import ModelDamaged

CARD: Final = "card.json"
INCOMING: Final = "incoming"
SHIPPED: Final = MappingProxyType({"embedded": "encoder.json", "ngrams": "ngrams.json"})
"""The engines of the package, each with its card among the package's weights."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")


class NameRefused(Invalid):
    """a model cannot have this name"""

    code = "model_name_refused"
    hint = "use up to 41 lower-case letters, digits, `-` and `_`"


class ModelInUse(Conflict):
    """the model is in use"""

    code = "model_in_use"
    hint = "choose another one first with `moderation models use`"


class ModelMissing(NotFound):
    """no model has this name"""

    code = "model_missing"
    hint = "`moderation models list` shows those there are"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """What the list says of one model; `fault` when its card cannot be read."""

    name: str
    kind: str
    version: str
    checksum: str
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    size: int
    active: bool
    fault: str = ""


class ModelStore:
    """The models in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """The folder of a model.

        Raises:
            ModelMissing: there is none of this name.
        """
        if not _NAME.fullmatch(name) or not (self.folder / name / CARD).is_file():
            raise ModelMissing(f"no model is called `{name}`" if _NAME.fullmatch(name) else None)
        return self.folder / name

    def active(self) -> str:
        """The name of the engine in use, empty when none was chosen."""
        try:
            return (self.folder / "active").read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def use(self, name: str) -> None:
        """Choose an engine: a stored model or a shipped one, with its runtime if one is named (`NAME@openvino`)."""
        model = model_of(name)
        if model not in SHIPPED:
            self.verify(model)
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / ".active"
        part.write_text(name + "\n", encoding="utf-8")
        part.replace(self.folder / "active")

    def list(self) -> list[StoredModel]:
        """Every model, by name."""
        cards = sorted(self.folder.glob(f"*/{CARD}")) if self.folder.is_dir() else []
        return [self._describe(card.parent) for card in cards if _NAME.fullmatch(card.parent.name)]

    def verify(self, name: str) -> Mapping[str, str]:
        """Compare every file of a stored or shipped model with its card; gives the checksums by file.

        Raises:
            ModelDamaged: a file is missing or is not what the card says.
        """
        folder, card = (WEIGHTS, SHIPPED[name]) if name in SHIPPED else (self.path(name), CARD)
        found: dict[str, str] = {}
        for file, wanted in _files(read_card(folder / card)).items():
            path = folder / file
            if Path(file).name != file or not path.is_file():
                raise ModelDamaged(f"the file `{Path(file).name}` of model `{name}` is missing")
            found[file] = checksum_file(path)
            if found[file] != wanted:
                raise ModelDamaged(f"the file `{file}` of model `{name}` is not what its card says")
        return found

    def remove(self, name: str) -> None:
        """Delete a model.

        Raises:
            ModelInUse: it is the one in use.
        """
        folder = self.path(name)
        if model_of(self.active()) == name:
            raise ModelInUse(f"the model `{name}` is in use")
        gone = self.folder / f".gone-{name}-{os.getpid()}"
        folder.rename(gone)
        shutil.rmtree(gone)

    def begin(self, name: str) -> Path:
        """An empty folder in which a model of this name can be made.

        Raises:
            NameRefused: the name is not allowed, or a model has it already.
        """
        if not _NAME.fullmatch(name) or name in {*SHIPPED, INCOMING}:
            raise NameRefused(f"a model cannot be called `{name}`" if _NAME.fullmatch(name) else None)
        if (self.folder / name).exists():
            raise NameRefused(f"a model `{name}` is here already", hint="remove it first, or give another `--name`")
        made = self.folder / f".making-{name}-{os.getpid()}"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        return made

    def finish(self, made: Path, name: str) -> Path:
        """Give a model that was made its place."""
        place = self.folder / name
        made.rename(place)
        return place

    def _describe(self, folder: Path) -> StoredModel:
        size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
        active = model_of(self.active()) == folder.name
        try:
            card = read_card(folder / CARD)
            return StoredModel(
                name=folder.name,
                kind=str(card.get("kind", "")),
                version=card["version"],
                checksum=str(card["encoder"]["sha256"]),
                labels=tuple(card["labels"]),
                languages=tuple(card["languages"]),
                size=size,
                active=active,
            )
        except (ModelDamaged, KeyError, TypeError) as fault:
            reason = fault.message if isinstance(fault, ModelDamaged) else "its card is incomplete"
            return StoredModel(folder.name, "", "", "", (), (), size, active, reason)


def model_of(engine: str) -> str:
    """The model in an engine's name, without runtime and first stage."""
    return engine.removesuffix("+ngrams").partition("@")[0]


def _files(card: Mapping[str, Any]) -> dict[str, str]:
    """The files of a card with their checksums; a card without any is damaged."""
    entries = [value for value in card.values() if isinstance(value, dict) and "sha256" in value]
    files = {str(entry.get("file", "")): str(entry["sha256"]) for entry in entries}
    files |= {str(name): str(digest) for name, digest in dict(card.get("files", {})).items()}
    if not files:
        raise ModelDamaged("the model's card names no files")
    return files
