"""Read the package's own source as a tree."""

from __future__ import annotations

import ast
from pathlib import Path

TRIES = 5


def parse(path: Path) -> ast.Module:
    """The tree of a file. Python before 3.11.5 may lose count (SystemError) when a collection of garbage or another thread
    comes between (python/cpython#106905), so it is asked again.
    """
    text = path.read_text(encoding="utf-8")
    for _ in range(TRIES - 1):
        try:
            return ast.parse(text)
        except SystemError:
            continue
    return ast.parse(text)
