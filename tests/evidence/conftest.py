from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence.newsroom import Newsroom


@pytest.fixture
def newsroom(tmp_path: Path, empty_url: str) -> Iterator[Newsroom]:
    """A real newsroom on each database, whose clock the test moves."""
    made = Newsroom(tmp_path, empty_url)
    yield made
    made.close()
