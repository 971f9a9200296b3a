"""Lines of the log about policies that come from files: an edited file is in force from the next start, and the log says so.

A look takes no lock: it comes every minute and nearly always finds nothing to write. The job's lease keeps other processes away.
What is published in the web has its line in the transaction that puts it in force (policies.py).
"""

from __future__ import annotations

import os
from datetime import datetime

from sqlalchemy import select

from moderation.evidence.record import LeafType, leaf, read_leaf
from moderation.storage.database import Database
from moderation.storage.ids import new_id
from moderation.storage.log import write_line
from moderation.storage.tables import LogEntry
from moderation.storage.unit_of_work import table_of, unit_of_work


def note_policy_file(database: Database, site_id: str, name: str, digest: str, now: datetime) -> bool:
    """Write that this file's text is in force at a site, unless the log says so already; whether a line was written."""
    table, ref = table_of(LogEntry), f"policy:{site_id}"
    newest = select(table.c.body).where(table.c.ref == ref).order_by(table.c.idx.desc()).limit(1)
    with database.reading() as session:
        body = session.execute(newest).scalar_one_or_none()
    before = _digest_in(body) if body else ""
    if before == digest:
        return False
    told = {"site": site_id, "name": name, "sha256": digest, "before": before, "by": "file"}
    with unit_of_work(database) as work:
        write_line(work, leaf(LeafType.POLICY_ACTIVATED, new_id(), now, told, os.urandom(16)), site_id=site_id, ref=ref)
    return True


def _digest_in(body: bytes) -> str:
    data = read_leaf(body)["d"]
    return str(data.get("sha256", "")) if isinstance(data, dict) else ""
