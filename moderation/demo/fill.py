"""Send the demonstration's comments through the real intake, so that every page can be seen full.

What this file decides
- Every comment takes the way of a reader's: checks, model, policy and one transaction; nothing is decided by hand.
- Filling twice adds nothing: each comment has an idempotency key of its own for a day, and a filled site is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

from moderation.bootstrap import Service
from moderation.errors import NotFound
from moderation.ports import Arrival
from moderation.storage.comments import list_comments
from moderation.storage.sites import add_site, put_article, site_rules
from moderation.vocabulary import Article, Author, Comment, Door, Lane, Sender, Status

SITE: Final = "demo"
NAME: Final = "The Karavali Courier"
AGENT: Final = "Mozilla/5.0 (demonstration)"
WAIT: Final = 120.0
CARE: Final = ("sensitive", "guidance")


def fill_demo(service: Service, site_id: str = SITE) -> dict[Status, int]:
    """Fill the site; how many comments stand where. An already filled site is left as it is."""
    now = service.clock()
    _make_site(service, site_id, now)
    if list_comments(service.database, site_id, Lane.LIVE, now, limit=1):
        return {}
    articles = _articles(service, site_id, now)
    ids: list[str] = []
    counts: dict[Status, int] = {}
    for told in read_lines():
        parent = ids[told["parent"]] if "parent" in told else None
        comment = _comment(told, articles[told["article"]], parent, now)
        outcome = service.intake.submit(Arrival(site_id, comment)).result(WAIT)
        ids.append(outcome.id)
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
    return counts


def read_lines() -> Iterator[dict[str, Any]]:
    """The demonstration's comments in the order in which they came."""
    text = (files("moderation.demo") / "comments.jsonl").read_text(encoding="utf-8")
    return (json.loads(line) for line in text.split("\n") if line)


def _make_site(service: Service, site_id: str, now: datetime) -> None:
    try:
        site_rules(service.database, site_id)
    except NotFound:
        add_site(service.database, site_id, NAME, now)


def _articles(service: Service, site_id: str, now: datetime) -> dict[str, Article]:
    told = json.loads((files("moderation.demo") / "articles.json").read_text(encoding="utf-8"))
    for one in told:
        fields = {name: one[name] for name in ("url", "title", "section", "subjects", "body")}
        fields |= {name: one[name] for name in CARE if name in one}
        put_article(service.database, site_id, one["id"], now, **fields)
    return {
        one["id"]: Article(one["id"], one["url"], one["title"], one["section"], tuple(one["subjects"])) for one in told
    }


def _comment(told: dict[str, Any], article: Article, parent: str | None, now: datetime) -> Comment:
    author = told["author"]
    return Comment(
        text=told["text"],
        door=Door.API,
        article=article,
        author=Author(author.get("name"), author.get("email"), author.get("website")),
        sender=Sender(ip=told["ip"], user_agent=AGENT, submitted_at=now),
        title=told.get("title"),
        parent_id=parent,
        received_at=now,
    )
