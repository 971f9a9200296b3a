"""What an expression in a rule may look like: the nodes of its tree and the types of its names.

What this file decides
- A rule's `when` is a part of CEL: comparisons, `&&`, `||`, `!`, `in`, arithmetic, `? :`, lists of literals, a few
  functions on texts and times, and the macros `exists` and `all`.
- A node knows where it stands in the expression: characters `start` to `end`, end exclusive.
- `possible`, `likely` and `very_likely` are words (`Type.LEVEL`): each label has its own number for them, so a word has
  a meaning only when it is compared with a score.

It leaves reading to `expression.py`, judging to `validators/` and running to `compiled.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Type(StrEnum):
    """What a name or a part of an expression is; the values are the words of the messages."""

    BOOL = "true or false"
    INT = "a whole number"
    DOUBLE = "a number"
    STRING = "a text"
    TIME = "a time"
    SPAN = "a duration"
    LEVEL = "a word for likelihood"
    TEXTS = "a list of texts"
    NUMBERS = "a list of numbers"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """The words in which a policy speaks of likelihood; each label has its own numbers for them."""

    POSSIBLE = "possible"
    LIKELY = "likely"
    VERY_LIKELY = "very_likely"


COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "%"})
FUNCTIONS: Final = ("size", "double", "int", "duration", "timestamp")
METHODS: Final = (
    "startsWith",
    "endsWith",
    "contains",
    "matches",
    "size",
    "getHours",
    "getMinutes",
    "getDayOfWeek",
    "getDate",
    "getMonth",
    "getFullYear",
)
MACROS: Final = ("exists", "all")
MAX_CHARACTERS: Final = 1000
MAX_NODES: Final = 120
MAX_MACRO_DEPTH: Final = 1


@dataclass(frozen=True, slots=True)
class Expr:
    """A part of an expression and where it stands in it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal(Expr):
    value: bool | float | str
    type: Type


@dataclass(frozen=True, slots=True)
class Name(Expr):
    path: str


@dataclass(frozen=True, slots=True)
class Unary(Expr):
    op: str
    of: Expr


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Choice(Expr):
    test: Expr
    yes: Expr
    no: Expr


@dataclass(frozen=True, slots=True)
class ListOf(Expr):
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function, or a method when it has a target."""

    function: str
    target: Expr | None
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Every(Expr):
    """One of the macros `exists` and `all`: `source.exists(name, body)`."""

    macro: str
    source: Expr
    name: str
    body: Expr


def children(node: Expr) -> tuple[Expr, ...]:  # noqa: PLR0911 - a line for each kind of node
    """Give the parts of a node, in the order in which they are written."""
    match node:
        case Unary(of=of):
            return (of,)
        case Binary(left=left, right=right):
            return (left, right)
        case Choice(test=test, yes=yes, no=no):
            return (test, yes, no)
        case ListOf(items=items):
            return items
        case Call(target=target, args=args):
            return args if target is None else (target, *args)
        case Every(source=source, body=body):
            return (source, body)
    return ()


def walk(node: Expr) -> Iterator[Expr]:
    """Give a node and everything in it, outermost first."""
    yield node
    for part in children(node):
        yield from walk(part)


def names_in(node: Expr) -> tuple[str, ...]:
    """Give the dotted names that an expression uses, sorted, without the names that its macros bind."""
    return tuple(sorted(_free_names(node, frozenset())))


def _free_names(node: Expr, bound: frozenset[str]) -> set[str]:
    if isinstance(node, Name):
        return set() if node.path in bound else {node.path}
    if isinstance(node, Every):
        return _free_names(node.source, bound) | _free_names(node.body, bound | {node.name})
    return {path for part in children(node) for path in _free_names(part, bound)}
