"""Turn the trees of a policy's rules into CEL programs, and run them over the values of one comment.

What this file decides
- Names become flat variables, words become the label's numbers, limits become numbers: what runs has no lookup in it.
- Every rule is compiled once, and all of them once more as one list, which is what runs; a rule that fails is found by
  running them one by one. Each thread uses one Context again and again, and sets what differs from its last comment.
- The conditions of a rule are compiled too, so that a fired rule can say which of them held.
- An expression that fails while it runs is reported, never swallowed: `decide.py` treats it as a missing answer.

It leaves collecting the values to `values.py`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cel

from moderation.policy.grammar import (
    Binary,
    Call,
    Choice,
    Every,
    Expr,
    Level,
    ListOf,
    Literal,
    Name,
    Type,
    Unary,
    names_in,
)
from moderation.policy.model import Thresholds
from moderation.vocabulary import Label

Value = bool | int | float | str | object
_FAILURES: Final = (ValueError, TypeError, RuntimeError, ArithmeticError, LookupError)
_LEVELS: Final = frozenset(Level)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule: what must hold, the names in it, and whether it counts for or against the rule."""

    program: cel.Program
    part: Expr
    names: tuple[str, ...]
    positive: bool


@dataclass(frozen=True, slots=True)
class Program:
    """One compiled rule, with the tree that it was compiled from."""

    tree: Expr
    whole: cel.Program
    conditions: tuple[Condition, ...]


class Compiled:
    """The compiled rules of one set, in the order of the file."""

    def __init__(self, trees: list[Expr], thresholds: Thresholds, limits: Mapping[str, int]) -> None:
        writer = _Writer(thresholds, limits)
        self.programs = tuple(_program(tree, writer) for tree in trees)
        used = {path for tree in trees for path in names_in(tree)}
        self.names = tuple(sorted(path for path in used if path not in _LEVELS and not path.startswith("limits.")))
        self._all = _compile(f"[{', '.join(writer.write(tree) for tree in trees)}]")
        self._local = threading.local()

    def context(self, values: dict[str, Value], blank: Mapping[str, Value]) -> cel.Context | None:
        """Give this thread's context with the values of one comment; None when CEL cannot hold one of them."""
        context: cel.Context | None = getattr(self._local, "context", None)
        if context is None:
            context, known = cel.Context(dict(blank)), blank
            change = values
        else:
            known = self._local.known
            change = {name: value for name, value in values.items() if name not in known or known[name] != value}
            change |= {name: blank[name] for name in known if name not in values}
        self._local.context = None
        try:
            context.update(change)
        except _FAILURES:
            return None
        self._local.context, self._local.known = context, values
        return context

    def run(self, context: cel.Context) -> list[bool | None]:
        """Tell of each rule whether it holds, None for one that cannot be worked out."""
        try:
            found: list[bool | None] = self._all.execute(context)
        except _FAILURES:
            return [holds(program.whole, context) for program in self.programs]
        return found


def holds(program: cel.Program, context: cel.Context) -> bool | None:
    """Tell whether a condition holds, None when it cannot be worked out."""
    try:
        return program.execute(context) is True
    except _FAILURES:
        return None


def is_never_true(tree: Expr) -> bool:
    """Work out a tree that holds no name: whether it is false whatever comes; no when it cannot be worked out."""
    try:
        return _compile(_Writer({}, {}).write(tree)).execute(cel.Context()) is False
    except _FAILURES:
        return False


def flat(path: str) -> str:
    """Give the variable that stands for a dotted name."""
    return path.replace(".", "__")


def _program(tree: Expr, writer: _Writer) -> Program:
    conditions = tuple(
        Condition(_compile(writer.write(part)), part, names_in(part), positive)
        for part, positive in conditions_of(tree)
    )
    return Program(tree, _compile(writer.write(tree)), conditions)


@lru_cache(maxsize=4096)
def _compile(source: str) -> cel.Program:
    return cel.compile(source)


def conditions_of(node: Expr, *, positive: bool = True) -> Iterator[tuple[Expr, bool]]:
    """Give the conditions that `&&`, `||` and `!` join, and whether each counts for or against the rule."""
    match node:
        case Binary(op="&&" | "||", left=left, right=right):
            yield from conditions_of(left, positive=positive)
            yield from conditions_of(right, positive=positive)
        case Unary(op="!", of=of):
            yield from conditions_of(of, positive=not positive)
        case _:
            yield node, positive


class _Writer:
    """Writes a tree as CEL over flat variables."""

    def __init__(self, thresholds: Thresholds, limits: Mapping[str, int]) -> None:
        self._thresholds, self._limits = thresholds, limits

    def write(self, node: Expr) -> str:  # noqa: PLR0911 - a line for each kind of node
        match node:
            case Literal(value=value, type=kind):
                return json.dumps(value, ensure_ascii=False) if kind in (Type.STRING, Type.BOOL) else repr(value)
            case Name(path=path):
                return str(self._limits[path[7:]]) if path.startswith("limits.") else flat(path)
            case Unary(op=op, of=of):
                return f"{op}({self.write(of)})"
            case Binary():
                return self._binary(node)
            case Choice(test=test, yes=yes, no=no):
                return f"(({self.write(test)}) ? ({self.write(yes)}) : ({self.write(no)}))"
            case ListOf(items=items):
                return f"[{', '.join(map(self.write, items))}]"
            case Every(macro=macro, source=source, name=name, body=body):
                return f"({self.write(source)}).{macro}({name}, {self.write(body)})"
            case Call(function=function, target=target, args=args):
                before = "" if target is None else f"({self.write(target)})."
                return f"{before}{function}({', '.join(map(self.write, args))})"
        raise TypeError(type(node).__name__)

    def _binary(self, node: Binary) -> str:
        left, right = self._side(node.left, node.right), self._side(node.right, node.left)
        return f"({left} {node.op} {right})"

    def _side(self, side: Expr, other: Expr) -> str:
        number = level_number(side, other, self._thresholds)
        return self.write(side) if number is None else repr(number)


def constant(side: Expr, other: Expr, thresholds: Thresholds, limits: Mapping[str, int]) -> float | None:
    """Give the number that one side of a comparison always is, None when it is no such number."""
    if isinstance(side, Literal):
        return side.value if side.type in (Type.INT, Type.DOUBLE) else None  # type: ignore[return-value]
    if isinstance(side, Name) and side.path.startswith("limits."):
        return limits[side.path[7:]]
    return level_number(side, other, thresholds)


def level_number(side: Expr, other: Expr, thresholds: Thresholds) -> float | None:
    """Give the number that a word has beside a score, None when `side` is no word or `other` no score."""
    if not (isinstance(side, Name) and side.path in _LEVELS and isinstance(other, Name)):
        return None
    label = other.path.removeprefix("score.")
    return thresholds[Label(label)].get(Level(side.path)) if label in set(Label) else None
