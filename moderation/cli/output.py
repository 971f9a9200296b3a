"""How commands speak: results on stdout, messages on stderr, text for people and JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any


def give(line: str = "") -> None:
    """A line of the result."""
    sys.stdout.write(line + "\n")


def give_json(value: Any) -> None:
    """A result for programs: one line of JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def say(line: str = "") -> None:
    """A message beside the result."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def give_table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    """Columns as wide as their widest cell; the last one may be as long as it likes."""
    if not rows:
        say("nothing here yet")
        return
    widths = [max(len(row[n]) for row in (heads, *rows)) for n in range(len(heads) - 1)]
    for row in (heads, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        give("  ".join([*cells, row[-1]]).rstrip())
