"""`docs/models.md` is followed to the letter: each of its commands is run as it stands, in order, in an installation with one site.

What is not `moderation` itself (pip, docker) is another tool's. `/srv` stands for a folder of the test, where the published
files lie in the shape that their publisher gives them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import make_settings, prepare
from tests.scoring.checkpoints import make_bert, make_roberta

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "models.md").read_text("utf-8")
COMMANDS = [
    line.partition("  #")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if line.startswith("moderation ")
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with the site `gazette`, and the published files where the page expects them."""
    prepare(make_settings(tmp_path))
    made = make_roberta(tmp_path / "srv" / "unbiased")
    made.checkpoint.rename(made.folder / "toxic_debiased.ckpt")
    bert = make_bert(tmp_path / "bert")
    shutil.copytree(bert.folder, tmp_path / "data" / "models" / "incoming" / "original")
    return tmp_path


@pytest.mark.timeout(300)
def test_every_command_of_the_page_does_what_it_says(home: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")}
    said = {}
    for line in COMMANDS:
        words = line.replace("/srv/", f"{home}/srv/").split()[1:]
        done = subprocess.run(
            [sys.executable, "-m", "moderation", *words],
            cwd=home, env={**kept, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        said[line] = done.stdout
    listed = said["moderation models list"]
    assert ("* unbiased" in listed, "original" in listed) == (True, True)
    assert "unbiased: 7 files are what the card says" in said["moderation models verify"]
    assert not (home / "data" / "models" / "unbiased").exists()


def test_the_page_has_a_command_for_each_thing_that_can_be_done_with_a_model() -> None:
    done = {line.split()[2] for line in COMMANDS if line.startswith("moderation models ")}
    assert done == {"import", "list", "use", "verify", "remove"}
