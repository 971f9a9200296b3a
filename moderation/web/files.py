"""The page of one comment, its notes, and a decided comment opened again.

What this file decides
- A comment's page holds its whole life on one address; wordings are compared word by word.
- Whoever is asked for a second opinion finds neither the first view nor the findings here before their own is given.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.storage.desk_writes import add_note, reopen
from moderation.storage.history import History, read_history
from moderation.storage.neighbours import NoteLine
from moderation.storage.opinions import OpinionLine, opinions_on
from moderation.text.show import show
from moderation.web.blind import is_blind, without_view, without_views
from moderation.web.case_view import folded_as, policy_or_none, texts_of
from moderation.web.deciding import refuse_unstorable
from moderation.web.viewer import Desk, acting, reading, wants_fragment
from moderation.web.why import Why, explain

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
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
    opinions: tuple[OpinionLine, ...]
    blind: bool = False
    folded: str = ""


@router.get("/comments/{comment}")
def show_comment(comment: str, desk: Desk = reading(Permission.QUEUE_READ)) -> Response:
    """Everything about one comment."""
    history = read_history(desk.service.database, desk.site_id, comment)
    blind = is_blind(history, desk.user_id, desk.frame.now)
    latest = history.wordings[-1]
    policy = policy_or_none(desk.service, desk.site_id)
    why = Why() if blind else explain(latest.decision, latest.given, texts_of(latest), policy)
    pairs = zip(history.wordings, history.wordings[1:], strict=False)
    changes = tuple((new.number, compare(old.text, new.text)) for old, new in pairs)
    opinions = tuple(opinions_on(desk.service.database, desk.site_id, desk.user_id, comment))
    if blind:
        history, opinions = without_view(history), without_views(opinions)
    decision = latest.decision
    folded = folded_as(decision.severity, decision.grounds, blind=blind) if desk.frame.fold else ""
    page = CommentPage(history, why, show(latest.text), changes, opinions, blind, folded)
    return desk.pages.render("comment.html", desk.frame, page)


@router.post("/comments/{comment}/notes")
def note_comment(
    request: Request,
    *,
    comment: str,
    words: Words = "",
    case: Annotated[str, Form(max_length=64)] = "",
    desk: Desk = acting(Permission.CASE_DECIDE),
) -> Response:
    """A note for colleagues; written in the queue it leads back to its case."""
    refuse_unstorable(words)
    add_note(desk.service.database, desk.site_id, desk.user_id, words, desk.frame.now, comment=comment)
    if wants_fragment(request):
        return desk.pages.render("_note.html", desk.frame, NoteLine(desk.frame.person, words.strip(), desk.frame.now))
    if case:
        return RedirectResponse(f"{desk.frame.site_url}/queue?{urlencode({'case': case})}", 303)
    return RedirectResponse(f"{desk.frame.site_url}/comments/{comment}#notes", 303)


@router.post("/comments/{comment}/reopen")
def reopen_comment(comment: str, desk: Desk = acting(Permission.CASE_REOPEN)) -> Response:
    """Put a decided comment into the queue again, in front of this person."""
    case = reopen(desk.service.database, desk.site_id, comment, desk.frame.now)
    return RedirectResponse(f"{desk.frame.site_url}/queue?case={case}", 303)


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
