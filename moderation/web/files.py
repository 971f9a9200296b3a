"""The pages of one comment and of one author, the notes, and a decided comment opened again.

What this file decides
- A comment's page holds its whole life on one address; wordings are compared word by word.
- Standing (trusted, always held, suspended, banned) has a reason and an end; banning is the editor's.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission, require
from moderation.errors import Invalid
from moderation.storage.desk_writes import AuthorFile, add_note, change_author, read_author, reopen
from moderation.storage.history import History, read_history
from moderation.text.show import show
from moderation.web.case_view import policy_or_none, texts_of
from moderation.web.deciding import refuse_unstorable
from moderation.web.viewer import Desk, acting, reading
from moderation.web.why import Why, explain

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
Words = Annotated[str, Form(max_length=2000)]


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of a comparison: `same`, `ins` or `del`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class CommentPage:
    """Everything about one comment."""

    history: History
    why: Why
    text: str
    changes: tuple[tuple[int, tuple[Change, ...]], ...]


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """Everything about one author."""

    file: AuthorFile
    status: str
    share: float
    banned: bool


@router.get("/comments/{comment}")
def show_comment(comment: str, desk: Desk = reading(Permission.QUEUE_READ)) -> Response:
    """Everything about one comment."""
    history = read_history(desk.service.database, desk.site_id, comment)
    latest = history.wordings[-1]
    policy = policy_or_none(desk.service, desk.site_id)
    why = explain(latest.decision, latest.given, texts_of(latest), policy)
    pairs = zip(history.wordings, history.wordings[1:], strict=False)
    changes = tuple((new.number, compare(old.text, new.text)) for old, new in pairs)
    return desk.pages.render("comment.html", desk.frame, CommentPage(history, why, show(latest.text), changes))


@router.post("/comments/{comment}/notes")
def note_comment(comment: str, words: Words = "", desk: Desk = acting(Permission.CASE_DECIDE)) -> Response:
    """A note for colleagues."""
    refuse_unstorable(words)
    add_note(desk.service.database, desk.site_id, desk.user_id, words, desk.frame.now, comment=comment)
    return RedirectResponse(f"{desk.frame.site_url}/comments/{comment}#notes", 303)


@router.post("/comments/{comment}/reopen")
def reopen_comment(comment: str, desk: Desk = acting(Permission.CASE_REOPEN)) -> Response:
    """Put a decided comment into the queue again, in front of this person."""
    case = reopen(desk.service.database, desk.site_id, comment, desk.frame.now)
    return RedirectResponse(f"{desk.frame.site_url}/queue?case={case}", 303)


@router.get("/authors/{author}")
def show_author(
    author: str, status: Annotated[str, Query(max_length=16)] = "", desk: Desk = reading(Permission.AUTHOR_READ)
) -> Response:
    """Everything about one author, without an address."""
    file = read_author(desk.service.database, desk.site_id, author, status)
    decided = file.row.published + file.row.rejected
    until = file.row.banned_until
    page = AuthorPage(
        file, status, file.row.rejected / decided if decided else 0.0, bool(until and until > desk.frame.now)
    )
    return desk.pages.render("author.html", desk.frame, page)


@router.post("/authors/{author}/notes")
def note_author(author: str, words: Words = "", desk: Desk = acting(Permission.AUTHOR_READ)) -> Response:
    """A note for colleagues."""
    refuse_unstorable(words)
    add_note(desk.service.database, desk.site_id, desk.user_id, words, desk.frame.now, author=author)
    return RedirectResponse(f"{desk.frame.site_url}/authors/{author}", 303)


@router.post("/authors/{author}/standing")
def set_standing(
    *,
    author: str,
    standing: Annotated[str, Form(max_length=20)] = "",
    days: Annotated[int, Form(ge=0, le=3650)] = 0,
    words: Words = "",
    desk: Desk = acting(Permission.AUTHOR_TRUST),
) -> Response:
    """Trust, hold always, suspend for some days, ban, or take all of it away."""
    refuse_unstorable(words)
    if standing in {"suspend", "ban"}:
        require(desk.signed_in.roles_at(desk.site_id), Permission.AUTHOR_BAN)
        if not words.strip():
            raise Invalid("a suspension needs a reason", hint="write why; the author's page keeps it")
    end = desk.frame.now + timedelta(days=days or 7) if standing == "suspend" else NEVER
    changes: dict[str, dict[str, object]] = {
        "trust": {"trusted": True, "premoderated": False},
        "hold": {"trusted": False, "premoderated": True},
        "suspend": {"banned_until": end, "ban_reason": words},
        "ban": {"banned_until": NEVER, "ban_reason": words},
        "none": {"trusted": False, "premoderated": False, "banned_until": None, "ban_reason": None},
    }
    if standing not in changes:
        raise Invalid("say what the author's standing is to be", hint="choose one of the five")
    if standing == "none" and not desk.may(Permission.AUTHOR_BAN):
        changes["none"] = {"trusted": False, "premoderated": False}
    change_author(desk.service.database, desk.site_id, author, **changes[standing])
    note = f"{standing}: {words}".strip(": ")
    add_note(desk.service.database, desk.site_id, desk.user_id, note, desk.frame.now, author=author)
    return RedirectResponse(f"{desk.frame.site_url}/authors/{author}", 303)


def compare(old: str, new: str) -> tuple[Change, ...]:
    """Two wordings, word by word."""
    before, after = _words(old), _words(new)
    found = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Change("same", show("".join(before[i1:i2]))))
            continue
        if i1 < i2:
            found.append(Change("del", show("".join(before[i1:i2]))))
        if j1 < j2:
            found.append(Change("ins", show("".join(after[j1:j2]))))
    return tuple(found)


def _words(text: str) -> list[str]:
    parts: list[str] = []
    for line in text.splitlines(keepends=True):
        parts += [word + " " for word in line.split(" ")[:-1]] + [line.split(" ")[-1]]
    return parts
