"""Close what the server itself must open again: e-mail addresses for notices, names of officers in a request.

- ChaCha20-Poly1305 under a key that lies in the folder of secrets, never in the database or its backups.
- A sealed value is `0x01 || key number || nonce || ciphertext`; `context` (table and row) is bound, so that a value
  moved to another row does not open.
- `rotate` adds a key; old ones stay until nothing is sealed under them.

Sender details are not closed here: those the server must never open (`seal.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from moderation.errors import Invalid
from moderation.evidence import secret_files
from moderation.evidence.record import Random

VERSION: Final = 1
NONCE_SIZE: Final = 12
KEY_SIZE: Final = 32
HEAD_SIZE: Final = 2
MAX_KEYS: Final = 255


class NotReadable(Invalid):
    """a value that was closed under the application key does not open"""

    code = "not_readable"
    hint = "restore the folder of secrets that belongs to this database"


class ApplicationKey:
    """The server's own keys, by number; the highest closes, all open."""

    def __init__(self, keys: dict[int, bytes], *, rng: Random) -> None:
        self._ciphers = {number: ChaCha20Poly1305(key) for number, key in keys.items()}
        self._newest = max(keys)
        self._rng = rng

    @classmethod
    def load(cls, folder: Path, *, rng: Random) -> ApplicationKey:
        """Read the keys `application-N.key`, and make the first one if there is none.

        Raises:
            SecretsUnusable: the folder or a key in it cannot be used.
        """
        secret_files.ensure_folder(folder)
        numbers = _numbers(folder)
        if not numbers:
            secret_files.create_once(folder / "application-1.key", rng(KEY_SIZE))
            numbers = [1]
        keys = {number: secret_files.read(folder / f"application-{number}.key") for number in numbers}
        if any(len(key) != KEY_SIZE for key in keys.values()):
            raise secret_files.SecretsUnusable("an application key has a wrong length", hint="restore it from its copy")
        return cls(keys, rng=rng)

    @property
    def number(self) -> int:
        return self._newest

    def close(self, value: str, *, context: str) -> bytes:
        """Close a value for one place."""
        nonce = self._rng(NONCE_SIZE)
        sealed = self._ciphers[self._newest].encrypt(nonce, value.encode(), context.encode())
        return bytes((VERSION, self._newest)) + nonce + sealed

    def open(self, sealed: bytes, *, context: str) -> str:
        """Open a value again.

        Raises:
            NotReadable: another key, another place, or a changed byte.
        """
        if len(sealed) < HEAD_SIZE + NONCE_SIZE or sealed[0] != VERSION or sealed[1] not in self._ciphers:
            raise NotReadable
        nonce, rest = sealed[HEAD_SIZE : HEAD_SIZE + NONCE_SIZE], sealed[HEAD_SIZE + NONCE_SIZE :]
        try:
            return self._ciphers[sealed[1]].decrypt(nonce, rest, context.encode()).decode()
        except (InvalidTag, UnicodeDecodeError):
            raise NotReadable from None


def rotate(folder: Path, *, rng: Random) -> int:
    """Add a key, which closes from the next start on, and give its number."""
    number = max(_numbers(folder), default=0) + 1
    if number > MAX_KEYS:
        raise secret_files.SecretsUnusable("there are 255 application keys", hint="re-seal and delete the oldest")
    secret_files.create_once(folder / f"application-{number}.key", rng(KEY_SIZE))
    return number


def _numbers(folder: Path) -> list[int]:
    names = (path.stem.removeprefix("application-") for path in folder.glob("application-*.key"))
    return sorted(int(name) for name in names if name.isdigit())
