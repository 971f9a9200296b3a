"""The wheel, installed alone in a fresh environment, works in an empty folder.

Only the third-party libraries are borrowed from the environment of the tests (by a `.pth` file that says so); the package
itself is the wheel's, which the test makes sure of.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Home, call, comment

NEEDED = (
    "moderation/_policies/default.yaml",
    "moderation/_policies/default.examples.yaml",
    "moderation/_policies/strict.yaml",
    "moderation/_policies/light.yaml",
    "moderation/_integrations/php/moderation.php",
    "moderation/_integrations/python/moderation_client.py",
    "moderation/storage/migrations/env.py",
    "moderation/storage/migrations/versions/0001_the_first_schema.py",
    "moderation/web/templates/base.html",
    "moderation/web/static/app.css",
    "moderation/web/static/form/made.js",
    "moderation/scoring/weights/ngrams.npz",
    "moderation/demo/comments.jsonl",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a clean copy: what git holds, as a release is built."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in tracked.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    build = ["wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source)]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True, timeout=300)
    (made,) = folder.glob("moderation-*.whl")
    return made


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with nothing of ours but the wheel."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=120)
    made = folder / "bin" / "python"
    install = ["--python", str(made), "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True, timeout=300)
    (site,) = folder.glob("lib/python3*/site-packages")
    borrowed = Path(sysconfig.get_path("purelib"))
    (site / "third_party_borrowed_from_the_test_environment.pth").write_text(f"{borrowed}\n")
    return made


class Installed(Home):
    """An empty folder in which the installed command is run."""

    def environment(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("MODERATION_", "PYTHON"))
        }
        return {**inherited, "MODERATION_ENGINE": "ngrams", **self.env}

    def command(self, *words: str) -> list[str]:
        return [self.env["COMMAND"], *words]


@pytest.fixture
def home(python: Path, tmp_path: Path) -> Installed:
    return Installed(tmp_path, {"COMMAND": str(python.parent / "moderation")})


def test_everything_that_is_read_at_run_time_is_in_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert [name for name in NEEDED if name not in inside] == []
    tracked = subprocess.run(["git", "ls-files", "moderation"], cwd=ROOT, capture_output=True, text=True, check=True)
    there = [name for name in tracked.stdout.split("\n") if name and (ROOT / name).is_file()]
    assert [name for name in there if name not in inside] == []


def test_nothing_but_the_package_is_in_the_wheel(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"moderation"}
    licences = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(("LICENSE", "NOTICE"))]
    assert len(licences) == 2


def test_the_package_that_runs_is_the_one_of_the_wheel(python: Path, tmp_path: Path) -> None:
    where = [str(python), "-c", "import moderation; print(moderation.__file__)"]
    said = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert Path(said.strip()).is_relative_to(python.parent.parent)


def test_check_judges_with_the_shipped_policy_and_weights(home: Installed) -> None:
    answer = json.loads(home.run("check", "You are a stupid idiot.", "--json").stdout)
    assert (answer["status"], answer["engine"]) == ("held", "ngrams")
    assert list(home.path.iterdir()) == []


def test_serve_takes_a_comment_and_shows_its_pages(home: Installed) -> None:
    home.run("first-run")
    key = home.json("keys", "create", "--site", "demo", "--json")["key"]
    with home.serving() as base:
        assert call(f"{base}/api/v1/comments", comment("Good morning."), key)[0] == 201
        for page in ("/", "/sign-in", "/api/docs", "/openapi.json"):
            status = subprocess.run(
                ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", base + page],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            assert status == "200", page
