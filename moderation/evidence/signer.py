"""The log's own key signs checkpoints, and never two that contradict each other.

- Key and last signed head lie in the folder of secrets, not in the database: who rolls the database back, or cuts it,
  still meets a signer that remembers.
- A smaller tree, another root of the same size, or a tree without a proof that it begins with the last one is refused.
- The new head is on disk before the signature is given out. A head that cannot be read stops signing; it is never
  guessed.

In the one-process mode the signer shares the server's process and user: who owns that host can sign. The documents say so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from moderation.errors import Conflict
from moderation.evidence import secret_files
from moderation.evidence.canonical import Json, NotCanonical, b64, canonical, unb64
from moderation.evidence.merkle import EMPTY_ROOT, BadProof, check_consistency
from moderation.evidence.note import Checkpoint, NoteKey, sign_note
from moderation.evidence.record import Random


class RefusesToSign(Conflict):
    """the log contradicts what was signed before"""

    code = "refuses_to_sign"
    hint = "run `moderation evidence log verify`; the database was cut, rolled back or rewritten"


class HeadLost(Conflict):
    """the signer's memory of its last checkpoint is damaged"""

    code = "head_lost"
    hint = "restore `log-head.json` from its copy, or check the log against a published checkpoint first"


class LogSigner:
    """The signer in its folder."""

    def __init__(self, folder: Path, *, origin: str, rng: Random) -> None:
        self._folder = folder
        # The name is kept with the key: a new public address must not make a new log.
        self._origin = secret_files.create_once(folder / "log-origin", origin.encode()).decode()
        raw = secret_files.create_once(folder / "log.key", rng(32))
        try:
            self._private = Ed25519PrivateKey.from_private_bytes(raw)
        except ValueError:
            raise HeadLost("`log.key` has a wrong length", hint="restore it from its copy") from None

    @property
    def key(self) -> NoteKey:
        """The public key, to be published."""
        return NoteKey(self._origin, self._private.public_key().public_bytes_raw())

    def head(self) -> Checkpoint:
        """What was signed last.

        Raises:
            HeadLost: the file is there but cannot be read.
        """
        path = self._folder / "log-head.json"
        if not path.exists():
            return Checkpoint(self._origin, 0, EMPTY_ROOT)
        try:
            given = json.loads(secret_files.read(path))
            return Checkpoint(given["origin"], int(given["size"]), unb64(given["root"]))
        except (ValueError, KeyError, TypeError, NotCanonical):
            raise HeadLost from None

    def sign(self, size: int, root: bytes, path: Sequence[bytes]) -> str:
        """Sign a checkpoint; `path` proves that this tree begins with the last signed one.

        Raises:
            RefusesToSign: it does not.
            SecretsUnusable: the head cannot be written, so that nothing is signed.
        """
        last = self.head()
        if size < last.size:
            raise RefusesToSign(f"the log has {size} lines, but {last.size} were signed before")
        try:
            check_consistency(last.size, size, last.root, root, path)
        except BadProof:
            raise RefusesToSign(f"the first {last.size} lines are not those that were signed before") from None
        head: dict[str, Json] = {"origin": self._origin, "size": size, "root": b64(root)}
        secret_files.replace(self._folder / "log-head.json", canonical(head))
        return sign_note(Checkpoint(self._origin, size, root).text(), self._origin, self._private)

    def sign_text(self, text: str) -> str:
        """Sign another text under the log's name: a package's manifest.

        Raises:
            RefusesToSign: the text could be taken for a checkpoint.
        """
        if text.startswith(self._origin + "\n"):
            raise RefusesToSign("only `sign` signs checkpoints", hint="give the text another first line")
        return sign_note(text, self._origin, self._private)
