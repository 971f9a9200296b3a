"""What a site sends: a comment, who wrote it, where it came from, and the article that it stands under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from moderation.vocabulary.words import Action, Door, Field, Lane


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote: the name is published, the e-mail address is sealed."""

    name: str | None = None
    email: str | None = None
    website: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a comment came from; never stored but sealed. `source` says how sure the address is, `forwarded` is the raw
    header that it was found in, `transport` tcp or quic, `clock` the state of our clock.
    """

    ip: str | None = None
    port: int | None = None
    user_agent: str | None = None
    referrer: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    submitted_at: datetime | None = None
    source: str = "reported_by_site"
    peer: str | None = None
    peer_port: int | None = None
    key_id: str | None = None
    transport: str | None = None
    forwarded: str | None = None
    clock: str | None = None


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What the form noticed; absence is neutral."""

    honeypot: str | None = None
    elapsed_ms: int | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """The article that a comment stands under, as the site told it."""

    id: str
    url: str = ""
    title: str = ""
    section: str | None = None
    subjects: tuple[str, ...] | None = None
    closed: bool | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A trustworthy comment: made by intake of what a door sent. Text has LF line ends and is otherwise as written."""

    text: str
    door: Door
    article: Article | None = None
    author: Author = Author()
    sender: Sender = Sender()
    title: str | None = None
    parent_id: str | None = None
    external_id: str | None = None
    disclaimer_version: str | None = None
    disclaimer_accepted: bool | None = None
    form: FormFacts = FormFacts()
    lane: Lane = Lane.LIVE
    forced: Action | None = None
    received_at: datetime | None = None

    def fields(self) -> dict[Field, str]:
        """The public fields that have words in them, in the order in which a reader sees them."""
        given = {
            Field.NAME: self.author.name,
            Field.TITLE: self.title,
            Field.WEBSITE: self.author.website,
            Field.TEXT: self.text,
        }
        return {name: words for name, words in given.items() if words}
