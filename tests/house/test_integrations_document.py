"""The commands of `docs/integrations.md` exist as they are written there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from moderation.cli import app

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "integrations.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ moderation (.*)$", DOCUMENT, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_exists(command: str) -> None:
    words = shlex.split(command.partition(" <")[0])
    done = CliRunner().invoke(app, [*words[:2], "--help"])
    assert done.exit_code == 0
    assert [word for word in words if word.startswith("--") and word not in done.stdout] == []


def test_every_helper_in_the_table_is_there() -> None:
    named = re.findall(r"^\| `(integrations/\S+)` \|", DOCUMENT, re.MULTILINE)
    assert sorted(named) == sorted(
        str(path.relative_to(ROOT)) for path in ROOT.glob("integrations/*/*.*") if path.is_file()
    )
