"""Seal lines of other programs' logs: `nginx` or a proxy writes into a pipe, nothing readable reaches the disk.

- One file a UTC day, `NAME-2026-11-24.sealed`: for each line its length and its envelope under the day's network key.
- A line is bound to its day and number: lines cannot be moved, and a cut file is noticed only at its end.
- Restarted, it goes on after the last whole line; half a line at the end is cut off.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from moderation.errors import Invalid
from moderation.evidence.keys import DEFAULT_PROFILE, EpochKeys
from moderation.evidence.seal import Compartment, Place, seal

SIZE: Final = 4
MAX_LINE: Final = 16384
SITE: Final = "log-sealer"


class BadSealedLog(Invalid):
    """the sealed log is damaged"""

    code = "bad_sealed_log"
    hint = "restore the file from its copy"


class Opens(Protocol):
    """An unlocked vault."""

    def open(self, sealed: bytes, place: Place) -> bytes: ...


class LogSealer:
    """Seals lines into the file of their day."""

    def __init__(self, folder: Path, keys: EpochKeys, *, name: str = "access", profile: str = DEFAULT_PROFILE) -> None:
        self._folder = folder
        self._keys = keys
        self._name = name
        self._profile = profile
        self._day = ""
        self._count = 0
        self._handle = -1

    def use(self, keys: EpochKeys) -> None:
        """Take fresher public keys: the pipe may live for months."""
        self._keys = keys

    def write(self, lines: Iterable[bytes], at: datetime) -> int:
        """Seal lines that came at this moment; how many."""
        self._open_day(at)
        key = self._keys.choose(Compartment.NETWORK, at, self._profile)
        done = 0
        for line in lines:
            place = Place(SITE, f"{self._name}-{self._day}", str(self._count), Compartment.NETWORK)
            sealed = seal(line.rstrip(b"\r\n")[:MAX_LINE], suite=key.suite, key=key.key, epoch_id=key.id, place=place)
            os.write(self._handle, len(sealed).to_bytes(SIZE, "big") + sealed)
            self._count += 1
            done += 1
        return done

    def close(self) -> None:
        if self._handle >= 0:
            os.fsync(self._handle)
            os.close(self._handle)
            self._handle = -1

    def _open_day(self, at: datetime) -> None:
        day = f"{at:%Y-%m-%d}"
        if day == self._day:
            return
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{self._name}-{day}.sealed"
        content = path.read_bytes() if path.exists() else b""
        self._count, whole = _whole(content)
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.ftruncate(self._handle, whole)
        os.lseek(self._handle, whole, os.SEEK_SET)
        self._day = day


def open_file(path: Path, vault: Opens) -> Iterator[bytes]:
    """The lines of a sealed file.

    Raises:
        BadSealedLog: it is cut in the middle of a line.
        WillNotOpen: a line was changed or moved, or its key is gone.
    """
    content = path.read_bytes()
    at = number = 0
    while at < len(content):
        size = int.from_bytes(content[at : at + SIZE], "big")
        sealed = content[at + SIZE : at + SIZE + size]
        if size == 0 or len(sealed) < size:
            raise BadSealedLog
        yield vault.open(sealed, Place(SITE, path.stem, str(number), Compartment.NETWORK))
        at, number = at + SIZE + size, number + 1


def _whole(content: bytes) -> tuple[int, int]:
    count = at = 0
    while at + SIZE <= len(content):
        end = at + SIZE + int.from_bytes(content[at : at + SIZE], "big")
        if end > len(content):
            break
        count, at = count + 1, end
    return count, at
