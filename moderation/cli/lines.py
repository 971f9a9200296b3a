"""Files of comments: one JSON object a line in, one a line out.

What this file decides
- A line is an object with `text`, or a JSON string; with `--plain` a line is the text itself. `-` is standard input.
- A line that is none of these stops nothing: its answer is `{"error": …, "line": n}`, and the exit code is 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from moderation.errors import Invalid

CHUNK: Final = 64


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number, what it holds, or what is wrong with it."""

    number: int
    given: dict[str, Any]
    fault: str = ""


class NoFile(Invalid):
    """the file cannot be read"""

    code = "no_file"
    hint = "give the path of a file with one JSON object a line, or `-` for standard input"


@contextmanager
def open_lines(name: str, *, plain: bool = False) -> Iterator[Iterator[Line]]:
    """The lines of a file, read as they are asked for.

    Raises:
        NoFile: it is not there or not ours to read.
    """
    if name == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")  # type: ignore[union-attr]
        yield _read(sys.stdin, plain=plain)
        return
    try:
        file = Path(name).open(encoding="utf-8", errors="surrogateescape", newline="\n")  # noqa: SIM115 - closed below
    except OSError as problem:
        raise NoFile(f"`{name}` cannot be read: {problem.strerror}") from None
    with file:
        yield _read(file, plain=plain)


def count_lines(name: str) -> int | None:
    """How many lines a file has, for a progress bar; None where that is known only at the end."""
    path = Path(name)
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return sum(1 for raw in file if raw.strip())


def _read(file: TextIO, *, plain: bool) -> Iterator[Line]:
    for number, raw in enumerate(file, 1):
        if plain:
            yield Line(number, {"text": raw.rstrip("\r\n")})
        elif raw.strip():
            yield parse_line(number, raw)


def parse_line(number: int, raw: str) -> Line:
    """One line of JSON."""
    try:
        raw.encode()
        given = json.loads(raw)
    except UnicodeEncodeError:
        return Line(number, {}, "the line is not UTF-8")
    except (ValueError, RecursionError):
        return Line(number, {}, "the line is not JSON; use --plain for lines of text")
    if isinstance(given, str):
        return Line(number, {"text": given})
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        return Line(number, {}, "the line is no object with a string `text`")
    return Line(number, given)


def in_chunks(lines: Iterator[Line], size: int = CHUNK) -> Iterator[list[Line]]:
    """Lists of lines, the last one perhaps shorter."""
    chunk: list[Line] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def answer_fault(line: Line) -> dict[str, Any]:
    """The answer to a line that cannot be judged."""
    return {"error": line.fault, "line": line.number}
