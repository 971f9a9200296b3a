from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.screenshots import chromium, serve
from tests.web.newsroom import Newsroom, open_newsroom

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "axe"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom on SQLite."""
    opened = open_newsroom(tmp_path)
    yield opened
    opened.world.close()


@pytest.fixture
def base(room: Newsroom) -> Iterator[str]:
    """The address of the newsroom's server."""
    with serve(room.app) as address:
        yield address


@pytest.fixture(scope="module")
def axe() -> str:
    """The axe-core script, from npm, for tests only."""
    script = CACHE / "package" / "axe.min.js"
    if not script.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "axe-core@4.10.3", "--silent"], cwd=CACHE, check=True, capture_output=True)
        with tarfile.open(next(CACHE.glob("axe-core-*.tgz"))) as packed:
            script.parent.mkdir(exist_ok=True)
            member = packed.extractfile("package/axe.min.js")
            assert member is not None
            script.write_bytes(member.read())
    return script.read_text(encoding="utf-8")
