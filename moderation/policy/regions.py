"""Which comments a set of rules cannot tell apart, so that what the rules said of one holds for the other.

What this file decides
- A number that is only ever compared with constants matters by the side of them on which it lies: its region. Any other
  value matters as it is.
- Comments whose values lie in the same regions fire the same rules by the same conditions: the answer is kept and given
  again. Most comments of a site share a few hundred answers.
- A value of which that cannot be said (a time, a list, a number that is calculated with, a value of a wrong type) makes a
  comment unique: it is always asked. The memory is bounded whatever is sent.

It leaves asking the rules to `compiled.py` and `decide.py`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Generic, NamedTuple, TypeVar

from moderation.policy.compiled import flat
from moderation.policy.grammar import COMPARISONS, Binary, Expr, Name, Type, children

KEPT: Final = 10_000
EXACT: Final = 2**53
"""Whole numbers below this are the same as whole numbers and as floating ones."""
_KINDS: Final = {Type.INT: int, Type.DOUBLE: float}
_BLANK: Final[Mapping[Type, Any]] = {Type.BOOL: False, Type.INT: 0, Type.DOUBLE: 0.0, Type.STRING: ""}
T = TypeVar("T")


class _Cut(NamedTuple):
    """The constants that a value is compared with (none when it matters as it is), its type, and what it is by default."""

    points: tuple[float, ...]
    kind: type | None
    blank: Any


class Regions(Generic[T]):
    """The regions of the values that some rules look at, and what is known of comments in them."""

    def __init__(
        self, trees: Iterable[Expr], types: Mapping[str, Type], number_of: Callable[[Expr, Expr], float | None]
    ) -> None:
        points: dict[str, set[float]] = defaultdict(set)
        whole: set[str] = set()
        for tree in trees:
            for path, point in _uses(tree, number_of):
                if point is None:
                    whole.add(path)
                else:
                    points[path].add(point)
        kept = {path for path in whole | points.keys() if path in types}
        self._cuts = {
            flat(path): _Cut(
                () if path in whole else tuple(sorted(points[path])), _KINDS.get(types[path]), _BLANK.get(types[path])
            )
            for path in kept
        }
        self._known: dict[frozenset[tuple[str, object]], T] = {}

    def key(self, values: Mapping[str, object]) -> frozenset[tuple[str, object]] | None:
        """Where the values of a comment differ in region from those of a comment without any; None when it is like no other."""
        key: list[tuple[str, object]] = []
        for name, value in values.items():
            points, kind, blank = self._cuts[name]
            if not points:
                if not isinstance(value, (bool, str)):
                    return None
                if value != blank:
                    key.append((name, value))
            elif isinstance(value, (int, float)) and type(value) is kind and -EXACT < value < EXACT:
                if not blank <= value < points[0]:
                    key.append((name, bisect_left(points, value) + bisect_right(points, value)))
            else:
                return None
        return frozenset(key)

    def recall(self, key: frozenset[tuple[str, object]]) -> T | None:
        """What is known of comments in these regions."""
        return self._known.get(key)

    def forget(self) -> None:
        """Forget all answers; they will be worked out again."""
        self._known.clear()

    def keep(self, key: frozenset[tuple[str, object]], answer: T) -> None:
        """Remember an answer; the memory begins anew when it is full."""
        if len(self._known) >= KEPT:
            self.forget()
        self._known[key] = answer


def _uses(node: Expr, number_of: Callable[[Expr, Expr], float | None]) -> Iterator[tuple[str, float | None]]:
    """Each name in an expression with the constant it is compared with; None for one that is used otherwise."""
    if isinstance(node, Binary) and node.op in COMPARISONS:
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, Name) and (number := number_of(other, side)) is not None:
                yield side.path, number
                return
    if isinstance(node, Name):
        yield node.path, None
    for part in children(node):
        yield from _uses(part, number_of)
