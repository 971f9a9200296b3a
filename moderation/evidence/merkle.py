"""The tree over the log's lines, exactly as RFC 6962 section 2.1 draws it.

- A leaf is SHA-256(0x00 || body), a node SHA-256(0x01 || left || right).
- `Frontier` grows a tree line by line and holds only the roots of its complete subtrees: 26 hashes at 50 million lines.
- Proofs are computed from `Subtree`, a function that gives the hash of a complete aligned subtree, so that a store can
  answer from kept nodes instead of hashing everything again.
- Checking follows RFC 9162, sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from moderation.errors import Invalid

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
Subtree = Callable[[int, int], bytes]


class BadProof(Invalid):
    """the proof does not lead to the signed root"""

    code = "bad_proof"
    hint = "the line, its index or the checkpoint was changed"


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that grows: its size and the roots of its complete subtrees, largest first."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            raise BadProof("the kept frontier does not fit its size", hint="rebuild it from the log's lines")

    def append(self, leaf: bytes) -> None:
        """Add the hash of a line."""
        carry, size = leaf, self.size
        while size & 1:
            carry = node_hash(self.hashes.pop(), carry)
            size >>= 1
        self.hashes.append(carry)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, top = self.hashes
        for left in reversed(rest):
            top = node_hash(left, top)
        return top


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over the hashes of lines."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def subtree_of(leaves: Sequence[bytes]) -> Subtree:
    """Answer for subtrees from a sequence of line hashes in memory."""
    return lambda start, size: root_of(leaves[start : start + size])


def range_root(start: int, end: int, subtree: Subtree) -> bytes:
    """The root over lines `start` to `end`, from complete subtrees only."""
    size = end - start
    if size & (size - 1) == 0:
        return subtree(start, size)
    left = _split(size)
    return node_hash(subtree(start, left), range_root(start + left, end, subtree))


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The hashes that lead from line `index` to the root of a tree of `size` lines.

    Raises:
        BadProof: the tree has no such line.
    """
    if not 0 <= index < size:
        raise BadProof(f"the tree of {size} lines has no line {index}", hint="give an index below the size")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(middle, end, subtree))
            end = middle
        else:
            path.append(range_root(start, middle, subtree))
            start = middle
    return path[::-1]


def consistency_path(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """The hashes that show that the tree of `size` lines begins with the tree of `old` lines.

    Raises:
        BadProof: the older tree is larger.
    """
    if not 0 <= old <= size:
        raise BadProof(f"a tree of {size} lines cannot begin with one of {old}", hint="a log never shrinks")
    if old in {0, size}:
        return []
    path: list[bytes] = []
    start, end, whole = 0, size, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_root(middle, end, subtree))
            end = middle
        else:
            path.append(range_root(start, middle, subtree))
            start, whole = middle, False
    return [*([] if whole else [range_root(start, end, subtree)]), *path[::-1]]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that a line stands at `index` in the tree with this root (RFC 9162, 2.1.3.2).

    Raises:
        BadProof: it does not.
    """
    if not 0 <= index < size:
        raise BadProof
    number, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise BadProof
        if number & 1 or number == last:
            found = node_hash(step, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, step)
        number, last = number >> 1, last >> 1
    if last != 0 or found != root:
        raise BadProof


def check_consistency(old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> None:
    """Check that the newer tree begins with the older one (RFC 9162, 2.1.4.2).

    Raises:
        BadProof: it does not: lines were changed, dropped or put in.
    """
    if old in {0, size}:
        if path or (old == size and old_root != root) or (old == 0 and old_root != EMPTY_ROOT):
            raise BadProof
        return
    if not path or not 0 < old < size:
        raise BadProof
    steps = list(path) if old & (old - 1) else [old_root, *path]
    number, last = old - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    found_old = found = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise BadProof
        if number & 1 or number == last:
            found_old, found = node_hash(step, found_old), node_hash(step, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, step)
        number, last = number >> 1, last >> 1
    if last != 0 or found_old != old_root or found != root:
        raise BadProof


def _split(size: int) -> int:
    return int(1 << (size - 1).bit_length() - 1)
