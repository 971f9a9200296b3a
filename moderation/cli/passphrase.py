"""The passphrase of a backup: from a file, or typed; never an argument, which every user of the machine could read."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path

from moderation.errors import Invalid


class NoPassphrase(Invalid):
    """there is no passphrase"""

    code = "no_passphrase"
    hint = "write it into a file and give --passphrase-file FILE"


def read_passphrase(file: Path | None, *, twice: bool) -> str:
    """The passphrase.

    Raises:
        NoPassphrase: none was given, or the file cannot be read.
    """
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, ValueError):
            raise NoPassphrase(f"`{file}` cannot be read") from None
    if not sys.stdin.isatty():
        raise NoPassphrase
    typed = getpass("Passphrase of the backup: ")
    if twice and getpass("The same again: ") != typed:
        raise NoPassphrase("the two passphrases differ", hint="type the same one twice")
    return typed
