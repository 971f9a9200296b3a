"""Build the edges from the settings and hand them to the pipeline.

What this file decides is which implementation stands behind each port. It opens no vault: the server has public keys only.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from moderation.access.throttle import SendThrottle
from moderation.call_book import CallBook
from moderation.checks.reading import read_text
from moderation.evidence.application_key import ApplicationKey
from moderation.evidence.batch import SealingBatch
from moderation.evidence.custody import Custody
from moderation.evidence.keys import DEFAULT_PROFILE, EpochKeys
from moderation.evidence.profile import load_profile
from moderation.evidence.retention import retain_until
from moderation.evidence.sender import SealedSender
from moderation.evidence.tags import TagKeys
from moderation.intake_line import Intake
from moderation.log_lines import write_plain_lines
from moderation.pipeline import Pipeline
from moderation.policy_shelf import PolicyShelf
from moderation.ports import Ports, Tags, Texture
from moderation.scorer_shelf import ScorerShelf, open_scorers
from moderation.scoring.loading import LoadingScorer
from moderation.settings import Settings
from moderation.storage.counters import Counters
from moderation.storage.database import Database
from moderation.storage.epochs import read_epoch_rows
from moderation.storage.ids import new_id
from moderation.storage.migrate import open_current
from moderation.storage.policies import version_text
from moderation.storage.sites import engines_of_sites, list_sites, site_rules
from moderation.storage.store import SqlStore
from moderation.text.similar import bands_of
from moderation.vocabulary import Author, Sender

VAULT_KEY: Final = "vault.pub"
EPOCH_FRESH: Final = 60.0


def utc_now() -> datetime:
    """The clock of the service."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that a door needs."""

    settings: Settings
    database: Database
    pipeline: Pipeline
    intake: Intake
    custody: Custody
    shelf: PolicyShelf
    scorers: ScorerShelf
    clock: Callable[[], datetime]
    sent: SendThrottle
    calls: CallBook = field(default_factory=CallBook)

    @property
    def scorer(self) -> LoadingScorer:
        """The scorer of all that name no other; `/readyz` speaks of it."""
        return self.scorers.main

    def close(self) -> None:
        """Finish what was begun and give everything back."""
        self.intake.close()
        self.scorers.close()
        self.database.close()


class Sealing:
    """Custody as the pipeline sees it, with what makes texts alike."""

    def __init__(self, custody: Custody, clock: Callable[[], datetime]) -> None:
        self.custody = custody
        self.clock = clock

    def seal(
        self,
        sender: Sender,
        author: Author,
        *,
        site_id: str,
        record_id: str,
        comment_id: str,
        at: datetime,
        batch: SealingBatch,
    ) -> SealedSender:
        """Seal one record."""
        return self.custody.seal(
            sender, author, site_id=site_id, record_id=record_id, comment_id=comment_id, at=at, batch=batch
        )

    def seal_email(self, site_id: str, email: str | None) -> bytes | None:
        """Keep an e-mail address for notices."""
        return self.custody.seal_email(site_id, email)

    def tags(self, site_id: str, sender: Sender, author: Author, now: datetime) -> Tags:
        """Tags of the address, the network and the e-mail address."""
        own, network = self.custody.address_tags(site_id, sender.ip, now)
        addresses, networks = self.custody.ban_tags(site_id, sender.ip, now)
        return Tags(self.custody.email_tags(site_id, author.email, now), own, network, addresses, networks)

    def texture(self, site_id: str, text: str) -> Texture:
        """Tags by which equal and nearly equal texts are found."""
        reading = read_text(text)  # the checks will read the same text: it is folded once
        folded = reading.full.text
        if not folded.strip():
            return Texture()
        now = self.clock()
        exact, *bands = self.custody.text_tags(site_id, (folded, *bands_of(reading.normal.split())), now)
        return Texture(exact, tuple(bands))


class EpochSource:
    """The day's public keys, read again once a minute, since the vault mints beside the server.

    Where `vault.pub` lies in the folder of secrets, each key must carry the vault's signature: who can write to the
    database could else hand in a key of their own.
    """

    def __init__(self, database: Database, monotonic: Callable[[], float], pinned: Path) -> None:
        self._database = database
        self._monotonic = monotonic
        self._pinned = pinned
        self._read_at = float("-inf")
        self._keys: EpochKeys | None = None

    def __call__(self) -> EpochKeys:
        """The keys, at most a minute old."""
        if self._keys is None or self._monotonic() - self._read_at > EPOCH_FRESH:
            vault_key = self._pinned.read_bytes() if self._pinned.exists() else None
            rows, laws = read_epoch_rows(self._database), profiles_in_use(self._database)
            self._keys = EpochKeys.load(rows, vault_key=vault_key, profiles=laws)
            self._read_at = self._monotonic()
        return self._keys


def profiles_in_use(database: Database) -> frozenset[str]:
    """The retention profiles of all sites: each needs sealing keys of its own."""
    return frozenset(load_profile(site.region).id for site in list_sites(database))


def build_custody(
    settings: Settings, database: Database, region_of: Callable[[str], str] = lambda _site: DEFAULT_PROFILE
) -> Custody:
    """The server's side of custody: public epoch keys of each site's law, application key, tag keys."""
    rng = os.urandom
    return Custody(
        EpochSource(database, time.monotonic, settings.secrets_dir / VAULT_KEY),
        ApplicationKey.load(settings.secrets_dir, rng=rng),
        TagKeys(settings.secrets_dir / "tags", rng=rng),
        rng=rng,
        profile_of=lambda site: load_profile(region_of(site)).id,
    )


def build_service(settings: Settings, *, scorer: LoadingScorer | None = None) -> Service:
    """The whole service, ready to take comments; the model loads in the background."""
    write_plain_lines()
    database = open_current(settings.database)
    shelf = open_shelf(settings, database)
    custody = build_custody(settings, database, lambda site: shelf.rules(site).region)
    scorers = open_scorers(
        settings, lambda site: shelf.rules(site).engine, main=scorer, of_sites=engines_of_sites(database)
    )
    ports = Ports(
        store=SqlStore(
            database, Counters(settings.redis_url), utc_now, lambda site: shelf.rules(site).limit, custody.open_names
        ),
        sealer=Sealing(custody, utc_now),
        policy_for=shelf.policy_for,
        shadow_for=shelf.shadow_for,
        reason_for=shelf.reason_for,
        scorer_for=scorers.scorer_for,
        clock=utc_now,
        monotonic=time.monotonic,
        new_id=new_id,
        nonce=lambda: os.urandom(16),
        retention=lambda site, at: retain_until(shelf.rules(site).region, at),
        token=lambda: secrets.token_urlsafe(24),
        score_seconds=settings.intake_deadline_ms / 1000,
        undo_seconds=settings.undo_seconds,
    )
    pipeline = Pipeline(ports)
    intake = Intake(pipeline.receive, limit=settings.batch_limit)
    sent = SendThrottle(settings.redis_url)
    return Service(settings, database, pipeline, intake, custody, shelf, scorers, utc_now, sent)


def open_shelf(settings: Settings, database: Database) -> PolicyShelf:
    """The policies of all sites: shipped files, the operator's own, and versions written in the web."""
    rules_of, texts = partial(site_rules, database), partial(version_text, database)
    return PolicyShelf(rules_of, time.monotonic, settings.policies_dir, texts)
