"""Several decided at once: a preview, a count to confirm, one batch that can be taken back as a whole.

What this file decides
- Deciding several shows first what will happen and asks for the count; each comment gets its own verdict and log entry.
- What a colleague is reading, was asked about or changed meanwhile is left alone and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from moderation.access.permissions import Permission
from moderation.errors import Invalid, ModerationError
from moderation.review.verdict import Ruling
from moderation.storage.batches import BatchLine, read_batch
from moderation.storage.groups import count_copies
from moderation.storage.ids import new_id
from moderation.storage.listing import ListFilter, ListRow, list_rows
from moderation.web.deciding import read_act, refuse_unstorable
from moderation.web.focus import settles
from moderation.web.viewer import Desk, acting, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
LARGEST: Final = 200


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
    database = desk.service.database
    asked = count_copies(database, desk.site_id, {cluster}).get(cluster, 0) if cluster else len(ids or [])
    page = PreviewPage(tuple(rows), action.value, ground.value if ground else "", words, max(0, asked - len(rows)))
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
