"""What the program says of an error that nobody foresaw holds no sender."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderation.api.problems import log_internal
from tests.factories import make_world

SENDER = "203.0.113.77"


def fail(sender: str) -> None:
    if sender:
        raise ZeroDivisionError


def test_a_traceback_names_places_and_no_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_world(tmp_path)
    try:
        fail(SENDER)
    except ZeroDivisionError as error:
        incident = log_internal(error)
    said = capsys.readouterr().out
    assert incident in said
    assert "in fail" in said
    assert SENDER not in said
