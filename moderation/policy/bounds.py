"""Find out whether an expression can ever be true.

What this file decides
- The expression is spread into alternatives of conditions that must hold together; one that can hold is enough.
- Conditions on one name exclude each other by bounds of numbers, by true and false, or by different texts.
- Scores lie between 0 and 1, counts and what checks measure are never below 0; whole numbers have nothing between 3 and 4.
- An expression without a name is worked out; `timestamp("…")` is a number beside `now`.
- What cannot be judged (a method, arithmetic on a name) counts as possible: no false alarm.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final

from moderation.policy.compiled import is_never_true, level_number
from moderation.policy.grammar import Binary, Call, Choice, Expr, ListOf, Literal, Name, Type, Unary, names_in
from moderation.policy.model import Thresholds
from moderation.policy.names import Names

MAX_ALTERNATIVES: Final = 512
_NOT: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_SAME: Final = ("==", "!=")
_ORDERED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
Constant = bool | float | str


@dataclass(frozen=True, slots=True)
class Need:
    """One condition on one name: `op` and a constant, or `in` and constants."""

    name: str
    op: str
    value: Constant | tuple[Constant, ...]


@dataclass(slots=True)
class _Room:
    """What is left for one name."""

    low: float = -math.inf
    high: float = math.inf
    without: set[Constant] = field(default_factory=set)
    among: set[Constant] | None = None

    def is_empty(self, *, whole: bool) -> bool:
        if self.among is not None and not self.among - self.without:
            return True
        if self.low > self.high:
            return True
        return self.low == self.high and (self.low in self.without or (whole and self.low % 1 != 0))


class Bounds:
    """Judges the expressions of one policy."""

    def __init__(self, names: Names, thresholds: Thresholds, limits: Mapping[str, int]) -> None:
        self._names, self._thresholds, self._limits = names, thresholds, limits

    def excluded(self, tree: Expr) -> str | None:
        """Give the name whose conditions exclude each other, `""` for a constant, None when the expression can hold."""
        if not names_in(tree):
            return "" if is_never_true(tree) else None
        culprit = ""
        alternatives = list(islice(self._spread(tree, wanted=True), MAX_ALTERNATIVES))
        if len(alternatives) == MAX_ALTERNATIVES:
            return None
        for needs in alternatives:
            found = self._conflict(needs)
            if found is None:
                return None
            culprit = culprit or found
        return culprit

    def _spread(self, node: Expr, *, wanted: bool) -> Iterator[tuple[Need, ...]]:
        node = _without_choice(node)
        match node:
            case Literal(value=bool(value)):
                if value is wanted:
                    yield ()
            case Unary(op="!", of=of):
                yield from self._spread(of, wanted=not wanted)
            case Binary(op="&&" | "||", left=left, right=right):
                if (node.op == "&&") is wanted:
                    for one in islice(self._spread(left, wanted=wanted), MAX_ALTERNATIVES):
                        for other in islice(self._spread(right, wanted=wanted), MAX_ALTERNATIVES):
                            yield (*one, *other)
                else:
                    yield from self._spread(left, wanted=wanted)
                    yield from self._spread(right, wanted=wanted)
            case Name(path=path):
                yield (Need(path, "==", wanted),)
            case Binary():
                yield from self._compare(node, wanted=wanted)
            case _:
                yield ()

    def _compare(self, node: Binary, *, wanted: bool) -> Iterator[tuple[Need, ...]]:
        left, right = self._constant(node.left, node.right), self._constant(node.right, node.left)
        if node.op == "in":
            items = (
                [self._constant(item, node.left) for item in node.right.items]
                if isinstance(node.right, ListOf)
                else [None]
            )
            constants = tuple(item for item in items if item is not None)
            if wanted and isinstance(node.left, Name) and len(constants) == len(items):
                yield (Need(node.left.path, "in", constants),)
                return
        elif node.op in _NOT and left is not None and right is not None:
            if _true(left, node.op, right) is wanted:
                yield ()
            return
        elif node.op in _NOT and isinstance(node.left, Name) and right is not None:
            yield (Need(node.left.path, node.op if wanted else _NOT[node.op], right),)
            return
        elif node.op in _NOT and isinstance(node.right, Name) and left is not None:
            op = _TURNED[node.op]
            yield (Need(node.right.path, op if wanted else _NOT[op], left),)
            return
        yield ()

    def _constant(self, node: Expr, other: Expr) -> Constant | None:
        match node:
            case Literal(value=value):
                return value
            case Unary(op="-", of=Literal(value=int() | float() as value)):
                return -value
            case Name(path=path) if path.startswith("limits."):
                return self._limits.get(path[7:])
            case Call(function="timestamp", target=None, args=(Literal(value=str(value)),)):
                return _seconds(value)
        return level_number(node, other, self._thresholds)

    def _conflict(self, needs: tuple[Need, ...]) -> str | None:
        rooms: dict[str, _Room] = {}
        for need in needs:
            room = rooms.setdefault(need.name, self._room(need.name))
            whole = self._names.type_of(need.name) is Type.INT
            _narrow(room, need, whole=whole)
            if room.is_empty(whole=whole):
                return need.name
        return None

    def _room(self, name: str) -> _Room:
        if name.startswith("score.") or name == "sample":
            return _Room(0.0, 1.0)
        counted = self._names.type_of(name) in (Type.INT, Type.DOUBLE)
        return _Room(low=0.0) if counted else _Room()


def _narrow(room: _Room, need: Need, *, whole: bool) -> None:
    value = need.value
    if isinstance(value, (tuple, bool, str)):
        options: set[Constant] = set(value) if isinstance(value, tuple) else {value}
        if need.op == "!=":
            room.without |= options
            if isinstance(value, bool):
                room.among = {not value} if room.among is None else room.among & {not value}
        elif need.op in ("==", "in"):
            room.among = options if room.among is None else room.among & options
        return
    step = 1.0 if whole and float(value).is_integer() else 0.0
    if need.op in (">", ">=", "=="):
        above = math.nextafter(value, math.inf) if not step else value + step
        room.low = max(room.low, above if need.op == ">" else value)
    if need.op in ("<", "<=", "=="):
        below = math.nextafter(value, -math.inf) if not step else value - step
        room.high = min(room.high, below if need.op == "<" else value)
    if need.op == "!=":
        room.without.add(value)


def _without_choice(node: Expr) -> Expr:
    """Write `test ? yes : no` as `test && yes || !test && no`."""
    if not isinstance(node, Choice):
        return node
    start, end, test = node.start, node.end, node.test
    held = Binary(start, end, "&&", test, node.yes)
    failed = Binary(start, end, "&&", Unary(start, end, "!", test), node.no)
    return Binary(start, end, "||", held, failed)


def _seconds(written: str) -> float | None:
    try:
        return datetime.fromisoformat(written).timestamp()
    except (ValueError, OverflowError):
        return None


def _true(left: Constant, op: str, right: Constant) -> bool:
    if op in _SAME:
        return (left == right) is (op == "==")
    if isinstance(left, str) or isinstance(right, str):
        return isinstance(left, str) and isinstance(right, str) and _ORDERED[op](left, right)
    return _ORDERED[op](left, right)
