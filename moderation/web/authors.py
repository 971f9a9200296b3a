"""The page of one author: what they wrote, how it was decided, and their standing with an end and a reason.

What this file decides
- Trusting and always holding is a moderator's; suspending and banning the editor's, and takes a reason.
- A ban may reach further than the account: the e-mail address, an address or its network. The page says before the press how
  many other people each would hit; what comes from a banned address waits for a person and is never rejected for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission, require
from moderation.errors import Invalid
from moderation.review.standing import standing_at
from moderation.storage.author_file import AuthorFile, Standing, read_author, set_standing
from moderation.storage.desk_writes import add_note
from moderation.vocabulary import Status
from moderation.web.deciding import refuse_unstorable
from moderation.web.viewer import Desk, acting, reading
from moderation.web.words import STANDINGS

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
Words = Annotated[str, Form(max_length=2000)]
Short = Annotated[str, Query(max_length=64)]
GRAVE: Final = frozenset({"suspend", "ban"})


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """Everything about one author; `standing` is the word that holds now."""

    file: AuthorFile
    status: str
    standing: str
    decided: int
    share: float
    recent: str
    standings: Mapping[str, str]


@router.get("/authors/{author}")
def show_author(
    author: str, status: Short = "", before: Short = "", desk: Desk = reading(Permission.AUTHOR_READ)
) -> Response:
    """Everything about one author, without an address."""
    file = read_author(desk.service.database, desk.site_id, author, status, before, desk.frame.now)
    rejected = file.counts.get(Status.REJECTED.value, 0)
    decided = file.counts.get(Status.PUBLISHED.value, 0) + rejected
    allowed = {w: words for w, words in STANDINGS.items() if w not in GRAVE or desk.may(Permission.AUTHOR_BAN)}
    page = AuthorPage(
        file, status, standing_of(file, desk), decided, rejected / decided if decided else 0.0, file.row.recent, allowed
    )
    return desk.pages.render("author.html", desk.frame, page)


def standing_of(file: AuthorFile, desk: Desk) -> str:
    """The word of the standing that holds now."""
    return standing_at(file.row, desk.frame.now)


@router.post("/authors/{author}/notes")
def note_author(author: str, words: Words = "", desk: Desk = acting(Permission.AUTHOR_READ)) -> Response:
    """A note for colleagues."""
    refuse_unstorable(words)
    add_note(desk.service.database, desk.site_id, desk.user_id, words, desk.frame.now, author=author)
    return RedirectResponse(f"{desk.frame.site_url}/authors/{author}#notes", 303)


@router.post("/authors/{author}/standing")
def change_standing(
    *,
    author: str,
    standing: Annotated[str, Form(max_length=20)] = "",
    days: Annotated[str, Form(max_length=5)] = "",
    words: Words = "",
    tags: Annotated[list[str] | None, Form()] = None,
    desk: Desk = acting(Permission.AUTHOR_TRUST),
) -> Response:
    """Trust, hold always, suspend, ban, or take all of it away."""
    refuse_unstorable(words)
    if standing not in STANDINGS:
        raise Invalid("say what the author's standing is to be", hint="choose one of the five")
    if standing in GRAVE or tags:
        require(desk.signed_in.roles_at(desk.site_id), Permission.AUTHOR_BAN)
    if standing in GRAVE and not words.strip():
        raise Invalid("a suspension needs a reason", hint="write why; the author's page keeps it")
    if tags and standing not in GRAVE:
        raise Invalid("an address is banned only with its author", hint="choose suspended or banned")
    until = desk.frame.now + timedelta(days=_days(days)) if _days(days) else None
    if standing == "suspend" and until is None:
        raise Invalid("a suspension ends after some days", hint="say after how many, or ban")
    wanted = Standing(standing, words.strip(), until, frozenset(tags or ()), desk.may(Permission.AUTHOR_BAN))
    set_standing(desk.service.database, desk.site_id, author, wanted, desk.user_id, desk.frame.now)
    note = f"{standing} {f'({days} d)' if until else ''}: {words}".strip(": ")
    add_note(desk.service.database, desk.site_id, desk.user_id, note, desk.frame.now, author=author)
    return RedirectResponse(f"{desk.frame.site_url}/authors/{author}", 303)


def _days(text: str) -> int:
    if not text.strip():
        return 0
    if not text.strip().isdigit() or not 0 < int(text) <= 3650:  # noqa: PLR2004 - ten years
        raise Invalid("the number of days is from 1 to 3650", hint="leave it empty for no end")
    return int(text)
