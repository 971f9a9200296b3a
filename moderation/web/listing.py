"""The list: scan many, filter by address, decide several at once, and take a whole batch back.

What this file decides
- Every filter is in the address, so that a view can be kept as a bookmark.
- Deciding several shows first what will happen and asks for the count; each comment gets its own verdict and log entry.
- What a colleague changed meanwhile is left alone and counted; one batch can be taken back as a whole.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, fields, replace
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import Invalid, ModerationError
from moderation.review.verdict import Ruling
from moderation.storage.batches import BatchLine, read_batch
from moderation.storage.ids import new_id
from moderation.storage.listing import PAGE, ListFilter, ListRow, list_rows
from moderation.web.case_view import Grounds, grounds_of
from moderation.web.deciding import read_act, refuse_unstorable
from moderation.web.focus import settles
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
LARGEST: Final = 200
EXPORT: Final = 10_000
Short = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the list with its filter."""

    rows: tuple[ListRow, ...]
    asked: ListFilter
    grounds: Grounds
    next: str
    csv: str
    alike: int


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What a bulk decision will do."""

    rows: tuple[ListRow, ...]
    action: str
    ground: str
    words: str
    left_out: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One batch as it was decided."""

    id: str
    lines: tuple[BatchLine, ...]
    open: int
    mine: bool


def asked_filter(
    *,
    status: Short = "open",
    ground: Short = "",
    section: Short = "",
    article: Short = "",
    author: Short = "",
    language: Short = "",
    cluster: Short = "",
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
    values = {field.name: getattr(asked, field.name) for field in fields(asked) if field.name not in {"lane", "cases"}}
    return urlencode({n: v for n, v in {**values, **changes}.items() if v != getattr(plain, n) or n == "status"})


@router.get("/list")
def show_list(
    asked: Annotated[ListFilter, Depends(asked_filter)], desk: Desk = reading(Permission.QUEUE_READ)
) -> Response:
    """A page of the list."""
    try:
        rows = list_rows(desk.service.database, desk.site_id, asked, desk.frame.now, PAGE + 1)
    except ValueError:
        raise Invalid("this page's address is damaged", hint="begin again at the list") from None
    more = rows[PAGE - 1].key if len(rows) > PAGE else ""
    page = ListPage(
        rows=tuple(rows[:PAGE]),
        asked=asked,
        grounds=grounds_of(desk.service.shelf.policy_for(desk.site_id)),
        next=address_of(asked, after=more) if more else "",
        csv=address_of(replace(asked, after="")),
        alike=len(rows) if asked.cluster else 0,
    )
    return desk.pages.render("list.html", desk.frame, page)


@router.get("/list.csv")
def export_list(
    asked: Annotated[ListFilter, Depends(asked_filter)], desk: Desk = reading(Permission.QUEUE_READ)
) -> Response:
    """The list as a file for a spreadsheet."""
    rows = list_rows(desk.service.database, desk.site_id, asked, desk.frame.now, EXPORT)
    out = io.StringIO()
    writer = csv.writer(out)
    names = ("comment_id", "status", "state", "ground", "score", "section", "article", "name", "text", "received_at")
    writer.writerow(names)
    writer.writerows([[_cell(getattr(row, name)) for name in names] for row in rows])
    headers = {"Content-Disposition": f'attachment; filename="{desk.site_id}-comments.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


@router.post("/bulk")
def preview_bulk(
    *,
    ids: Annotated[list[str] | None, Form()] = None,
    cluster: Annotated[str, Form(max_length=64)] = "",
    act: Annotated[str, Form(max_length=40)] = "",
    words: Annotated[str, Form(max_length=2000)] = "",
    desk: Desk = acting(Permission.CASE_BULK),
) -> Response:
    """Show what would happen, before it does."""
    action, ground = read_act(act)
    rows = _chosen(desk, ids or [], cluster)
    if not rows:
        raise Invalid("nothing is chosen that can be decided", hint="tick the comments first")
    page = PreviewPage(
        tuple(rows), action.value, ground.value if ground else "", words, max(0, len(ids or []) - len(rows))
    )
    return desk.pages.render("bulk.html", desk.frame, page)


@router.post("/bulk/decide")
def decide_bulk(
    *,
    cases: Annotated[list[str] | None, Form()] = None,
    count: Annotated[str, Form(max_length=8)] = "",
    act: Annotated[str, Form(max_length=40)] = "",
    words: Annotated[str, Form(max_length=2000)] = "",
    desk: Desk = acting(Permission.CASE_BULK),
) -> Response:
    """Decide all that were shown, each with a verdict of its own, as one batch."""
    chosen = (cases or [])[:LARGEST]
    action, ground = read_act(act)
    refuse_unstorable(words)
    if count.strip() != str(len(chosen)) or not chosen:
        rows = _chosen(desk, [one.partition(":")[0] for one in chosen], "")
        page = PreviewPage(tuple(rows), action.value, ground.value if ground else "", words, 0, "count")
        return desk.pages.render("bulk.html", desk.frame, page, status=422)
    batch = new_id()
    for one in chosen:
        case, _, version = one.partition(":")
        number = int(version) if version.isdigit() else -1
        ruling = Ruling(desk.site_id, case, number, action, desk.user_id, ground, words, batch, settles(desk))
        try:
            desk.service.pipeline.rule(ruling)
        except ModerationError:
            continue  # decided, changed or barred meanwhile: the batch's page counts what was done
    return RedirectResponse(f"{desk.frame.site_url}/batches/{batch}?asked={len(chosen)}", 303)


@router.get("/batches/{batch}")
def show_batch(
    batch: str, asked: Annotated[int, Query(ge=0)] = 0, desk: Desk = reading(Permission.QUEUE_READ)
) -> Response:
    """What was decided together."""
    lines = read_batch(desk.service.database, desk.site_id, batch)
    mine = all(line.by_user == desk.user_id for line in lines)
    page = BatchPage(batch, tuple(lines), max(0, asked - len(lines)), mine)
    return desk.pages.render("batch.html", desk.frame, page)


@router.post("/batches/{batch}/revert")
def revert_batch(batch: str, desk: Desk = acting(Permission.CASE_BULK)) -> Response:
    """Take every verdict of the batch back that still stands."""
    for line in read_batch(desk.service.database, desk.site_id, batch):
        if line.undone_at is None:
            try:
                desk.service.pipeline.undo(desk.site_id, line.verdict_id, desk.user_id)
            except ModerationError:
                continue  # a newer wording or another verdict stands above it
    return RedirectResponse(f"{desk.frame.site_url}/batches/{batch}", 303)


def _chosen(desk: Desk, ids: list[str], cluster: str) -> list[ListRow]:
    if cluster:
        rows = list_rows(desk.service.database, desk.site_id, ListFilter(cluster=cluster), desk.frame.now, LARGEST)
    else:
        rows = list_cases(desk, ids[:LARGEST])
    now = desk.frame.now
    free = [
        row for row in rows if row.leased_by in {None, desk.user_id} or not row.leased_until or row.leased_until < now
    ]
    return [row for row in free if row.open and not row.asked]


def list_cases(desk: Desk, ids: list[str]) -> list[ListRow]:
    """The chosen cases, as they stand now."""
    return list_rows(desk.service.database, desk.site_id, ListFilter(cases=tuple(ids)), desk.frame.now, LARGEST)
