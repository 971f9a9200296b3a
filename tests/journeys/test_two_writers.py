"""The operator's command line writes while the server takes comments: on one SQLite file nothing fails."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from moderation.app import create_app
from tests.factories import comment_body, make_world
from tests.fakes import WordScorer

SECONDS = 10


@pytest.mark.timeout(180)
def test_command_line_and_server_write_for_ten_seconds_and_nothing_fails(tmp_path: Path) -> None:
    world = make_world(tmp_path, scorer=WordScorer())
    settings = world.settings
    env = {
        **os.environ,
        "MODERATION_DATA_DIR": str(settings.data_dir),
        "MODERATION_VAULT_DIR": str(settings.vault_dir),
        "MODERATION_SECRETS_DIR": str(settings.secrets_dir),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    command = [sys.executable, "-m", "moderation", "keys", "create", "--site", "gazette", "--mode", "test", "--json"]
    exits: list[int] = []
    until = time.monotonic() + SECONDS

    def write_keys() -> None:
        while time.monotonic() < until:
            exits.append(subprocess.run(command, env=env, capture_output=True, check=False).returncode)

    writer = threading.Thread(target=write_keys)
    statuses: list[int] = []
    with TestClient(create_app(settings, service=world.service), raise_server_exceptions=False) as client:
        client.headers["authorization"] = f"Bearer {world.live}"
        writer.start()
        while time.monotonic() < until:
            statuses.append(client.post("/api/v1/comments", json=comment_body(f"Comment {len(statuses)}")).status_code)
        writer.join()
    assert exits
    assert set(exits) == {0}
    assert len(statuses) > SECONDS
    assert set(statuses) == {201}
