"""The C2SP forms that other programs can read: signed note, checkpoint, proof, policy.

- A note is text that ends in LF, an empty line, then `— name base64(key id || signature)` lines.
- The key id is SHA-256(name || LF || 0x01 || public key)[:4]; a key is written `name+hex(id)+base64(0x01 || key)`.
- Signatures by unknown keys are skipped; a wrong one by a known key refuses the whole note.
- A checkpoint is a note of three lines: origin, size, base64 root. A proof is index, hashes, checkpoint; its `extra` line
  holds the log line itself.

Signing with the log's own key is `signer.py`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from moderation.errors import Invalid
from moderation.evidence.canonical import NotCanonical, b64, unb64

ED25519: Final = b"\x01"
ID_SIZE: Final = 4
SIGNATURE_SIZE: Final = 64
PROOF_HEAD: Final = "c2sp.org/tlog-proof@v1"
HASH_SIZE: Final = 32


class BadNote(Invalid):
    """the signed note cannot be trusted"""

    code = "bad_note"
    hint = "fetch the checkpoint again, and compare its key with the published one"


@dataclass(frozen=True, slots=True)
class NoteKey:
    """Who signs: a name and an Ed25519 public key."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(ED25519 + self.public)}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: so many lines with this root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Proof:
    """A line, its place, and the way to a checkpoint."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def text(self) -> str:
        extra = [f"extra {b64(self.extra)}"] if self.extra else []
        head = [PROOF_HEAD, *extra, f"index {self.index}", *(b64(step) for step in self.path), ""]
        return "\n".join(head) + "\n" + self.checkpoint


def parse_key(text: str) -> NoteKey:
    """Read a key as it is published.

    Raises:
        BadNote: form or key id is wrong.
    """
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = unb64(encoded)
    except NotCanonical:
        raise BadNote("the key is not of the form `name+id+base64`") from None
    key = NoteKey(name, raw[1:])
    if raw[:1] != ED25519 or len(key.public) != HASH_SIZE or key.id.hex() != key_id or not _is_name(name):
        raise BadNote("the key is not of the form `name+id+base64`, or not Ed25519")
    return key


def sign_note(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """Sign a text under a name."""
    if not _is_text(text) or not _is_name(name):
        raise BadNote("a note's text must end in a line feed and hold no control characters")
    key = NoteKey(name, private.public_key().public_bytes_raw())
    return f"{text}\n— {name} {b64(key.id + private.sign(text.encode()))}\n"


def open_note(note: str, keys: Iterable[NoteKey]) -> tuple[str, tuple[str, ...]]:
    """Check a note: its text and the names whose signatures hold.

    Raises:
        BadNote: form wrong, a known key's signature wrong, or no known key signed it.
    """
    head, mark, tail = note.rpartition("\n\n")
    text = head + "\n"
    if not mark or not _is_text(text) or not tail.endswith("\n"):
        raise BadNote("the note is cut or damaged")
    known = {(key.name, key.id): key for key in keys}
    names = []
    for line in tail.splitlines():
        name, raw = _signature(line)
        key = known.get((name, raw[:ID_SIZE]))
        if key is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(raw[ID_SIZE:], text.encode())
        except InvalidSignature:
            raise BadNote(f"the signature of `{name}` does not fit the note") from None
        names.append(name)
    if not names:
        raise BadNote("no known key signed this note")
    return text, tuple(names)


def read_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint.

    Raises:
        BadNote: it is none.
    """
    lines = text.split("\n")
    try:
        origin, size, root = lines[0], lines[1], unb64(lines[2])
    except (IndexError, NotCanonical):
        raise BadNote("the checkpoint is cut or damaged") from None
    if not origin or not size.isascii() or not size.isdecimal() or str(int(size)) != size or len(root) != HASH_SIZE:
        raise BadNote("the checkpoint is cut or damaged")
    return Checkpoint(origin, int(size), root)


def open_checkpoint(note: str, keys: Sequence[NoteKey]) -> Checkpoint:
    """Check and read a signed checkpoint; its origin must be the name of a key that signed it.

    Raises:
        BadNote: it cannot be trusted.
    """
    text, names = open_note(note, keys)
    checkpoint = read_checkpoint(text)
    if checkpoint.origin not in names:
        raise BadNote("the checkpoint is not signed by its own log")
    return checkpoint


def read_proof(text: str) -> Proof:
    """Read a proof.

    Raises:
        BadNote: it is none.
    """
    head, mark, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    try:
        extra = unb64(lines[1].removeprefix("extra ")) if lines[1].startswith("extra ") else b""
        rest = lines[2:] if extra else lines[1:]
        path = tuple(unb64(line) for line in rest[1:])
        index = rest[0].removeprefix("index ")
    except (IndexError, NotCanonical):
        raise BadNote("the proof is cut or damaged") from None
    sound = mark and lines[0] == PROOF_HEAD and index.isascii() and index.isdecimal()
    if not sound or any(len(step) != HASH_SIZE for step in path):
        raise BadNote("the proof is cut or damaged")
    return Proof(int(index), path, checkpoint, extra)


def policy_text(log: NoteKey, *, url: str = "", witnesses: Mapping[str, NoteKey] | None = None) -> str:
    """Write the tlog-policy that tells a verifier whom to trust."""
    lines = [f"log {log} {url}".rstrip()]
    lines += [f"witness {name} {key}" for name, key in (witnesses or {}).items()]
    if witnesses:
        lines.append(f"group witnesses any {' '.join(witnesses)}")
    return "\n".join([*lines, f"quorum {'witnesses' if witnesses else 'none'}"]) + "\n"


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        raw = unb64(encoded)
    except NotCanonical:
        raw = b""
    if dash != "—" or not _is_name(name) or len(raw) <= ID_SIZE:
        raise BadNote("a signature line is damaged")
    return name, raw


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _is_text(text: str) -> bool:
    return text.endswith("\n") and not any(ord(letter) < 0x20 and letter != "\n" for letter in text)  # noqa: PLR2004
