"""Say in plain words what a rule asks for, for people who do not write rules.

What this file decides
- `score.insult >= likely` reads "insult: at least likely (0.60)", the word and the number behind it; any number of what a
  check counts reads as the thing alone.
- A check reads as its line in the catalogue; a fact has words of its own here; what has none keeps its name.
- The order and the brackets of the expression stay, so that nothing is said that the rule does not say.

It leaves values to `explain.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Protocol

from moderation.policy.compiled import level_number
from moderation.policy.grammar import (
    COMPARISONS,
    Binary,
    Call,
    Choice,
    Every,
    Expr,
    Level,
    ListOf,
    Literal,
    Name,
    Unary,
)
from moderation.policy.model import Rule, Thresholds
from moderation.vocabulary import Action

_FACTS: Final[Mapping[str, str]] = {
    "author.known": "the author has written here before",
    "author.published": "comments of the author that were published",
    "author.rejected": "comments of the author that were rejected",
    "author.recent_rejected": "latest comments of the author that were rejected",
    "author.trusted": "the author is trusted",
    "author.premoderated": "the author's comments always wait",
    "author.banned": "the author is banned",
    "author.confirmed": "the author's e-mail address is confirmed",
    "article.section": "the section",
    "article.closed": "the article is closed",
    "article.hold_all": "the editors read every comment here",
    "article.sensitive": "the reason why the article is sensitive",
    "article.age_days": "the article's age in days",
    "comment.characters": "the comment's length in characters",
    "comment.words": "the comment's words",
    "comment.is_reply": "it is a reply",
    "comment.edited": "it is an edit",
    "comment.fit": "the model knows the language",
    "comment.language": "the language",
    "sender.banned": "the network address is banned",
    "sample": "a number drawn by lot between 0 and 1",
    "now": "the time",
}
_LEVELS: Final = {Level.POSSIBLE: "possible", Level.LIKELY: "likely", Level.VERY_LIKELY: "very likely"}
_COMPARED: Final = {
    ">=": "at least",
    ">": "more than",
    "<=": "at most",
    "<": "less than",
    "==": "just",
    "!=": "other than",
    "in": "one of",
}
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OUTCOMES: Final = {
    Action.PUBLISH: "it is published, and a person looks at it afterwards",
    Action.HOLD: "it waits for a person",
    Action.REJECT: "it is not published",
}


class Help(Protocol):
    """What the plain words need of a check: its line of help."""

    @property
    def help(self) -> str: ...


class PlainWords:
    """Plain words for the expressions of one policy."""

    def __init__(self, thresholds: Thresholds, limits: Mapping[str, int], checks: Mapping[str, Help]) -> None:
        self._thresholds, self._limits, self._checks = thresholds, limits, checks

    def condition(self, node: Expr) -> str:
        """Say what an expression asks for."""
        match node:
            case Binary(op="&&" | "||", left=left, right=right):
                joint = " and " if node.op == "&&" else "; or "
                return f"{self._side(left, node.op)}{joint}{self._side(right, node.op)}"
            case Binary():
                return self._compare(node)
            case Unary(op="!", of=of):
                return f"not ({self.condition(of)})"
            case Literal(value=bool(value)):
                return "always" if value else "never"
            case Name(path=path) if path.startswith("check."):
                return self.name(path)
        return self.value(node)

    def _side(self, node: Expr, op: str) -> str:
        words = self.condition(node)
        return f"({words})" if isinstance(node, Binary) and node.op in ("&&", "||") and node.op != op else words

    def _compare(self, node: Binary) -> str:
        left, op, right = node.left, node.op, node.right
        if isinstance(left, Literal) or (isinstance(left, Name) and left.path in set(Level)):
            if op not in _TURNED:
                return f"{self.value(left)}: {_COMPARED.get(op, op)} {self.value(right)}"
            left, op, right = right, _TURNED[op], left
        plain = self._plain(left, op, right)
        if plain:
            return plain
        number = level_number(right, left, self._thresholds)
        told = self.value(right) if number is None else f"{_LEVELS[Level(right.path)]} ({number:.2f})"  # type: ignore[attr-defined]
        if op not in COMPARISONS and op != "in":
            return f"{self.value(left)} {op} {told}"
        return f"{self.value(left)}: {_COMPARED[op]} {told}"

    def _plain(self, left: Expr, op: str, right: Expr) -> str:
        """Say the comparisons that people do not think of as such: something is told, or was found at all."""
        value = right.value if isinstance(right, Literal) else None
        if value == "" and isinstance(value, str):
            return f"{self.value(left)}: {'told' if op == '!=' else 'not told'}"
        counted = isinstance(left, Name) and left.path.startswith("check.") and not isinstance(value, bool)
        return self.value(left) if counted and (op, value) in ((">", 0), (">=", 1)) else ""

    def value(self, node: Expr) -> str:  # noqa: PLR0911 - a line for each kind of node
        """Say what a part that is not a condition stands for."""
        match node:
            case Literal(value=value):
                return f"“{value}”" if isinstance(value, str) else str(value)
            case Name(path=path):
                return self.name(path)
            case ListOf(items=items):
                return ", ".join(map(self.value, items))
            case Call(function=function, target=target, args=args):
                inside = ", ".join(map(self.value, args))
                return (
                    f"{function}({inside})" if target is None else f"{self.value(target)} {function} {inside}".strip()
                )
            case Choice(test=test, yes=yes, no=no):
                return f"({self.value(yes)} if {self.condition(test)}, else {self.value(no)})"
            case Every(macro=macro, source=source, body=body):
                word = "one" if macro == "exists" else "each"
                return f"for {word} of {self.value(source)}: {self.condition(body)}"
        return self.condition(node)

    def name(self, path: str) -> str:
        """Say what a name stands for."""
        source, _, last = path.partition(".")
        if source == "score":
            return last.replace("_", " ")
        if source == "check" and last in self._checks:
            return self._checks[last].help
        if source == "limits":
            return f"the limit of {self._limits.get(last, 0)}"
        return _FACTS.get(path, path.replace(".", "'s ").replace("_", " "))

    def rule(self, rule: Rule, tree: Expr) -> str:
        """Say a whole rule in one sentence."""
        outcome = "its author gets help, and it comes first in the queue" if rule.help else _OUTCOMES[rule.then]
        within = "" if rule.then is Action.REJECT else f", within {in_words(rule.due)}" if rule.due else ", at once"
        ground = f"; ground: {(rule.part or rule.ground).replace('_', ' ')}" if rule.ground else ""
        words = self.condition(tree)
        return f"{words[0].upper()}{words[1:]} → {outcome}{within}{ground}."


def in_words(span: timedelta) -> str:
    """Say a duration in its largest whole unit."""
    seconds = int(span.total_seconds())
    for unit, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= unit and seconds % unit == 0:
            count = seconds // unit
            return f"{count} {word}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"
