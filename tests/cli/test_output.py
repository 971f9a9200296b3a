"""How far a long command is: a bar in a terminal, a few plain lines in a file."""

from __future__ import annotations

import io
import sys

import pytest

from moderation.cli.output import ProgressBar, live_bar


class Stderr(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def drawn(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, total: int = 10_000) -> str:
    monkeypatch.setattr(sys, "stderr", Stderr(terminal=terminal))
    bar = ProgressBar("records")
    for done in range(0, total + 1, 7):
        bar.show(done, total)
    bar.show(total, total)
    bar.end()
    return sys.stderr.getvalue()


def test_file_gets_a_line_for_each_tenth_and_no_carriage_return(monkeypatch):
    lines = drawn(monkeypatch, terminal=False).splitlines()
    assert len(lines) == 11
    assert lines[0].endswith("0 of 10000 records")
    assert lines[-1] == f"[{'#' * 40}] 10000 of 10000 records"
    assert "\r" not in drawn(monkeypatch, terminal=False)


def test_terminal_sees_one_line_that_is_redrawn_at_most_a_hundred_times(monkeypatch):
    text = drawn(monkeypatch, terminal=True)
    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert text.count("\r") == 101


@pytest.mark.parametrize(("total", "lines"), [(5000, 11), (3, 3), (None, 0), (0, 0)])
def test_long_commands_tell_a_file_what_they_tell_a_terminal(monkeypatch, total, lines):
    monkeypatch.setattr(sys, "stderr", Stderr(terminal=False))
    with live_bar("replaying", total) as step:
        for _ in range(total or 5000):
            step(1)
    text = sys.stderr.getvalue()
    assert len(text.splitlines()) == lines
    assert "\r" not in text


def test_long_commands_show_a_terminal_a_bar_that_leaves_no_line(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Stderr(terminal=True))
    monkeypatch.setenv("TERM", "xterm")
    with live_bar("replaying", 250) as step:
        step(250)
    text = sys.stderr.getvalue()
    assert "replaying" in text
    assert "250/250" in text
    assert "of 250" not in text
