"""Say what is wrong with a policy file: where, what, and what to do next; all of it at once.

What this file decides
- A fault names file, line and column (both from 1), shows the line with a caret under it, and gives a hint.
- An error makes the file unusable; a warning is shown and does not.
- A name that nearly exists gets `did you mean`.

It leaves finding the faults to `source.py`, `parse.py` and `validators/`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from moderation.errors import Invalid


class Weight(StrEnum):
    """How much a fault matters."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A stretch of one line of a file, lines and columns from 1."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong with a policy file."""

    at: Spot
    code: str
    message: str
    hint: str = ""
    weight: Weight = Weight.ERROR


class PolicyInvalid(Invalid):
    """the policy file has faults"""

    code = "policy_invalid"
    hint = "correct them and run `moderation policy lint` on the file"

    def __init__(self, path: str, text: str, faults: Iterable[Fault]) -> None:
        self.path = path
        self.faults = tuple(sorted(faults))
        self.rendered = render_faults(path, text, self.faults)
        count = len(self.faults)
        super().__init__(f"`{path}` has {count} {'fault' if count == 1 else 'faults'}")


def render_faults(path: str, text: str, faults: Iterable[Fault]) -> str:
    """Show faults as a terminal does: file:line:column, the line, a caret and a hint."""
    lines = text.splitlines() or [""]
    return "\n".join(_render(path, lines, fault) for fault in sorted(faults))


def _render(path: str, lines: list[str], fault: Fault) -> str:
    at = fault.at
    line = lines[min(at.line, len(lines)) - 1].replace("\t", " ")
    gutter = f"{at.line:>5} | "
    caret = (
        " " * (len(gutter) - 2) + "| " + " " * (at.column - 1) + "^" * max(1, min(at.length, len(line) - at.column + 1))
    )
    shown = [f"{path}:{at.line}:{at.column}: {fault.weight}: {fault.message}", gutter + line, caret]
    if fault.hint:
        shown.append(" " * (len(gutter) - 2) + f"= hint: {fault.hint}")
    return "\n".join(shown)


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Give the hint `did you mean` when a known word is near, else `otherwise`."""
    words = sorted(set(known))
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.8) or difflib.get_close_matches(word, words, n=2)
    return "did you mean " + " or ".join(f"`{one}`" for one in near) + "?" if near else otherwise


def listed(words: Iterable[str]) -> str:
    """Write words as a list in backticks."""
    return ", ".join(f"`{word}`" for word in words)
