"""How commands speak: results on stdout, messages on stderr, text for people and JSON for programs."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from moderation.errors import ModerationError, Unavailable

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})


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


class FileUnusable(Unavailable):
    """a file or folder cannot be used"""

    code = "file_unusable"
    hint = "look at its name, at its owner and at the room on its disk"


def problem_of(error: Exception) -> ModerationError | None:
    """An error that we foresaw, or what is wrong with a file, its disk or the database; None when it is a fault of ours."""
    if isinstance(error, ModerationError):
        return error
    if not isinstance(error, OSError):
        if "sqlalchemy" not in sys.modules:  # a quick command stays quick: nothing is imported to tell a fault
            return None
        from moderation.storage.trouble import trouble_of

        return trouble_of(error)
    why = (error.strerror or type(error).__name__).lower()
    if error.filename is not None:
        return FileUnusable(f"`{error.filename}` cannot be used: {why}")
    return FileUnusable(f"nothing can be written: {why}") if error.errno in FULL else None


def say_problem(problem: ModerationError) -> None:
    """An error that we foresaw, and what to do about it."""
    sys.stdout.flush()
    say(f"moderation: {problem.message}")
    if problem.hint:
        say(f"  hint: {problem.hint}")


class ProgressBar:
    """How far a long command is, on stderr: redrawn in a terminal, a line for each tenth elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = -1
        self._live = sys.stderr.isatty()

    def show(self, done: int, total: int) -> None:
        """Draw it anew when it has grown."""
        part = (100 if self._live else 10) * min(done, total) // max(total, 1)
        if part == self._shown:
            return
        self._shown = part
        filled = "#" * (40 * min(done, total) // max(total, 1))
        line = f"[{filled:<40}] {done} of {total} {self._what}"
        sys.stderr.write(f"\r{line}" if self._live else f"{line}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave its line."""
        if self._live and self._shown >= 0:
            sys.stderr.write("\n")


@contextmanager
def live_bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """How far a command is and how long it will take: on a terminal it leaves no trace, elsewhere a line for each tenth.

    Without `total` it counts, on a terminal only.
    """
    if not sys.stderr.isatty():
        yield _step_of(ProgressBar(what), total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)


def _step_of(bar: ProgressBar, total: int | None) -> Callable[[int], None]:
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        if total:
            bar.show(done, total)

    return step


def give_table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    """Columns as wide as their widest cell; the last one may be as long as it likes."""
    if not rows:
        say("nothing here yet")
        return
    widths = [max(len(row[n]) for row in (heads, *rows)) for n in range(len(heads) - 1)]
    for row in (heads, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        give("  ".join([*cells, row[-1]]).rstrip())
