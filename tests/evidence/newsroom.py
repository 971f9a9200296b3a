"""A newsroom with a moving clock: real database, real pipeline, real vault, real signer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from moderation.evidence.vault import Vault
from moderation.evidence.verify import LogReport, verify_log
from moderation.log_jobs import signer_of
from moderation.pipeline import Pipeline
from moderation.ports import Arrival, Outcome
from moderation.storage.checkpoints import make_checkpoint
from moderation.storage.log import checkpoint_notes, log_rows
from moderation.vocabulary import Article, Author, Comment, Door, Sender
from tests.factories import World, make_world
from tests.fakes import WordScorer

SITE = "gazette"


class Newsroom:
    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder = folder
        self.world: World = make_world(folder, url, scorer=WordScorer())
        self.service = self.world.service
        self.settings = self.world.settings
        self.now = datetime.now(UTC)
        self.pipeline = Pipeline(replace(self.service.pipeline.ports, clock=lambda: self.now))
        self.database = self.service.database
        self.vault = Vault(self.settings.vault_dir, rng=os.urandom)
        self.signer = signer_of(self.settings)

    def close(self) -> None:
        self.world.close()

    def send(self, count: int = 1, *, first: int = 0, words: str = "A fair report.", **author: str) -> list[str]:
        """Take comments from known senders; their ids."""
        arrivals = [
            Arrival(
                SITE,
                Comment(
                    text=f"{words} {number}",
                    door=Door.API,
                    article=Article("a-1"),
                    author=Author(author.get("name", "Asha"), author.get("email", f"reader{number}@mail.example")),
                    sender=Sender(
                        ip=address(number), port=20000 + number % 40000, user_agent="SecretBrowser/9", transport="tcp"
                    ),
                ),
            )
            for number in range(first, first + count)
        ]
        ids = []
        for start in range(0, count, 64):
            outcomes = self.pipeline.receive(arrivals[start : start + 64])
            for outcome in outcomes:
                assert isinstance(outcome, Outcome), outcome
                ids.append(outcome.id)
        return ids

    def sign(self) -> str | None:
        return make_checkpoint(self.database, self.signer, self.now)

    def verify(self, *, known: str | None = None, tiles: Sequence[bytes] | None = None) -> LogReport:
        notes = [note for _, note in checkpoint_notes(self.database)]
        return verify_log(log_rows(self.database), notes, keys=[self.signer.key], known=known, tiles=tiles)

    def tamper(self, *statements: str, **values: object) -> None:
        """Write as somebody who owns the database and switches its triggers off."""
        with self.database.engine.begin() as connection:
            if self.database.is_sqlite:
                rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
                for (name,) in rows:
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text("SET session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement), values)
            if not self.database.is_sqlite:
                connection.execute(text("SET session_replication_role = origin"))

    def later(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now


def address(number: int) -> str:
    return f"203.0.{113 + number // 250}.{1 + number % 250}"
