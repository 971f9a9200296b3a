"""Secrets on disk: one folder, readable by its owner alone, written whole or not at all.

- The folder is made with mode 0700 and refused when others can read it.
- A file is written beside its place with mode 0600, synced, then linked or moved: a full disk leaves the former file.
- `create_once` never overwrites: of two processes that start together one writes and both read the same.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from moderation.errors import Unavailable


class SecretsUnusable(Unavailable):
    """the folder of secrets cannot be used"""

    code = "secrets_unusable"
    hint = "give it to the user that runs the program: `chmod 700` and `chown`"


def ensure_folder(folder: Path) -> Path:
    """Make the folder, or check that nobody else can look into it.

    Raises:
        SecretsUnusable: others can read it, or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError as error:
        raise SecretsUnusable(f"the folder `{folder.name}` cannot be made: {error.strerror}") from None
    if mode & 0o077:
        raise SecretsUnusable(f"the folder `{folder.name}` has mode {mode:04o}; others can read it")
    return folder


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_beside(path: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise SecretsUnusable(f"`{path.name}` cannot be written: {error.strerror}", hint="free some space") from None
    return Path(name)


def replace(path: Path, data: bytes) -> None:
    """Write a file whole; the former content stays until the new one is on disk.

    Raises:
        SecretsUnusable: the disk is full or the folder is not ours.
    """
    ensure_folder(path.parent)
    try:
        _write_beside(path, data).replace(path)
    except PermissionError as error:
        raise SecretsUnusable(f"`{path.name}` cannot be written: {error.strerror}") from None
    _sync_folder(path.parent)


def create_once(path: Path, data: bytes) -> bytes:
    """Write a file if it does not exist, and give back what the file holds now.

    Raises:
        SecretsUnusable: it can be neither written nor read.
    """
    ensure_folder(path.parent)
    if not path.exists():
        beside = _write_beside(path, data)
        try:
            path.hardlink_to(beside)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
        _sync_folder(path.parent)
    return read(path)


def read(path: Path) -> bytes:
    """Read a secret.

    Raises:
        SecretsUnusable: it is missing or not ours to read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SecretsUnusable(f"`{path.name}` cannot be read: {error.strerror}") from None
