"""What a reader of the code is promised: short files, short functions, no drawers for everything."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.sources import parse

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "moderation"
LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
LONGEST_SCRIPT = 80
LONGEST_STYLE = 500
DRAWERS = {"utils", "helpers", "common", "misc", "util", "helper"}


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations/versions" not in path.as_posix()]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{one.lineno} {one.name} has {one.end_lineno - one.lineno + 1}"
        for path in modules()
        for one in functions(path)
        if one.end_lineno and one.end_lineno - one.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_a_script_is_read_at_a_glance_and_the_style_in_one_sitting() -> None:
    static = PACKAGE / "web" / "static"
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in static.rglob("*") if path.is_file()}
    long = {path.name: n for path, n in lengths.items() if path.suffix == ".js" and n > LONGEST_SCRIPT}
    long |= {path.name: n for path, n in lengths.items() if path.suffix == ".css" and n > LONGEST_STYLE}
    assert any(path.suffix == ".js" for path in lengths)
    assert long == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [path for path in modules() if path.stem in DRAWERS] == []


def test_no_top_module_has_the_name_of_a_standard_library_module() -> None:
    names = [path.stem for path in (*PACKAGE.glob("*.py"), *(p for p in PACKAGE.iterdir() if p.is_dir()))]
    assert [name for name in names if name in sys.stdlib_module_names and not name.startswith("_")] == []


def test_every_module_says_what_it_decides() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if path.read_text("utf-8").strip() and not ast.get_docstring(parse(path))
    ]
    assert silent == []


def test_no_open_ends_without_an_issue() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    found = [
        path for path in modules() for line in path.read_text("utf-8").splitlines() if any(w in line for w in words)
    ]
    assert found == []
