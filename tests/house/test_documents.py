"""What is written about the program is what the program does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from moderation.cli import COMMANDS, app, load_command
from moderation.settings import Settings, explain_settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def test_the_first_command_of_the_readme_prints_what_the_readme_shows() -> None:
    first = blocks("console")[0]
    command, _, shown = first.partition("\n")
    assert command.startswith("$ .venv/bin/moderation check ")
    words = re.fullmatch(r'\$ \.venv/bin/moderation check "(.*)"', command)
    assert words is not None
    run = [sys.executable, "-m", "moderation", "check", words[1]]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == shown


def test_every_command_in_the_readme_exists() -> None:
    named = set(
        re.findall(r"`?moderation ([a-z][a-z-]+)", " ".join(blocks("console") + re.findall(r"`[^`]+`", README)))
    )
    assert named - set(COMMANDS) == set()


def test_every_make_target_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", README)) - targets == set()


def test_the_settings_table_is_the_program_s() -> None:
    table = (ROOT / "docs" / "settings.md").read_text("utf-8")
    shown = re.findall(r"^\| `(MODERATION_\w+)` \| (.*?) \| (.*?) \|$", table, re.MULTILINE)
    rows = explain_settings(Settings(_env_file=None))  # type: ignore[call-arg]
    assert shown == [
        (name, f"`{value}`" if value not in {"", "None"} else "", meaning) for name, value, meaning in rows
    ]


def test_every_file_with_an_app_is_a_command_and_every_command_is_a_file() -> None:
    folder = ROOT / "moderation" / "cli"
    apps = {
        path.stem.replace("_", "-")
        for path in folder.glob("*.py")
        if re.search(r"^app = typer\.Typer\(", path.read_text("utf-8"), re.MULTILINE) and path.stem != "__init__"
    }
    inner = {"evidence-rights"}  # joined by `evidence`
    assert apps - inner == set(COMMANDS)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_help_of_every_command_names_its_options_in_words(name: str) -> None:
    done = CliRunner().invoke(app, [name, "--help"])
    assert done.exit_code == 0
    assert "Usage:" in done.stdout
    for option in [p for p in load_command(name).params if p.name != "help"]:
        if isinstance(option, typer.core.TyperOption):
            assert option.help, f"{name} {option.name} has no help"


def test_the_makefile_calls_what_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    scripts = re.findall(r"(?:python|bash) ([a-z/_]+\.(?:py|sh))", makefile)
    assert len(scripts) > 5
    assert [one for one in scripts if not (ROOT / one).is_file()] == []
    calls = re.findall(r"-m training (.*)", makefile)
    asked = {option for call in calls for option in re.findall(r"--[a-z]+", call)}
    shown = subprocess.run(
        [sys.executable, "-m", "training", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert len(calls) == 2
    assert {option for option in asked if option not in shown} == set()
