"""What is known before a batch, in memory, kept true while the batch is judged.

What this file decides
- A batch gives what the same comments would give one after another: after each decision the facts of the next ones move on
  (`note`), and the same numbers are written later.
- An author is an account of the site, else an e-mail address by its keyed tag, else nobody.
- Texts that are nearly alike share a cluster, named by the tag of the first one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from moderation.errors import NotFound
from moderation.ports import Arrival, Tags, Texture
from moderation.storage.addresses import AddressBook
from moderation.storage.counters import Counters
from moderation.storage.domains import domains_of
from moderation.storage.tables import ArticleRow, AuthorRow, CommentRow
from moderation.vocabulary import (
    STATUS_OF,
    Action,
    ArticleFacts,
    AuthorFacts,
    Decision,
    Facts,
    Lane,
    ScoreContext,
    SenderFacts,
    SiteFacts,
)

RECENT: Final = 20  # of how many last outcomes the share of rejections is taken
LETTER: Final = {Action.PUBLISH: "p", Action.HOLD: "h", Action.REJECT: "r"}


@dataclass(slots=True)
class Seen:
    """How often one band was seen, how often of that by the senders of this batch, and in which cluster."""

    total: int = 0
    by_sender: dict[str, int] = field(default_factory=dict)
    cluster: str = ""


@dataclass(slots=True)
class Standing:
    """What is known of an author while a batch is judged."""

    published: int = 0
    rejected: int = 0
    held: int = 0
    recent: str = ""
    names: tuple[str, ...] = ()
    trusted: bool = False
    premoderated: bool = False
    confirmed: bool = False
    banned_until: datetime | None = None
    standing_until: datetime | None = None

    @classmethod
    def of(cls, row: AuthorRow | Row[Any]) -> Standing:
        """The standing that is stored."""
        return cls(
            row.published,
            row.rejected,
            row.held,
            row.recent,
            tuple(row.names),
            row.trusted,
            row.premoderated,
            row.confirmed,
            row.banned_until,
            row.standing_until,
        )

    def count(self, action: Action) -> None:
        """Count one decision."""
        status = STATUS_OF[action].value
        setattr(self, status, getattr(self, status) + 1)
        self.recent = (self.recent + LETTER[action])[-RECENT:]

    def facts(self, name: str | None, now: datetime) -> AuthorFacts:
        """As checks and rules see it."""
        stands = self.standing_until is None or self.standing_until > now
        return AuthorFacts(
            known=True,
            published=self.published,
            rejected=self.rejected,
            held=self.held,
            recent=len(self.recent),
            recent_rejected=self.recent.count("r"),
            names=sum(other != name for other in self.names) + 1,
            trusted=self.trusted and stands,
            premoderated=self.premoderated and stands,
            banned=self.banned_until is not None and self.banned_until > now,
            confirmed=self.confirmed,
        )


@dataclass(slots=True)
class StoredFacts:
    """The fact book of one batch."""

    sites: dict[str, SiteFacts]
    articles: dict[tuple[str, str], Row[Any]]
    authors: dict[tuple[str, str], Standing]
    parents: dict[tuple[str, str], str]
    revised: dict[tuple[str, str], CommentRow]
    seen: dict[tuple[str, str], Seen]
    counters: Counters
    addresses: AddressBook = field(default_factory=AddressBook)
    domains: dict[str, set[str]] = field(default_factory=dict)

    def author_of(self, arrival: Arrival, tags: Tags) -> Standing | None:
        """The author of an arrival, found by account, then by any tag of the e-mail address."""
        for identity in identities(arrival, tags):
            row = self.authors.get((arrival.site_id, identity))
            if row is not None:
                return row
        if arrival.revises:
            was = self.revised.get((arrival.site_id, arrival.revises))
            return self.authors.get((arrival.site_id, f"id:{was.author_id}")) if was else None
        return None

    def facts_of(self, arrival: Arrival, tags: Tags, texture: Texture, now: datetime) -> Facts:
        """Everything that checks and policy may know of this arrival."""
        return Facts(
            author=self.author_facts(arrival, tags, now),
            article=self._article(arrival, now),
            sender=self._sender(arrival, tags, texture),
            site=self._site(arrival),
        )

    def context_of(self, arrival: Arrival) -> ScoreContext:
        """What the defamation head may know: subjects, headline and the parent's words."""
        article = self._article(arrival, None)
        parent = self.parents.get((arrival.site_id, arrival.comment.parent_id or ""), "")
        return ScoreContext(subjects=article.subjects, parent=parent, headline=article.title)

    def revision_of(self, arrival: Arrival) -> int:
        """The number that this wording will have."""
        if not arrival.revises:
            return 1
        was = self.revised.get((arrival.site_id, arrival.revises))
        if was is None:
            raise NotFound(f"there is no comment `{arrival.revises}` here")
        return was.revision + 1

    def note(self, arrival: Arrival, tags: Tags, texture: Texture, decision: Decision) -> None:
        """Let the next arrivals of this batch know of this one."""
        comment = arrival.comment
        for band in (texture.exact, *texture.bands):
            if band:
                seen = self.seen.setdefault((arrival.site_id, band), Seen())
                seen.total += 1
                seen.by_sender[tags.sender] = seen.by_sender.get(tags.sender, 0) + 1
                seen.cluster = seen.cluster or texture.exact
        self.counters.count(_counted(arrival, tags))
        live = comment.lane is Lane.LIVE and not arrival.revises
        if live:
            self.addresses.note(tags, identities(arrival, tags))
        if live and decision.action is Action.PUBLISH:
            self.domains.setdefault(arrival.site_id, set()).update(domains_of(arrival))
        self.note_author(arrival, tags, decision.action)

    def note_author(self, arrival: Arrival, tags: Tags, action: Action) -> None:
        """Let the next arrivals of the same author know what became of this one."""
        comment = arrival.comment
        standing = self.author_of(arrival, tags)
        if standing is None:
            standing = Standing()
            for identity in identities(arrival, tags):
                self.authors[(arrival.site_id, identity)] = standing
        if comment.lane is Lane.LIVE and not arrival.revises:
            standing.count(action)
        if comment.author.name and comment.author.name not in standing.names:
            standing.names = (*standing.names, comment.author.name)[-10:]

    def author_facts(self, arrival: Arrival, tags: Tags, now: datetime) -> AuthorFacts:
        """What is known of the author before this arrival."""
        standing = self.author_of(arrival, tags)
        facts = AuthorFacts() if standing is None else standing.facts(arrival.comment.author.name, now)
        return replace(facts, banned=True) if self.addresses.email_banned(tags) else facts

    def _site(self, arrival: Arrival) -> SiteFacts:
        site, known = self.sites[arrival.site_id], self.domains.get(arrival.site_id)
        return replace(site, known_domains=site.known_domains | known) if known else site

    def _article(self, arrival: Arrival, now: datetime | None) -> ArticleFacts:
        told = arrival.comment.article
        if told is None:
            return ArticleFacts()
        row = self.articles.get((arrival.site_id, told.id))
        known = ArticleFacts(id=told.id) if row is None else article_facts(row, now)
        return replace(
            known,
            title=told.title or known.title,
            section=known.section if told.section is None else told.section,
            subjects=known.subjects if told.subjects is None else told.subjects,
            closed=known.closed if told.closed is None else told.closed,
        )

    def _sender(self, arrival: Arrival, tags: Tags, texture: Texture) -> SenderFacts:
        exact = self.seen.get((arrival.site_id, texture.exact), Seen()) if texture.exact else Seen()
        same = exact.by_sender.get(tags.sender, 0) if tags.sender else 0
        near = [self.seen[key] for band in texture.bands if (key := (arrival.site_id, band)) in self.seen]
        size = max((seen.total for seen in [exact, *near]), default=0)
        cluster = next((seen.cluster for seen in [exact, *near] if seen.cluster), "")
        counted = _counted(arrival, tags)
        return SenderFacts(
            source=arrival.comment.sender.source if arrival.comment.sender.ip else "",
            same_text=same,
            same_text_others=exact.total - same,
            cluster=cluster,
            cluster_size=size,
            last_minute=self.counters.seen(counted[0]),
            network_last_minute=self.counters.seen(counted[1]),
            article_last_minute=self.counters.seen(counted[2]),
            banned=self.addresses.address_banned(tags),
            others_on_address=self.addresses.others(tags, identities(arrival, tags)),
        )


def _counted(arrival: Arrival, tags: Tags) -> tuple[str, str, str]:
    article = arrival.comment.article
    site, lane = arrival.site_id, arrival.comment.lane.value
    return (
        f"{site}|{lane}|s|{tags.sender}" if tags.sender else "",
        f"{site}|{lane}|n|{tags.network}" if tags.network else "",
        f"{site}|{lane}|a|{article.id}" if article else "",
    )


def identities(arrival: Arrival, tags: Tags) -> list[str]:
    """Under which names an author may be stored, best first."""
    found = [f"ext:{arrival.comment.author.id}"] if arrival.comment.author.id else []
    return found + [f"tag:{tag.hex()}" for tag in tags.email]


def article_facts(row: ArticleRow | Row[Any], now: datetime | None) -> ArticleFacts:
    """A stored article as checks and rules see it."""
    return ArticleFacts(
        id=row.id,
        title=row.title,
        section=row.section,
        subjects=tuple(row.subjects or ()),
        closed=row.closed,
        hold_all=row.hold_all,
        sensitive=row.sensitive,
        age_days=(now - row.created_at).total_seconds() / 86400 if now else 0.0,
        body=row.body or "",
    )
