"""A file that only a passphrase opens, written and read as a stream.

What this file decides
- The key is scrypt (n 2^16, r 8, p 1) of the passphrase and a fresh salt; the content is ChaCha20-Poly1305 in chunks of 64 KiB.
- A chunk's nonce holds its number and whether it is the last (the STREAM construction), and the head is bound to every chunk:
  a chunk that is changed, moved or missing at the end is refused.
"""

from __future__ import annotations

import base64
import io
import json
import os
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from moderation.errors import Invalid

MAGIC: Final = b"moderation backup 1\n"
CHUNK: Final = 64 * 1024
TAG: Final = 16
COST: Final = 2**16
SHORTEST: Final = 12
HEAD_LIMIT: Final = 1024


class WillNotOpenFile(Invalid):
    """the passphrase is wrong, or the file was changed"""

    code = "will_not_open"
    hint = "check the passphrase; if it is right, use another copy"


class NoSealedFile(Invalid):
    """this is no file that `moderation backup` wrote"""

    code = "no_sealed_file"
    hint = "give the file that `moderation backup` wrote"


class WeakPassphrase(Invalid):
    """the passphrase is too short"""

    code = "weak_passphrase"
    hint = f"use at least {SHORTEST} characters, better five words that nobody would guess"


def _cipher(passphrase: str, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode()))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


class SealingWriter(io.RawIOBase):
    """Seals what is written to it; `close` writes the last chunk."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        if len(passphrase) < SHORTEST:
            raise WeakPassphrase
        salt, self._prefix = os.urandom(16), os.urandom(7)
        told = {"salt": base64.b64encode(salt).decode(), "nonce": base64.b64encode(self._prefix).decode()}
        self._head = MAGIC + json.dumps(told, sort_keys=True).encode() + b"\n"
        self._cipher = _cipher(passphrase, salt)
        self._file = file
        self._number = 0
        self._waiting = bytearray()
        file.write(self._head)

    def writable(self) -> bool:
        """It is for writing only."""
        return True

    def write(self, data: object) -> int:
        """Take bytes; whole chunks are sealed at once, except one that could be the last."""
        new = memoryview(data).cast("B")  # type: ignore[arg-type]
        self._waiting += new
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(new)

    def close(self) -> None:
        """Seal the last chunk."""
        if not self.closed:
            self._seal(bytes(self._waiting), last=True)
            super().close()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._prefix, self._number, last=last), chunk, self._head))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Opens a sealed file as it is read."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        magic, told = file.readline(HEAD_LIMIT), file.readline(HEAD_LIMIT)
        try:
            if magic != MAGIC:
                raise NoSealedFile
            head = json.loads(told)
            salt, self._prefix = base64.b64decode(head["salt"]), base64.b64decode(head["nonce"])
        except (ValueError, KeyError, TypeError):
            raise NoSealedFile from None
        self._head = magic + told
        self._cipher = _cipher(passphrase, salt)
        self._file = file
        self._number = 0
        self._next = file.read(CHUNK + TAG)
        self._open = b""
        self._ended = False

    def readable(self) -> bool:
        """It is for reading only."""
        return True

    def readinto(self, buffer: object) -> int:
        """Give the next bytes.

        Raises:
            WillNotOpenFile: at the first chunk that is not what was written.
        """
        room = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._open and not self._ended:
            self._open = self._unseal()
        part, self._open = self._open[: len(room)], self._open[len(room) :]
        room[: len(part)] = part
        return len(part)

    def _unseal(self) -> bytes:
        chunk, self._next = self._next, self._file.read(CHUNK + TAG)
        self._ended = not self._next
        try:
            plain = self._cipher.decrypt(_nonce(self._prefix, self._number, last=self._ended), chunk, self._head)
        except InvalidTag:
            raise WillNotOpenFile from None
        self._number += 1
        return plain
