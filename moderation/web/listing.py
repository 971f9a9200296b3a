"""The list: scan many, filter by address, group, export.

What this file decides
- Every filter is in the address, so that a view can be kept as a bookmark.
- Open cases can be looked at by what they have in common; a group leads to the list of its cases, to be decided at once.
- A cell of the file for spreadsheets is never a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from moderation.access.permissions import Permission
from moderation.errors import Invalid
from moderation.storage.groups import Group, count_copies, read_groups
from moderation.storage.listing import PAGE, ListFilter, ListRow, list_rows
from moderation.web.blind import rows_without_view
from moderation.web.case_view import Grounds, grounds_of
from moderation.web.viewer import Desk, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
EXPORT: Final = 10_000
Short = Annotated[str, Query(max_length=200)]


class GroupBy(StrEnum):
    """What open cases are grouped by."""

    ARTICLE = "article"
    AUTHOR = "author"
    CLUSTER = "cluster"


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the list with its filter."""

    rows: tuple[ListRow, ...]
    asked: ListFilter
    grounds: Grounds
    next: str
    csv: str
    copies: Mapping[str, int]
    taken_away: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """Open cases by what they have in common."""

    by: str
    groups: tuple[Group, ...]


def asked_filter(
    *,
    status: Short = "open",
    ground: Short = "",
    section: Short = "",
    article: Short = "",
    author: Short = "",
    language: Short = "",
    cluster: Short = "",
    sender: Short = "",
    by: Short = "",
    score_from: Short = "",
    score_to: Short = "",
    hours: Short = "",
    words: Short = "",
    after: Short = "",
) -> ListFilter:
    """The filter that an address asks for."""
    return ListFilter(
        status=status,
        ground=ground,
        section=section,
        article=article,
        author=author,
        language=language,
        cluster=cluster,
        sender=sender,
        by=by,
        score_from=_number(score_from, 0.0, 1.0, 0.0),
        score_to=_number(score_to, 0.0, 1.0, 1.0),
        hours=int(_number(hours, 0, 100_000, 0)),
        words=words,
        after=after,
    )


def _number(text: str, least: float, most: float, otherwise: float) -> float:
    """What a form field says; an empty one says nothing."""
    if not text.strip():
        return otherwise
    try:
        value = float(text)
    except ValueError:
        raise Invalid(f"`{text[:20]}` is no number", hint="clear the filter") from None
    if not least <= value <= most:
        raise Invalid(f"a number from {least:g} to {most:g} is asked for", hint="clear the filter")
    return value


def address_of(asked: ListFilter, **changes: str) -> str:
    """The filter as the end of an address; what filters nothing is left out."""
    plain = ListFilter()
    values = {
        field.name: getattr(asked, field.name)
        for field in fields(asked)
        if field.name not in {"lane", "cases", "reader"}
    }
    return urlencode({n: v for n, v in {**values, **changes}.items() if v != getattr(plain, n) or n == "status"})


@router.get("/list")
def show_list(
    asked: Annotated[ListFilter, Depends(asked_filter)],
    group: Annotated[GroupBy | None, Query()] = None,
    desk: Desk = reading(Permission.QUEUE_READ),
) -> Response:
    """A page of the list, or the open cases by what they have in common."""
    if group is not None:
        groups = tuple(read_groups(desk.service.database, desk.site_id, group.value))
        return desk.pages.render("groups.html", desk.frame, GroupsPage(group.value, groups))
    rows = rows_of(desk, asked, PAGE + 1)
    more = rows[PAGE - 1].key if len(rows) > PAGE else ""
    clusters = {row.cluster for row in rows if row.cluster} if asked.waiting else set()
    page = ListPage(
        rows=tuple(rows[:PAGE]),
        asked=asked,
        grounds=grounds_of(desk.service.shelf.policy_for(desk.site_id)),
        next=address_of(asked, after=more) if more else "",
        csv=address_of(replace(asked, after="")),
        copies=count_copies(desk.service.database, desk.site_id, clusters),
        taken_away=tuple(_narrowed(asked, rows)),
    )
    return desk.pages.render("list.html", desk.frame, page)


def rows_of(desk: Desk, asked: ListFilter, limit: int) -> list[ListRow]:
    """What matches; `me` among the filters is whoever asks.

    Raises:
        Invalid: the address was changed by hand.
    """
    own = replace(asked, by=desk.user_id if asked.by == "me" else asked.by, reader=desk.user_id)
    try:
        rows = list_rows(desk.service.database, desk.site_id, own, desk.frame.now, limit)
    except ValueError:
        raise Invalid("this page's address is damaged", hint="begin again at the list") from None
    return rows_without_view(rows, desk.user_id)


def _narrowed(asked: ListFilter, rows: list[ListRow]) -> Iterator[tuple[str, str, str]]:
    """Filters that came by a link: what each is, what it names, and the address without it."""
    first = rows[0] if rows else None
    named = {
        "article": (asked.article, first.article if first else ""),
        "author": (asked.author, first.name if first else ""),
        "cluster": (asked.cluster, ""),
        "sender": (asked.sender, ""),
    }
    for name, (value, label) in named.items():
        if value:
            yield name, label or value, address_of(asked, **{name: "", "after": ""})


@router.get("/list.csv")
def export_list(
    asked: Annotated[ListFilter, Depends(asked_filter)], desk: Desk = reading(Permission.QUEUE_READ)
) -> Response:
    """The list as a file for a spreadsheet."""
    rows = rows_of(desk, asked, EXPORT)
    out = io.StringIO()
    writer = csv.writer(out)
    names = (
        "comment_id", "status", "state", "ground", "score", "score_label", "section", "article", "name", "text",
        "received_at",
    )  # fmt: skip
    writer.writerow(names)
    writer.writerows([[_cell(getattr(row, name)) for name in names] for row in rows])
    headers = {"Content-Disposition": f'attachment; filename="{desk.site_id}-comments.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
