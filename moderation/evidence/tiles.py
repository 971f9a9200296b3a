"""The log's hashes as C2SP tlog-tiles: 256 hashes a file, cheap to copy to another machine.

- Level 0 holds the lines' hashes, level n the roots of 256 tiles below. A tile that is not full ends in `.p/<width>`.
- A number is written in groups of three digits: 1234067 is `x001/x234/067`.
- With a copy elsewhere, `log verify --tiles` names the very row, even when the row's stored hash was changed too.
- Tiles hold hashes only; each line has a nonce, so that they can be public.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from moderation.errors import Invalid
from moderation.evidence.merkle import root_of

WIDTH: Final = 256
HASH_SIZE: Final = 32


class BadTile(Invalid):
    """a tile is damaged"""

    code = "bad_tile"
    hint = "copy the tiles again from where they are kept"


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Name a tile as tlog-tiles does."""
    groups = []
    rest = number
    while True:
        groups.append(f"{rest % 1000:03d}")
        rest //= 1000
        if not rest:
            break
    name = "/".join([*(f"x{group}" for group in reversed(groups[1:])), groups[0]])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < WIDTH else "")


def tiles_of(leaves: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Cut a log into tiles: (path, content)."""
    level, hashes = 0, list(leaves)
    while hashes:
        for start in range(0, len(hashes), WIDTH):
            part = hashes[start : start + WIDTH]
            yield tile_path(level, start // WIDTH, len(part)), b"".join(part)
        full = len(hashes) // WIDTH
        hashes = [root_of(hashes[n * WIDTH : (n + 1) * WIDTH]) for n in range(full)]
        level += 1


def export(leaves: Sequence[bytes], folder: Path) -> int:
    """Write the tiles that are not there yet and give their number; a full tile never changes."""
    written = 0
    for name, content in tiles_of(leaves):
        path = folder / name
        if path.exists() and path.stat().st_size == len(content):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(content)
        beside.replace(path)
        written += 1
    return written


def read_leaves(folder: Path) -> list[bytes]:
    """Read the lines' hashes back from level 0.

    Raises:
        BadTile: there is none, one is missing in the middle, or one is not a whole number of hashes.
    """
    hashes: list[bytes] = []
    full = sum(path.is_file() and path.parent.suffix != ".p" for path in (folder / "tile/0").rglob("[0-9]*"))
    number = 0
    while True:
        path = folder / tile_path(0, number)
        if path.exists():
            content = path.read_bytes()
        else:
            parts = sorted((folder / f"{tile_path(0, number)}.p").glob("*"), key=lambda part: part.name.zfill(3))
            content = parts[-1].read_bytes() if parts else b""
        if len(content) % HASH_SIZE or len(content) > WIDTH * HASH_SIZE or (path.exists() and len(content) < HASH_SIZE):
            raise BadTile(f"the tile `{tile_path(0, number)}` is damaged")
        hashes += [content[at : at + HASH_SIZE] for at in range(0, len(content), HASH_SIZE)]
        if len(content) < WIDTH * HASH_SIZE:
            break
        number += 1
    if not hashes:
        raise BadTile(f"there are no tiles in `{folder.name}`")
    if number < full:
        raise BadTile(f"the tile `{tile_path(0, number)}` is cut or missing")
    return hashes
