"""Read an expression of a rule into a tree, or say where it cannot be read.

What this file decides
- Operators bind as in CEL: `? :`, then `||`, `&&`, comparisons and `in`, `+ -`, `* / %`, then `!` and `-`.
- `a.b` is one name with a dot; a call after a dot is a method; comparisons do not chain.
- Size and depth are capped here, before anything recurses over the tree.

It leaves names and types to the validators.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NoReturn

from moderation.policy.grammar import (
    COMPARISONS,
    MACROS,
    MAX_CHARACTERS,
    MAX_NODES,
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

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d+\.\d+(?:[eE][+-]?\d+)?|\d+)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<op>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]]))""",
    re.VERBOSE,
)
_ESCAPES: Final = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
_MAX_INT: Final = 2**53
_MAX_DEPTH: Final = 40
_LEVELS: Final = (("||",), ("&&",), (*sorted(COMPARISONS), "in"), ("+", "-"), ("*", "/", "%"))


class ExpressionUnreadable(Exception):
    """an expression cannot be read"""

    def __init__(self, message: str, start: int, end: int, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.hint = message, start, end, hint


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def read_expression(source: str) -> Expr:
    """Read one whole expression.

    Raises:
        ExpressionUnreadable: with the place, when it is not one, or is too long or too deep.

    """
    if len(source) > MAX_CHARACTERS:
        message = f"the expression has {len(source)} characters, at most {MAX_CHARACTERS} are read"
        raise ExpressionUnreadable(message, 0, 1, "make several rules of it")
    reader = _Reader(_tokens(source), len(source))
    tree = reader.choice()
    if reader.here.kind != "end":
        reader.refuse("`&&`, `||` or the end of the expression was expected")
    return tree


def _tokens(source: str) -> list[_Token]:
    found: list[_Token] = []
    at, stop = 0, len(source.rstrip())
    while at < stop:
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            start = at + len(source[at:]) - len(source[at:].lstrip())
            hint = _HINTS.get(source[start : start + 1], "texts stand in quotes, `and` is `&&`, `or` is `||`")
            raise ExpressionUnreadable(f"`{source[start]}` has no meaning here", start, start + 1, hint)
        kind = match.lastgroup
        found.append(_Token(kind, match.group(kind), match.start(kind), match.end(kind)))
        at = match.end()
    return found


_HINTS: Final = {
    "=": "equality is written `==`",
    "&": "both sides must hold is written `&&`",
    "|": "one side must hold is written `||`",
    '"': "the text is not closed",
    "'": "the text is not closed",
}
_WORDS: Final = {"and": "&&", "or": "||", "not": "!"}


class _Reader:
    """A reader over the tokens: one method per level of binding."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = [*tokens, _Token("end", "", length, length)]
        self._at = self._nodes = self._depth = 0

    @property
    def here(self) -> _Token:
        return self._tokens[self._at]

    def refuse(self, message: str, token: _Token | None = None, hint: str = "") -> NoReturn:
        token = token or self.here
        if not hint and token.text in _WORDS:
            hint = f"`{token.text}` is written `{_WORDS[token.text]}`"
        raise ExpressionUnreadable(message, token.start, max(token.end, token.start + 1), hint)

    def _take(self, *ops: str) -> _Token | None:
        token = self.here
        if token.text not in ops or token.kind not in ("op", "name"):
            return None
        self._at += 1
        return token

    def _need(self, op: str) -> _Token:
        return self._take(op) or self.refuse(f"`{op}` was expected")

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self.refuse(f"the expression has more than {MAX_NODES} parts", hint="make several rules of it")

    def choice(self) -> Expr:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self.refuse(f"the expression is nested more than {_MAX_DEPTH} deep", hint="make several rules of it")
        test = self._binary(0)
        if self._take("?"):
            yes = self.choice()
            self._need(":")
            no = self.choice()
            self._count()
            test = Choice(test.start, no.end, test, yes, no)
        self._depth -= 1
        return test

    def _binary(self, level: int) -> Expr:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while token := self._take(*_LEVELS[level]):
            right = self._binary(level + 1)
            self._count()
            left = Binary(left.start, right.end, token.text, left, right)
            if token.text in COMPARISONS and self.here.text in COMPARISONS:
                self.refuse("comparisons do not chain", hint="write `a < b && b < c`")
        return left

    def _unary(self) -> Expr:
        marks = []
        while token := self._take("!", "-"):
            marks.append(token)
            self._count()
        node = self._postfix()
        for token in reversed(marks):
            node = Unary(token.start, node.end, token.text, node)
        return node

    def _postfix(self) -> Expr:
        node = self._atom()
        while self._take("."):
            word = self.here
            if word.kind != "name":
                self.refuse("a name was expected after `.`")
            self._at += 1
            if self.here.text == "(":
                node = self._method(node, word)
            elif isinstance(node, Name):
                node = Name(node.start, word.end, f"{node.path}.{word.text}")
            else:
                self.refuse(f"`{word.text}` cannot be asked of this", word)
        return node

    def _method(self, target: Expr, word: _Token) -> Expr:
        self._need("(")
        self._count()
        if word.text in MACROS:
            name = self.here
            if name.kind != "name":
                self.refuse("a name for each item was expected", hint=f"write `list.{word.text}(item, item == 1)`")
            self._at += 1
            self._need(",")
            body = self.choice()
            return Every(target.start, self._need(")").end, word.text, target, name.text, body)
        args = self._items(")")
        return Call(target.start, self._tokens[self._at - 1].end, word.text, target, args)

    def _items(self, closing: str) -> tuple[Expr, ...]:
        items: list[Expr] = []
        while not self._take(closing):
            if items:
                self._need(",")
            items.append(self.choice())
        return tuple(items)

    def _atom(self) -> Expr:
        token = self.here
        self._at += 1
        self._count()
        if token.kind == "number":
            return _number(token)
        if token.kind == "text":
            return Literal(token.start, token.end, _text(token), Type.STRING)
        if token.kind == "name":
            return self._word(token)
        if token.text == "(":
            inner = self.choice()
            self._need(")")
            return inner
        if token.text == "[":
            items = self._items("]")
            return ListOf(token.start, self._tokens[self._at - 1].end, items)
        self._at -= 1
        return self.refuse("a name, a number, a text or `(` was expected")

    def _word(self, token: _Token) -> Expr:
        if token.text in ("true", "false"):
            return Literal(token.start, token.end, token.text == "true", Type.BOOL)
        if self.here.text == "(":
            self._at += 1
            args = self._items(")")
            return Call(token.start, self._tokens[self._at - 1].end, token.text, None, args)
        if token.text in _WORDS or token.text in ("in", "null"):
            self.refuse("a name, a number, a text or `(` was expected", token)
        return Name(token.start, token.end, token.text)


def _number(token: _Token) -> Literal:
    if "." in token.text:
        return Literal(token.start, token.end, float(token.text), Type.DOUBLE)
    value = int(token.text)
    if value > _MAX_INT:
        raise ExpressionUnreadable("this number is too large", token.start, token.end)
    return Literal(token.start, token.end, value, Type.INT)


def _text(token: _Token) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), token.text[1:-1])
