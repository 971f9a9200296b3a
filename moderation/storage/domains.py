"""Domains that published comments of a site linked to: what is new to a site is decided against them.

- A domain becomes known when a comment with it is published, by the policy or by a person, and is forgotten when that
  comment is rejected.
- What people had published in an archive counts as published.
- A batch asks once, and only if it has links at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import delete, select
from sqlmodel import Session

from moderation.checks.links import linked_domains
from moderation.ports import Arrival
from moderation.storage.among import apart, in_sites
from moderation.storage.tables import CommentRow, KnownDomain, RevisionRow
from moderation.storage.unit_of_work import table_of
from moderation.storage.upsert import insert_missing
from moderation.vocabulary import Lane, Status

DOMAIN: Final = table_of(KnownDomain)
KNOWN: Final = select(DOMAIN.c.site_id, DOMAIN.c.domain).where(in_sites(DOMAIN.c.site_id, DOMAIN.c.domain))


class Kept(Protocol):
    """A comment that is written now."""

    @property
    def id(self) -> str: ...
    @property
    def arrival(self) -> Arrival: ...
    @property
    def now(self) -> datetime: ...


def read_domains(session: Session, arrivals: Sequence[Arrival]) -> dict[str, set[str]]:
    """Which of the domains in a batch each site knows."""
    asked: dict[str, set[str]] = {}
    for one in arrivals:
        asked.setdefault(one.site_id, set()).update(domains_of(one))
    known: dict[str, set[str]] = {site_id: set() for site_id in asked}
    pairs = {(site_id, domain) for site_id, domains in asked.items() for domain in domains}
    if pairs:
        for site_id, domain in session.connection().execute(KNOWN, apart(pairs)):
            known[site_id].add(domain)
    return known


def domains_of(arrival: Arrival) -> frozenset[str]:
    """The domains that the public fields of a comment link to."""
    comment = arrival.comment
    return linked_domains([comment.text, comment.title or "", comment.author.website or ""])


def learn_domains(session: Session, received: Sequence[Kept], published: Sequence[bool]) -> None:
    """Know the domains of what was published at once."""
    rows = [
        _row(one.arrival.site_id, domain, one.id, one.now)
        for one, shown in zip(received, published, strict=True)
        if shown and one.arrival.comment.lane is Lane.LIVE
        for domain in sorted(domains_of(one.arrival))
    ]
    insert_missing(session, KnownDomain, _once(rows))


def learn_from_verdict(session: Session, row: CommentRow, after: Status, now: datetime) -> None:
    """Know the domains of what a person published, and forget those that only a rejected comment brought."""
    if row.lane != Lane.LIVE.value:
        return
    if after is Status.REJECTED:
        session.execute(delete(DOMAIN).where(DOMAIN.c.comment_id == row.id))
    if after is not Status.PUBLISHED:
        return
    revision = session.get(RevisionRow, (row.id, row.revision))
    if revision is not None:
        texts = [revision.text or "", revision.title or "", revision.website or ""]
        rows = [_row(row.site_id, domain, row.id, now) for domain in sorted(linked_domains(texts))]
        insert_missing(session, KnownDomain, rows)


def _row(site_id: str, domain: str, comment_id: str, now: datetime) -> dict[str, Any]:
    return {"site_id": site_id, "domain": domain, "comment_id": comment_id, "created_at": now}


def _once(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in {(row["site_id"], row["domain"]): row for row in rows}.values()]
