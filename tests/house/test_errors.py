"""How errors speak: lower-case, no final stop, names in backticks, and what to do next."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import moderation
from moderation.errors import ModerationError
from tests.sources import parse

ROOT = Path(__file__).resolve().parents[2]


def every_error() -> list[type[ModerationError]]:
    for found in pkgutil.walk_packages(moderation.__path__, "moderation."):
        if "migrations" not in found.name and found.name != "moderation.__main__":
            try:
                importlib.import_module(found.name)
            except ModuleNotFoundError as problem:  # an extra that is not installed
                if str(problem.name).startswith("moderation"):
                    raise
    found_classes: list[type[ModerationError]] = []
    waiting = [ModerationError]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("moderation."):
            found_classes.append(one)
    return found_classes


def faults_of(words: str) -> list[str]:
    faults = []
    first = re.sub(r"^`[^`]*`", "x", words.strip())
    if first[:1].isupper() and not re.match(
        r"[A-Z]{2}|[A-Z]\w*[A-Z]|(Redis|PostgreSQL|SQLite|Detoxify|OpenVINO)", first
    ):
        faults.append("starts with a capital")
    if words.rstrip().endswith((".", "!")) and not words.rstrip().endswith("..."):
        faults.append("ends with a stop")
    return faults


def test_every_error_has_a_message_in_house_style_and_a_code() -> None:
    bad = {}
    for error in every_error():
        message = (error.__doc__ or "").strip().splitlines()[0] if error.__doc__ else ""
        faults = faults_of(message) if message else ["has no docstring"]
        if not re.fullmatch(r"[a-z][a-z0-9_]*", error.code):
            faults.append("has a strange code")
        if error.hint:
            faults += [f"hint {fault}" for fault in faults_of(error.hint)]
        if faults:
            bad[f"{error.__module__}.{error.__name__}"] = faults
    assert bad == {}


def raised_words() -> list[tuple[str, str]]:
    """The literal first argument of each raise of one of our errors."""
    names = {error.__name__ for error in every_error()}
    found = []
    for path in sorted((ROOT / "moderation").rglob("*.py")):
        for node in ast.walk(parse(path)):
            if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args):
                continue
            if getattr(node.exc.func, "id", "") in names:
                words = literal(node.exc.args[0])
                if words:
                    found.append((f"{path.relative_to(ROOT)}:{node.lineno}", words))
    return found


def literal(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def test_every_raised_message_is_in_house_style() -> None:
    raised = raised_words()
    assert len(raised) > 50
    assert {where: (words, faults_of(words)) for where, words in raised if faults_of(words)} == {}


@pytest.mark.parametrize("words", ["Upper case start", "ends with a stop."])
def test_the_style_is_really_checked(words: str) -> None:
    assert faults_of(words)
