"""Put files into a bag (BagIt, RFC 8493): the same content gives the same bytes, on any machine.

- Payload lies under `data/`; manifests are sorted by name and in the form that `sha256sum -c` reads.
- The manifest is signed under the log's name, so that nobody can swap a file and write a new manifest.
- The bag is written beside its place and moved there when it is whole; a full disk leaves no half package.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from moderation.errors import Conflict, Unavailable

DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SIGNED_HEAD: Final = "moderation/package/v1"


class PackageThere(Conflict):
    """a package lies there already"""

    code = "package_there"
    hint = "choose another folder; a package is never overwritten"


class PackageUnwritten(Unavailable):
    """the package cannot be written"""

    code = "package_unwritten"
    hint = "free some space; what was opened is in the log, make the package again"


def make_bag(
    name: str, payload: Mapping[str, bytes], info: Mapping[str, str], *, at: datetime, sign: Callable[[str], str]
) -> dict[str, bytes]:
    """Add declaration, manifests and signature to the payload; names are relative to the bag."""
    data = {f"data/{path}": content for path, content in payload.items()}
    octets = sum(len(content) for content in data.values())
    told = {
        **info,
        "External-Identifier": name,
        "Bagging-Date": at.date().isoformat(),
        "Payload-Oxum": f"{octets}.{len(data)}",
    }
    bag = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": "".join(f"{key}: {_line(value)}\n" for key, value in sorted(told.items())).encode(),
        "manifest-sha256.txt": _manifest(data, "sha256"),
        "manifest-sha512.txt": _manifest(data, "sha512"),
    }
    digest = hashlib.sha256(bag["manifest-sha256.txt"]).hexdigest()
    bag["manifest.sig"] = sign(f"{SIGNED_HEAD}\n{name}\n{digest}\n").encode()
    bag["tagmanifest-sha256.txt"] = _manifest(bag, "sha256")
    return {**bag, **data}


def write_bag(bag: Mapping[str, bytes], folder: Path) -> None:
    """Write a bag to a folder that does not exist yet.

    Raises:
        PackageThere: it exists.
        PackageUnwritten: the disk is full or not ours; nothing is left.
    """
    if folder.exists():
        raise PackageThere(f"`{folder.name}` exists already")
    beside = folder.with_name(f".{folder.name}.half")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        for name, content in sorted(bag.items()):
            path = beside / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(content)
        beside.rename(folder)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise PackageUnwritten(f"the package cannot be written: {error.strerror}") from None


def _manifest(files: Mapping[str, bytes], algorithm: str) -> bytes:
    rows = sorted((name, hashlib.new(algorithm, content).hexdigest()) for name, content in files.items())
    return "".join(f"{digest}  {name}\n" for name, digest in rows).encode()


def _line(value: str) -> str:
    return " ".join(value.split())
