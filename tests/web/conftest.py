from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.newsroom import Newsroom, open_newsroom


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom on SQLite, with a scorer that knows one bad word."""
    opened = open_newsroom(tmp_path)
    yield opened
    opened.world.close()
