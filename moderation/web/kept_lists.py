"""The lists that an editor keeps for the checks: protected names, unverified claims, texts of others.

What this file decides
- Each list is a form of its own; a line is an entry, and texts of others are parted by an empty line.
- Protected names are shown here and nowhere else, to whoever may write the policy; they are stored closed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import Invalid
from moderation.evidence.application_key import NotReadable
from moderation.storage.kept_lists import KeptList, keep_list
from moderation.storage.sites import site_settings
from moderation.text.fold import WORD, fold_letters
from moderation.web.deciding import refuse_unstorable
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}/kept", include_in_schema=False)
SHORTEST_NAME: Final = 3
BETWEEN_TEXTS: Final = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The three lists as their forms show them; `closed` when the names are there and cannot be opened."""

    names: tuple[str, ...]
    claims: tuple[str, ...]
    texts: tuple[str, ...]
    closed: bool
    saved: str


@router.get("")
def show_lists(saved: str = "", desk: Desk = reading(Permission.POLICY_EDIT)) -> Response:
    """The lists as they are."""
    kept = site_settings(desk.service.database, desk.site_id)
    names: tuple[str, ...] = ()
    closed = False
    if sealed := kept.get(KeptList.PROTECTED_NAMES.value):
        try:
            names = desk.service.custody.open_names(desk.site_id, sealed)
        except NotReadable:
            closed = True
    claims, texts = (tuple(kept.get(one.value, ())) for one in (KeptList.RUMOURS, KeptList.REGISTERED_TEXTS))
    page = KeptPage(names, claims, texts, closed, saved if saved in set(KeptList) else "")
    return desk.pages.render("kept_lists.html", desk.frame, page)


@router.post("/{which}")
def keep(
    which: KeptList,
    entries: Annotated[str, Form(max_length=400_000)] = "",
    desk: Desk = acting(Permission.POLICY_EDIT),
) -> Response:
    """Set one list."""
    refuse_unstorable(entries)
    lines = read_entries(entries, which)
    value: str | list[str] = lines
    if which is KeptList.PROTECTED_NAMES:
        value = desk.service.custody.seal_names(desk.site_id, lines) if lines else ""
    keep_list(desk.service.database, desk.site_id, which, value, desk.user_id, desk.frame.now, entries=len(lines))
    return RedirectResponse(f"{desk.frame.site_url}/kept?saved={which.value}#{which.value}", 303)


def read_entries(text: str, which: KeptList) -> list[str]:
    """The entries of a form's field, each once.

    Raises:
        Invalid: a protected name is so short that it would be found in every second comment.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = BETWEEN_TEXTS.split(text) if which is KeptList.REGISTERED_TEXTS else text.split("\n")
    found = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if which is KeptList.PROTECTED_NAMES:
        for number, name in enumerate(found, 1):
            if len("".join(WORD.findall(fold_letters(name)))) < SHORTEST_NAME:
                raise Invalid(f"name {number} of the list has fewer than three letters", hint="write the full name")
    return found
