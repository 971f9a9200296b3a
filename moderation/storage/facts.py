"""Read what a batch needs to know, in one query per table.

Repeats are counted over 30 days of the same site, by a keyed tag of the folded text and by the bands of its MinHash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from moderation.ports import Arrival, Tags, Texture
from moderation.storage.addresses import read_addresses
from moderation.storage.among import among, apart, in_sites
from moderation.storage.articles import stored_articles
from moderation.storage.authors import stored_authors
from moderation.storage.counters import Counters
from moderation.storage.domains import read_domains
from moderation.storage.fact_book import Seen, Standing, StoredFacts, identities
from moderation.storage.tables import CommentRow, RevisionRow, TextSeen
from moderation.storage.unit_of_work import table_of
from moderation.vocabulary import SiteFacts

REPEAT_DAYS: Final = 30
SEEN: Final = table_of(TextSeen)
RECENT: Final = SEEN.c.seen_at > bindparam("since")
TOTALS: Final = (
    columns(SEEN.c.site_id, SEEN.c.band, func.count(), func.max(SEEN.c.cluster))
    .where(in_sites(SEEN.c.site_id, SEEN.c.band), RECENT)
    .group_by(SEEN.c.site_id, SEEN.c.band)
)
OWN: Final = (
    columns(SEEN.c.site_id, SEEN.c.band, SEEN.c.sender_tag, func.count())
    .where(in_sites(SEEN.c.site_id, SEEN.c.band), among(SEEN.c.sender_tag, "senders"), RECENT)
    .group_by(SEEN.c.site_id, SEEN.c.band, SEEN.c.sender_tag)
)
COMMENT, REVISION = table_of(CommentRow), table_of(RevisionRow)
PARENTS: Final = (
    columns(COMMENT.c.site_id, COMMENT.c.id, COMMENT.c.external_id, REVISION.c.text)
    .join_from(COMMENT, REVISION, REVISION.c.comment_id == COMMENT.c.id)
    .where(or_(among(COMMENT.c.id, "names"), in_sites(COMMENT.c.site_id, COMMENT.c.external_id)))
    .where(REVISION.c.number == COMMENT.c.revision)
)


def read_facts(
    session: Session,
    arrivals: Sequence[Arrival],
    tags: Sequence[Tags],
    textures: Sequence[Texture],
    *,
    sites: dict[str, SiteFacts],
    counters: Counters,
    now: datetime,
) -> StoredFacts:
    """Read what a batch needs in one query per table."""
    revised = _read_revised(session, arrivals)
    return StoredFacts(
        sites=sites,
        articles=stored_articles(
            session, {(a.site_id, a.comment.article.id) for a in arrivals if a.comment.article is not None}
        ),
        authors=read_authors(session, arrivals, tags, revised.values()),
        parents=_read_parents(session, arrivals),
        revised=revised,
        seen=_read_seen(session, arrivals, tags, textures, now),
        addresses=read_addresses(
            session, arrivals, tags, [identities(a, t) for a, t in zip(arrivals, tags, strict=True)], now
        ),
        domains=read_domains(session, arrivals),
        counters=counters,
    )


def read_authors(
    session: Session, arrivals: Sequence[Arrival], tags: Sequence[Tags], revised: Iterable[CommentRow] = ()
) -> dict[tuple[str, str], Standing]:
    """The standing of every author of a batch, under each name by which one is found."""
    keys = {(a.site_id, name) for a, t in zip(arrivals, tags, strict=True) for name in identities(a, t)}
    by_id = {row.author_id for row in revised if row.author_id}
    if not keys and not by_id:
        return {}
    found = stored_authors(session, keys, by_id)
    known = {row.id: Standing.of(row) for row in found}
    named = {(row.site_id, row.identity): known[row.id] for row in found}
    return named | {(row.site_id, f"id:{row.id}"): known[row.id] for row in found}


def _read_parents(session: Session, arrivals: Sequence[Arrival]) -> dict[tuple[str, str], str]:
    keys = {(a.site_id, a.comment.parent_id) for a in arrivals if a.comment.parent_id}
    if not keys:
        return {}
    found = {}
    for site_id, comment_id, external_id, text in session.connection().execute(PARENTS, apart(keys)):
        found[(site_id, comment_id)] = text or ""
        if external_id:
            found[(site_id, external_id)] = text or ""
    return found


def _read_revised(session: Session, arrivals: Sequence[Arrival]) -> dict[tuple[str, str], CommentRow]:
    keys = {(a.site_id, a.revises) for a in arrivals if a.revises}
    if not keys:
        return {}
    found = session.exec(select(CommentRow).where(col(CommentRow.id).in_([comment_id for _, comment_id in keys])))
    return {(row.site_id, row.id): row for row in found if (row.site_id, row.id) in keys}


def _read_seen(
    session: Session, arrivals: Sequence[Arrival], tags: Sequence[Tags], textures: Sequence[Texture], now: datetime
) -> dict[tuple[str, str], Seen]:
    """One line a band, however many senders a wave has; who sent it is asked for this batch's senders and whole texts only."""
    keys = {(a.site_id, band) for a, t in zip(arrivals, textures, strict=True) for band in (t.exact, *t.bands) if band}
    if not keys:
        return {}
    connection, since = session.connection(), now - timedelta(days=REPEAT_DAYS)
    totals = connection.execute(TOTALS, {**apart(keys), "since": since})
    found = {(row[0], row[1]): Seen(row[2], cluster=row[3] or "") for row in totals}
    own = {
        (a.site_id, t.exact, of.sender)
        for a, of, t in zip(arrivals, tags, textures, strict=True)
        if of.sender and (a.site_id, t.exact) in found
    }
    if own:
        senders = list({sender for _, _, sender in own})
        asked = {**apart({(site, name) for site, name, _ in own}), "senders": senders, "since": since}
        for site_id, name, who, count in connection.execute(OWN, asked):
            found[(site_id, name)].by_sender[who] = count
    return found
