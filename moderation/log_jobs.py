"""What the workers do for the log: sign it as it grows, note how right the clock is, forget old tag keys.

- A checkpoint is signed when the log has grown and the last one is `checkpoint_seconds` old.
- The clock's status is a line of the log once an hour: whoever is handed a time can see how sure it was.
- Which policy from a file is in force at a site is a line of the log when it is another than before: a file that was edited, or
  came with another release, counts from the next start.
- In the one-process mode the signer shares the server's process; `signer_of` is what a process of its own would call.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select

from moderation.bootstrap import Service
from moderation.evidence.clock import read_clock
from moderation.evidence.record import LeafType, leaf
from moderation.evidence.signer import LogSigner
from moderation.policy_shelf import VERSION_PREFIX
from moderation.settings import Settings
from moderation.storage.checkpoints import make_checkpoint
from moderation.storage.ids import new_id
from moderation.storage.log import write_line
from moderation.storage.policy_lines import note_policy_file
from moderation.storage.sites import list_sites
from moderation.storage.tables import LogCheckpoint, LogEntry
from moderation.storage.unit_of_work import table_of, unit_of_work

HOUR: Final = timedelta(hours=1)


def signer_of(settings: Settings) -> LogSigner:
    """The log's signer; its name is taken from the public address the first time and stays."""
    url = urlsplit(settings.public_url)
    origin = f"{url.netloc}{settings.root_path}/log".replace("+", "-")
    return LogSigner(settings.secrets_dir / "log", origin=origin, rng=os.urandom)


def sign_log(service: Service) -> int:
    """Sign the log if it has grown and the last checkpoint is old enough."""
    now = service.clock()
    table = table_of(LogCheckpoint)
    with service.database.reading() as session:
        last = session.execute(select(table.c.created_at).order_by(table.c.size.desc()).limit(1)).scalar_one_or_none()
    if last is not None and now - last < timedelta(seconds=service.settings.checkpoint_seconds):
        return 0
    make_checkpoint(service.database, signer_of(service.settings), now)
    return 0


def note_clock(service: Service) -> int:
    """Write the clock's status into the log, once an hour."""
    now = service.clock()
    table = table_of(LogEntry)
    newest = select(table.c.created_at).where(table.c.ref == "clock").order_by(table.c.idx.desc()).limit(1)
    with service.database.reading() as session:
        last = session.execute(newest).scalar_one_or_none()
    if last is not None and timedelta(0) <= now - last < HOUR:
        return 0
    status = read_clock()
    data = {"synchronised": status.synchronised, "max_error_us": status.max_error_us}
    with unit_of_work(service.database) as work:
        write_line(work, leaf(LeafType.CLOCK_STATUS, new_id(), now, data, os.urandom(16)), ref="clock")
    return 0


def note_policies(service: Service) -> int:
    """Write into the log which policies from files are in force, as far as it does not say so."""
    noted = 0
    for site in list_sites(service.database):
        if not site.policy.startswith(VERSION_PREFIX):
            digest = service.shelf.policy(site.policy).hash
            noted += note_policy_file(service.database, site.id, site.policy, digest, service.clock())
    return noted


def forget_tags(service: Service) -> int:
    """Delete tag keys that no longer count."""
    service.custody.forget_tags(service.clock())
    return 0
