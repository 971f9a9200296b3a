from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.doors.serving import Served, serve


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served newsroom for all doors; its scorer must be there again when a test ends."""
    with serve(tmp_path_factory.mktemp("doors")) as opened:
        yield opened
