"""Build a small newsroom: a migrated database, sealing keys, a site and its keys."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from moderation.access.api_keys import make_key
from moderation.bootstrap import Service, build_service
from moderation.evidence.vault import Vault
from moderation.scoring.loading import LoadingScorer
from moderation.scoring.scorer import Scorer
from moderation.settings import Settings
from moderation.storage.database import Database, open_engine
from moderation.storage.epochs import store_epoch_rows
from moderation.storage.ids import new_id
from moderation.storage.keys import store_key
from moderation.storage.migrate import upgrade
from moderation.storage.sites import add_site
from moderation.vocabulary import Lane


@dataclass
class World:
    """A running newsroom, without a server in front."""

    settings: Settings
    service: Service
    live: str
    test: str
    other: str

    def close(self) -> None:
        self.service.close()


def make_settings(folder: Path, url: str = "", **more: object) -> Settings:
    values = {
        "data_dir": folder / "data",
        "vault_dir": folder / "vault",
        "secrets_dir": folder / "secrets",
        "database_url": url,
        "engine": "ngrams",
        "coral_answer_ms": 20_000,  # a busy machine is no reason to hold, unless a test says so
        "akismet_answer_ms": 20_000,
        "intake_deadline_ms": 20_000,
        **more,
    }
    return Settings.model_validate(values)


def prepare(settings: Settings) -> tuple[str, str, str]:
    """Migrate, mint and make two sites; the keys of the first (live, test) and of the second (live)."""
    upgrade(settings.owner_database)
    database = Database(open_engine(settings.database))
    now = datetime.now(UTC)
    vault = Vault(settings.vault_dir, rng=os.urandom)
    vault.init(now)
    store_epoch_rows(database, vault.mint(now, profile="IN", keep=timedelta(days=180)))
    add_site(database, "gazette", "The Gazette", now)
    add_site(database, "herald", "The Herald", now)
    made = []
    for site, lane in (("gazette", Lane.LIVE), ("gazette", Lane.TEST), ("herald", Lane.LIVE)):
        key = make_key(lane, os.urandom)
        store_key(database, new_id(), site, lane, key, now)
        made.append(key.key)
    database.close()
    return made[0], made[1], made[2]


def make_world(folder: Path, url: str = "", *, scorer: Scorer | None = None, **more: object) -> World:
    settings = make_settings(folder, url, **more)
    live, test, other = prepare(settings)
    loading = LoadingScorer(lambda: scorer, name="test") if scorer else None
    if loading:
        loading.wait(5)
    return World(settings, build_service(settings, scorer=loading), live, test, other)


def comment_body(text: str = "A fair report, thank you.", **more: object) -> dict[str, object]:
    """The body of a comment as a site sends it."""
    return {
        "article": {"id": "a-1", "title": "Council votes for the tram line", "section": "city"},
        "author": {"name": "Asha Shenoy", "email": "asha@reader.example"},
        "text": text,
        "disclaimer": {"accepted": True},
        "sender": {"ip": "203.0.113.77", "port": 40123, "user_agent": "Mozilla/5.0"},
        **more,
    }
