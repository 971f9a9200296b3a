"""From a reader's form to a comment on its way in, the same for the embedded form, the hosted page and plain HTML.

What this file decides
- The form of a site is open where the site named an origin; the demonstration's is always open.
- An article that is known stays as the site told it: a form is sent by anybody, so it can name an article, not change one. Of an
  unknown one the address is kept only if it lies on one of the site's origins.
- Sent twice is one comment: the token's nonce is the idempotency key. Without a token, or with one that was used for other words,
  the same words from the same connection within a day are one comment, and the token's time is not believed.
- What asks the database is done on a thread, and no thread waits while a comment is judged: many forms at once keep no page from
  anybody.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from anyio import to_thread

from moderation.api.shape import intake_rules
from moderation.bootstrap import Service
from moderation.errors import Conflict, Forbidden, ModerationError, NotFound, Unavailable
from moderation.intake.accept import accept
from moderation.intake.reader_form import read_origin
from moderation.ports import Arrival, Mark, Outcome, SiteRules
from moderation.storage.idempotency import KeyReused, find_answer
from moderation.storage.reader_pages import find_article
from moderation.vocabulary import Article, Author, Comment, Door, FormFacts, Sender
from moderation.web.form_token import read_token

DEMO: Final = "demo"
PATIENCE: Final = 20.0
LOOK_AGAIN: Final = 0.1


class OriginNotAllowed(Forbidden):
    """this page may not carry the form"""

    code = "origin_not_allowed"
    hint = "the site's operator allows an origin with `moderation site form`"


class StillWaiting(Unavailable):
    """the comment is still being judged"""

    code = "still_waiting"
    hint = "send it again in a moment: it stays one comment"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form sent. `homepage` is the field that people do not see."""

    text: str = ""
    title: str = ""
    name: str = ""
    email: str = ""
    homepage: str = ""
    accepted: bool = False
    version: str = ""
    token: str = ""
    article: Article | None = None
    parent: str = ""


def open_form(service: Service, site_id: str) -> SiteRules:
    """The rules of a site whose form is open.

    Raises:
        NotFound: there is no such site, or its form is closed.
    """
    rules = service.shelf.rules(site_id)
    if not rules.form.origins and site_id != DEMO:
        raise NotFound(f"the site `{site_id}` has no form", hint="open it with `moderation site form`")
    return rules


def article_of(service: Service, site_id: str, article_id: str, url: str = "", headline: str = "") -> Article:
    """The article as it is known, else as the form names it."""
    known = find_article(service.database, site_id, article_id)
    if known is not None:
        return known
    return Article(article_id, url=url if _on_site(service, site_id, url) else "", title=headline)


def _on_site(service: Service, site_id: str, url: str) -> bool:
    scheme, _, rest = url.partition("://")
    try:
        return read_origin(f"{scheme}://{rest.partition('/')[0]}") in service.shelf.rules(site_id).form.origins
    except ModerationError:
        return False


def prepare(service: Service, site_id: str, sent: Sent, sender: Sender) -> Arrival | Outcome:
    """The comment on its way in, or what became of the same comment sent before.

    Raises:
        InvalidComment: with every fault.
    """
    now = service.clock()
    elapsed, nonce = read_token(service, site_id, sent.token, now)
    words = "\x1f".join(
        (sent.text, sent.title, sent.name, sent.email, sent.article.id if sent.article else "", sent.parent)
    )
    print_of = service.custody.fingerprint(site_id, words.encode("utf-8", "replace"), now)
    own = service.custody.fingerprint(site_id, f"{words}\x1f{sender.ip}".encode("utf-8", "replace"), now)
    mark = Mark(f"form:{nonce}", print_of) if nonce else Mark(f"form-words:{own.hex()}", own)
    try:
        told = find_answer(service.database, site_id, mark, now)
    except KeyReused:
        elapsed, nonce, mark = None, "", Mark(f"form-words:{own.hex()}", own)
        told = find_answer(service.database, site_id, mark, now)
    if told is not None:
        return told
    form = FormFacts(sent.homepage or None, elapsed, sent.token if nonce else None)
    comment = accept(replace(_draft(sent, sender, now), form=form), intake_rules(service, site_id), now)
    return Arrival(site_id, comment, mark=mark)


def _draft(sent: Sent, sender: Sender, now: datetime) -> Comment:
    return Comment(
        text=sent.text,
        door=Door.FORM,
        article=sent.article,
        author=Author(name=sent.name or None, email=sent.email or None),
        sender=sender,
        title=sent.title or None,
        parent_id=sent.parent or None,
        disclaimer_version=sent.version or None,
        disclaimer_accepted=sent.accepted,
        received_at=now,
    )


async def judge(service: Service, told: Arrival | Outcome) -> Outcome:
    """What became of it; a second press while the first is being judged waits for the first one's answer.

    Raises:
        StillWaiting: it was not judged in time.
    """
    end = time.monotonic() + PATIENCE
    while isinstance(told, Arrival):
        arrival = told
        try:
            told = await asyncio.wait_for(asyncio.wrap_future(service.intake.submit(arrival)), PATIENCE)
        except TimeoutError:
            raise StillWaiting from None
        except Conflict:
            told = await to_thread.run_sync(_answer_of, service, arrival) or arrival
            if told is arrival and time.monotonic() > end:
                raise StillWaiting from None
            await asyncio.sleep(LOOK_AGAIN)
    return told


def _answer_of(service: Service, arrival: Arrival) -> Outcome | None:
    mark = arrival.mark
    return find_answer(service.database, arrival.site_id, mark, service.clock()) if mark else None
