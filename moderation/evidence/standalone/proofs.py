"""Signed notes and the tree (C2SP, RFC 6962, RFC 9162) with the standard library alone."""

from __future__ import annotations

import base64
import hashlib

from moderation.evidence.standalone.signatures import signature_holds

HEAD = "c2sp.org/tlog-proof@v1"


class Wrong(Exception):
    """Something does not hold: the file and why."""


def need(good: object, file: str, why: str) -> None:
    """Stop with the file's name unless `good`."""
    if not good:
        raise Wrong(f"{file}: {why}")


def read_policy(text: str) -> tuple[str, bytes]:
    """The log's name and public key."""
    for line in text.splitlines():
        parts = line.split()
        if parts[:1] == ["log"]:
            name, _, rest = parts[1].partition("+")
            key_id, _, encoded = rest.partition("+")
            raw = base64.b64decode(encoded, validate=True)
            good = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == key_id
            need(good and raw[:1] == b"\x01" and len(raw) == 33, "policy", "the log's key is damaged")
            return name, raw[1:]
    raise Wrong("policy: no log is named")


def note_text(note: str, log: tuple[str, bytes], file: str) -> str:
    """The text of a note that the log signed."""
    head, mark, tail = note.rpartition("\n\n")
    name, public = log
    key_id = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    for line in tail.splitlines() if mark else []:
        parts = line.split(" ")
        if len(parts) == 3 and parts[:2] == ["—", name]:
            raw = base64.b64decode(parts[2], validate=True)
            if raw[:4] == key_id:
                need(signature_holds(public, (head + "\n").encode(), raw[4:]), file, "the signature is wrong")
                return head + "\n"
    raise Wrong(f"{file}: not signed by {name}")


def read_checkpoint(note: str, log: tuple[str, bytes], file: str) -> tuple[int, bytes]:
    """Size and root of a signed checkpoint."""
    lines = note_text(note, log, file).split("\n")
    need(len(lines) > 3 and lines[0] == log[0] and lines[1].isdigit(), file, "not a checkpoint of this log")
    return int(lines[1]), base64.b64decode(lines[2], validate=True)


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether a line stands at its index in the tree."""
    number, last, found = index, size - 1, leaf
    if not 0 <= index < size:
        return False
    for step in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node(step, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node(found, step)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def continues(old: int, size: int, old_root: bytes, root: bytes, path: list[bytes]) -> bool:
    """Whether the newer tree begins with the older one."""
    if old == size:
        return old_root == root
    if not 0 < old < size or not path:
        return False
    steps = path if old & (old - 1) else [old_root, *path]
    number, last = old - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    one = two = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            one, two = node(step, one), node(step, two)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            two = node(two, step)
        number, last = number >> 1, last >> 1
    return last == 0 and one == old_root and two == root
