"""Read a policy file as a tree whose every value knows its line and column, and collect what is wrong with its shape.

What this file decides
- One YAML document, at most 256 KiB, without anchors: a policy is read by people, and an alias can make a small
  file huge.
- Keys are known, stand once, and values have the type that is asked of them; each fault is noted and reading goes on.
- A place inside a value (of an expression) is found in the file, through quotes and folded lines.

It leaves what the keys mean to the readers in `draft.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from moderation.policy.faults import Fault, Spot, Weight, did_you_mean, listed

MAX_BYTES: Final = 256 * 1024
_STR, _INT, _FLOAT, _BOOL, _NULL = (f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null"))
_DURATION: Final = re.compile(r"(\d{1,5})\s*(s|m|h|d)")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_KINDS: Final = {MappingNode: "a block of keys", SequenceNode: "a list", ScalarNode: "a single value"}
T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value."""

    key: ScalarNode
    value: Node


class Source:
    """A policy file: its text, its tree, and the faults found so far."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.faults: list[Fault] = []

    def fault(self, at: Spot | Node, code: str, message: str, hint: str = "", *, weight: Weight = Weight.ERROR) -> None:
        """Note a fault; reading goes on."""
        spot = at if isinstance(at, Spot) else self.spot(at)
        self.faults.append(Fault(spot, code, message, hint, weight))

    def spot(self, node: Node, start: int = 0, end: int | None = None) -> Spot:
        """Find the place of a node, or of characters `start` to `end` of a text's value, in the file."""
        if end is None or not isinstance(node, ScalarNode):
            mark, stop = node.start_mark, node.end_mark
            same = mark.line == stop.line
            return Spot(mark.line + 1, mark.column + 1, max(1, stop.column - mark.column) if same else 1)
        first = _place(self.text, node, start)
        line_start = self.text.rfind("\n", 0, first) + 1
        line = self.text.count("\n", 0, first) + 1
        line_end = self.text.find("\n", first)
        room = (line_end if line_end >= 0 else len(self.text)) - first
        return Spot(line, first - line_start + 1, max(1, min(end - start, room)))

    def tree(self) -> Node | None:
        """Read the YAML; a fault of its syntax is the only one that hides the others."""
        if len(self.text.encode("utf-8", "replace")) > MAX_BYTES:
            self.fault(Spot(1, 1), "too_large", f"the file is larger than {MAX_BYTES // 1024} KiB")
            return None
        try:
            node = YAML(typ="safe", pure=True).compose(self.text)
        except (YAMLError, ValueError) as error:
            self._unreadable(error)
            return None
        anchored = _anchored(node)
        if anchored is not None:
            self.fault(anchored, "anchor", "anchors and aliases are not allowed", "write the value out")
            return None
        if node is None:
            self.fault(Spot(1, 1), "empty_file", "the file is empty", "begin with a copy of `policies/default.yaml`")
        return node  # type: ignore[no-any-return]

    def _unreadable(self, error: Exception) -> None:
        mark = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
        problem = (
            (error.problem or error.context)
            if isinstance(error, MarkedYAMLError)
            else "it holds a character that YAML refuses"
        )
        at = Spot(mark.line + 1, mark.column + 1) if mark else Spot(1, 1)
        hint = (
            "an expression with `: `, `#` or a leading `!` stands in quotes" if "mapping values" in str(problem) else ""
        )
        self.fault(at, "yaml", f"this is not YAML: {problem}", hint)

    def mapping(
        self, node: Node, what: str, keys: Iterable[str] | None = None, need: Iterable[str] = ()
    ) -> Mapping[str, Entry]:
        """Read a block of keys; `keys` of None allows any, `need` must be there."""
        if not isinstance(node, MappingNode):
            self.fault(node, "shape", f"{what} must be a block of keys, here is {_KINDS[type(node)]}")
            return {}
        found: dict[str, Entry] = {}
        known = None if keys is None else tuple(dict.fromkeys((*keys, *need)))
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else ""
            if name in found:
                self.fault(key, "repeated_key", f"`{name}` stands twice in {what}", "keep one of them")
            elif not name or (known is not None and name not in known):
                self.fault(
                    key,
                    "unknown_key",
                    f"{what} has no key `{name}`",
                    did_you_mean(name, known or (), f"it has {listed(known or ())}"),
                )
            else:
                found[name] = Entry(key, value)
        missing = [name for name in need if name not in found]
        if missing:
            self.fault(node, "missing_key", f"{what} needs {listed(missing)}")
        return found

    def items(self, node: Node, what: str) -> list[Node]:
        """Read a list."""
        if isinstance(node, SequenceNode):
            return list(node.value)
        self.fault(node, "shape", f"{what} must be a list, here is {_KINDS[type(node)]}")
        return []

    def words(self, node: Node, what: str) -> str:
        """Read a text that is not empty; gives an empty one after a fault."""
        if isinstance(node, ScalarNode):
            tag = str(node.tag)
            if tag == _STR and node.value.strip():
                return str(node.value)
            if tag in (_INT, _FLOAT, _BOOL):
                self.fault(node, "type", f"{what} must be a text", f'write "{node.value}" in quotes')
                return ""
            if tag not in (_STR, _NULL):
                self.fault(
                    node, "type", f"{what} begins with `!`, which YAML reads as a tag", "put the value in quotes"
                )
                return ""
        self.fault(node, "type", f"{what} must be a text")
        return ""

    def number(self, node: Node, what: str, *, whole: bool = False) -> float | None:
        """Read a number; None after a fault."""
        if isinstance(node, ScalarNode) and str(node.tag) in ((_INT,) if whole else (_INT, _FLOAT)):
            try:
                return int(node.value) if whole else float(node.value)
            except ValueError:
                pass
        self.fault(node, "type", f"{what} must be {'a whole number' if whole else 'a number'}")
        return None

    def truth(self, node: Node, what: str) -> bool:
        """Read true or false; false after a fault."""
        if isinstance(node, ScalarNode) and str(node.tag) == _BOOL:
            return str(node.value).lower() == "true"
        self.fault(node, "type", f"{what} must be `true` or `false`")
        return False

    def choice(self, node: Node, what: str, options: Iterable[T]) -> T | None:
        """Read one of a closed list of words; None after a fault."""
        known = {str(option): option for option in options}
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, str) and value in known:
            return known[value]
        shown = f"`{value}`" if isinstance(value, str) else _KINDS[type(node)]
        self.fault(
            node,
            "choice",
            f"{what} cannot be {shown}",
            did_you_mean(str(value), known, f"it is one of {listed(known)}"),
        )
        return None

    def duration(self, node: Node, what: str) -> timedelta | None:
        """Read a duration such as `15m`; None after a fault."""
        value = node.value if isinstance(node, ScalarNode) else ""
        if value == "now":
            return timedelta(0)
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match:
            return timedelta(seconds=int(match[1]) * _UNITS[match[2]])
        self.fault(node, "duration", f"{what} must be a duration", "write `now`, `30s`, `15m`, `4h` or `2d`")
        return None


def _anchored(node: Node | None) -> Node | None:
    """Find a node with an anchor; an alias is the same node again, so that looking for anchors is enough."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one is not None and one.anchor:
            return one
        if isinstance(one, MappingNode):
            waiting += [part for pair in one.value for part in pair]
        elif isinstance(one, SequenceNode):
            waiting += one.value
    return None


def _place(text: str, node: ScalarNode, offset: int) -> int:
    """Find the character of the file that stands for character `offset` of a value."""
    at = int(node.start_mark.index)
    if node.style in ("|", ">"):
        at = text.find("\n", at) + 1
    elif node.style in ("'", '"'):
        at += 1
    value, last = str(node.value), int(node.end_mark.index) - 1
    for number, char in enumerate(value):
        if not char.isspace():
            found = text.find(char, at, last + 1)
            at = at if found < 0 else found
        if number >= offset:
            return min(at, last)
        at += 1
    return min(at, last)
