"""Work out the type of an expression, and say where types do not fit.

What this file decides
- Whole numbers and numbers compare with each other but do not mix in arithmetic, as in CEL: `double(x)` makes a number.
- A word for likelihood compares with a score by `<`, `<=`, `>` or `>=`, and stands nowhere else.
- `&&`, `||`, `!` and the test of `? :` take what is true or false; equality compares like with like.
- A part whose names are unknown has no type, and nothing more is said of it: one fault per cause.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from moderation.policy.grammar import (
    ARITHMETIC,
    FUNCTIONS,
    METHODS,
    Binary,
    Call,
    Choice,
    Every,
    Expr,
    ListOf,
    Literal,
    Name,
    Type,
    Unary,
)
from moderation.policy.names import Names

Report = Callable[[Expr, str, str], None]
_NUMBERS: Final = frozenset({Type.INT, Type.DOUBLE})
_ITEM: Final = {Type.TEXTS: Type.STRING, Type.NUMBERS: Type.DOUBLE}
_TEXT_METHODS: Final = frozenset({"startsWith", "endsWith", "contains", "matches"})
_DURATION: Final = re.compile(r"\d+(\.\d+)?(h|m|s|ms)(\d+(\.\d+)?(h|m|s|ms))*")


class Inference:
    """Types of one expression; `report` is told of each part that does not fit: the part, the message, a hint."""

    def __init__(self, names: Names, report: Report) -> None:
        self._names, self._report = names, report

    def type_of(self, node: Expr, bound: tuple[tuple[str, Type], ...] = ()) -> Type:  # noqa: PLR0911
        """Give the type of a part, `Type.UNKNOWN` when it has none."""
        match node:
            case Literal(type=kind):
                return kind
            case Name(path=path):
                return dict(bound).get(path) or self._names.type_of(path)
            case Unary():
                return self._unary(node, bound)
            case Binary():
                return self._binary(node, bound)
            case Choice():
                return self._choice(node, bound)
            case ListOf():
                return self._list(node, bound)
            case Every():
                return self._every(node, bound)
            case Call():
                return self._call(node, bound)
        return Type.UNKNOWN

    def _unfit(self, node: Expr, message: str, hint: str = "") -> Type:
        self._report(node, message, hint)
        return Type.UNKNOWN

    def _want(self, node: Expr, wanted: Type, where: str, bound: tuple[tuple[str, Type], ...]) -> None:
        kind = self.type_of(node, bound)
        if kind not in (wanted, Type.UNKNOWN):
            hint = "compare it, as in `score.insult >= likely`" if wanted is Type.BOOL and kind in _NUMBERS else ""
            self._unfit(node, f"{where} takes {wanted.value}, here is {kind.value}", hint)

    def _unary(self, node: Unary, bound: tuple[tuple[str, Type], ...]) -> Type:
        if node.op == "!":
            self._want(node.of, Type.BOOL, "`!`", bound)
            return Type.BOOL
        kind = self.type_of(node.of, bound)
        if kind in _NUMBERS or kind is Type.UNKNOWN:
            return kind
        return self._unfit(node, f"`-` takes a number, here is {kind.value}")

    def _binary(self, node: Binary, bound: tuple[tuple[str, Type], ...]) -> Type:
        if node.op in ("&&", "||"):
            self._want(node.left, Type.BOOL, f"`{node.op}`", bound)
            self._want(node.right, Type.BOOL, f"`{node.op}`", bound)
            return Type.BOOL
        left, right = self.type_of(node.left, bound), self.type_of(node.right, bound)
        if Type.UNKNOWN in (left, right):
            return Type.UNKNOWN if node.op in ARITHMETIC else Type.BOOL
        if Type.LEVEL in (left, right):
            self._level(node)
        elif node.op == "in":
            self._member(node, left, right)
        elif node.op in ARITHMETIC:
            return self._arithmetic(node, left, right)
        elif left is not right and not {left, right} <= _NUMBERS:
            self._unfit(node, f"{left.value} is compared with {right.value}")
        elif node.op not in ("==", "!=") and left not in {*_NUMBERS, Type.STRING, Type.TIME, Type.SPAN}:
            self._unfit(node, f"`{node.op}` has no meaning for {left.value}", "use `==`, or name it alone")
        return Type.BOOL

    def _level(self, node: Binary) -> None:
        sides = (node.left, node.right)
        score = any(isinstance(side, Name) and side.path.startswith("score.") for side in sides)
        if not score or node.op not in ("<", "<=", ">", ">="):
            word = next(side for side in sides if self._names.type_of(getattr(side, "path", "")) is Type.LEVEL)
            name = getattr(word, "path", "")
            self._unfit(word, f"`{name}` has a meaning only beside a score", f"write `score.insult >= {name}`")

    def _member(self, node: Binary, left: Type, right: Type) -> None:
        item = _ITEM.get(right)
        if item is None:
            self._unfit(node.right, f"`in` takes a list, here is {right.value}", 'write `in ["one", "two"]`')
        elif left is not item and not {left, item} <= _NUMBERS:
            self._unfit(node, f"{left.value} is looked for in {right.value}")

    def _arithmetic(self, node: Binary, left: Type, right: Type) -> Type:
        if left is right and left in _NUMBERS and (node.op != "%" or left is Type.INT):
            return left
        if node.op == "+" and left is right is Type.STRING:
            return left
        if node.op in "+-" and left in (Type.TIME, Type.SPAN) and right is Type.SPAN:
            return left
        if node.op == "-" and left is right is Type.TIME:
            return Type.SPAN
        hint = "make both numbers, as in `double(author.published) / 2.0`" if {left, right} == _NUMBERS else ""
        return self._unfit(node, f"`{node.op}` does not join {left.value} and {right.value}", hint)

    def _choice(self, node: Choice, bound: tuple[tuple[str, Type], ...]) -> Type:
        self._want(node.test, Type.BOOL, "the test before `?`", bound)
        yes, no = self.type_of(node.yes, bound), self.type_of(node.no, bound)
        if yes is no or Type.UNKNOWN in (yes, no):
            return yes
        return self._unfit(node, f"`? :` gives {yes.value} or {no.value}", "give the same kind on both sides")

    def _list(self, node: ListOf, bound: tuple[tuple[str, Type], ...]) -> Type:
        kinds = {self.type_of(item, bound) for item in node.items}
        if kinds == {Type.STRING}:
            return Type.TEXTS
        if kinds and kinds <= _NUMBERS:
            return Type.NUMBERS
        if Type.UNKNOWN in kinds:
            return Type.UNKNOWN
        return self._unfit(node, "a list holds texts or numbers, at least one and of one kind")

    def _every(self, node: Every, bound: tuple[tuple[str, Type], ...]) -> Type:
        source = self.type_of(node.source, bound)
        if source is not Type.UNKNOWN and source not in _ITEM:
            self._unfit(node.source, f"`{node.macro}` goes over a list, here is {source.value}")
        item = _ITEM.get(source, Type.UNKNOWN)
        self._want(node.body, Type.BOOL, f"`{node.macro}`", (*bound, (node.name, item)))
        return Type.BOOL

    def _call(self, node: Call, bound: tuple[tuple[str, Type], ...]) -> Type:
        if node.function not in (FUNCTIONS if node.target is None else METHODS):
            return Type.UNKNOWN
        kinds = tuple(self.type_of(arg, bound) for arg in node.args)
        target = Type.UNKNOWN if node.target is None else self.type_of(node.target, bound)
        if Type.UNKNOWN in kinds or (node.target is not None and target is Type.UNKNOWN):
            return Type.UNKNOWN
        if node.target is not None:
            return self._method(node, target, kinds)
        return self._function(node, kinds)

    def _method(self, node: Call, target: Type, kinds: tuple[Type, ...]) -> Type:
        if node.function in _TEXT_METHODS and target is Type.STRING and kinds == (Type.STRING,):
            return Type.BOOL
        if node.function == "size" and target in (Type.STRING, *_ITEM) and not kinds:
            return Type.INT
        if node.function.startswith("get") and target is Type.TIME and not kinds:
            return Type.INT
        return self._unfit(node, f"`{node.function}` does not fit {target.value} with {len(kinds)} values")

    def _function(self, node: Call, kinds: tuple[Type, ...]) -> Type:
        word = node.args[0].value if node.args and isinstance(node.args[0], Literal) else None
        if node.function == "size" and kinds and kinds[0] in (Type.STRING, *_ITEM) and len(kinds) == 1:
            return Type.INT
        if node.function in ("double", "int") and len(kinds) == 1 and kinds[0] in _NUMBERS:
            return Type.DOUBLE if node.function == "double" else Type.INT
        if node.function == "duration" and isinstance(word, str) and _DURATION.fullmatch(word):
            return Type.SPAN
        if node.function == "timestamp" and isinstance(word, str) and _is_time(word):
            return Type.TIME
        hints = {"duration": 'write `duration("36h")`', "timestamp": 'write `timestamp("2026-05-01T18:00:00+05:30")`'}
        return self._unfit(node, f"`{node.function}` does not take this", hints.get(node.function, ""))


def _is_time(word: str) -> bool:
    try:
        return datetime.fromisoformat(word).tzinfo is not None
    except ValueError:
        return False
