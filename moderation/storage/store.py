"""The database as the pipeline sees it: the one class that implements its `Store`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from moderation.errors import ModerationError
from moderation.evidence.record import Leaf
from moderation.ports import Arrival, Judged, Outcome, Received, Tags, Texture, Waiting
from moderation.storage import comments, waiting
from moderation.storage.counters import Counters
from moderation.storage.database import Database
from moderation.storage.fact_book import StoredFacts
from moderation.storage.facts import read_facts
from moderation.storage.received import write_received
from moderation.storage.sites import read_site_facts
from moderation.storage.steps import SqlStep, open_step


class SqlStore:
    """Reads facts and writes steps."""

    def __init__(
        self,
        database: Database,
        counters: Counters,
        clock: Callable[[], datetime],
        limit_of: Callable[[str], int],
        open_names: Callable[[str, str], tuple[str, ...]],
    ) -> None:
        self.database = database
        self.counters = counters
        self.clock = clock
        self._limit_of = limit_of
        self._open_names = open_names

    def read_facts(self, arrivals: Sequence[Arrival], tags: Sequence[Tags], textures: Sequence[Texture]) -> StoredFacts:
        """What is known before a batch."""
        wanted = {arrival.site_id for arrival in arrivals}
        sites = read_site_facts(self.database, wanted, self.clock(), open_names=self._open_names)
        with self.database.reading() as session:
            return read_facts(session, arrivals, tags, textures, sites=sites, counters=self.counters, now=self.clock())

    def write_received(self, received: Sequence[Received]) -> list[Outcome | ModerationError]:
        """Commit a batch."""
        limits = {site_id: self._limit_of(site_id) for site_id in {one.arrival.site_id for one in received}}
        return write_received(self.database, received, limits)

    def step(self) -> AbstractContextManager[SqlStep]:
        """One transaction of the people's side."""
        return open_step(self.database)

    def withdraw(self, site_id: str, comment_id: str, leaf: Leaf, now: datetime) -> Outcome:
        """Take a comment back for its site."""
        return comments.withdraw(self.database, site_id, comment_id, leaf, now)

    def restore(self, site_id: str, comment_id: str, leaf: Leaf, now: datetime) -> Outcome:
        """Bring a withdrawn comment back."""
        return comments.restore(self.database, site_id, comment_id, leaf, now)

    def waiting_for_scores(self, limit: int) -> list[Waiting]:
        """What is held only because a score was missing."""
        return waiting.waiting_for_scores(self.database, limit, self._open_names)

    def write_rejudged(self, was: Waiting, judged: Judged, record: bytes, leaf: Leaf, now: datetime) -> bool:
        """Write a second decision."""
        return waiting.write_rejudged(self.database, was, judged, record, leaf, now)
