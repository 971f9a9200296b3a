from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.screenshots import chromium, serve
from tests.web.newsroom import Newsroom, open_newsroom


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
