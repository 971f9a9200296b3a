"""The comments API: send, read, edit, take back.

A comment goes into the intake line and is answered when its transaction is on the disk. Reading never shows another site's
comment: an id of somebody else is a 404.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from moderation.api.bodies import (
    Characters,
    CommentIn,
    CommentOut,
    CommentPage,
    CommentState,
    RevisionIn,
    Wording,
    body_of,
    problems,
)
from moderation.api.comment_body import read_body
from moderation.api.keys import BEARER, Asking, Behind
from moderation.api.keys import asking as asking_of
from moderation.api.metrics import COMMENTS, SECONDS
from moderation.api.problems import Misshapen
from moderation.api.shape import draft_of, intake_rules, revision_draft
from moderation.bootstrap import Service
from moderation.errors import Invalid
from moderation.intake.accept import Fault, accept
from moderation.intake.profiles import TEXT
from moderation.ports import Arrival, Mark, Outcome
from moderation.storage.comments import CommentView, list_comments, read_comment, read_for_edit
from moderation.storage.idempotency import find_answer
from moderation.storage.keys import KeyHolder
from moderation.vocabulary import Comment, Status

router = APIRouter(prefix="/api/v1", tags=["comments"])

LONGEST_KEY: Final = 255
SENDING: Final[dict[str, Any]] = {
    "requestBody": body_of(CommentIn),
    "security": [{BEARER.scheme_name: []}],
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "kept for 24 hours per site",
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
        }
    ],
}


@router.post(
    "/comments",
    status_code=201,
    response_model=CommentOut,
    responses=problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
    openapi_extra=SENDING,
)
async def send_comment(request: Request) -> Response:
    """Send a comment; the answer says what became of it. Send it again with the same `Idempotency-Key` after a time-out."""
    service, asking = request.app.state.service, asking_of(request)
    raw, now = await request.body(), service.clock()
    mark = _mark(request, service, asking, raw, now)
    if mark and (told := await asyncio.to_thread(find_answer, service.database, asking.site_id, mark, now)):
        return _created(answer(service, asking.site_id, told), {"Idempotency-Replayed": "true"})
    rules = intake_rules(service, asking.site_id)
    comment = read_body(raw, CommentIn, lambda body: accept(draft_of(body, asking, request, now), rules, now))
    outcome = await _submit(service, asking, comment, mark=mark)
    return _created(answer(service, asking.site_id, outcome))


def _mark(request: Request, service: Service, asking: KeyHolder, raw: bytes, now: datetime) -> Mark | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY:
        words = f"this header holds 1 to {LONGEST_KEY} characters"
        raise Misshapen((Fault("/header/Idempotency-Key", "string_length", words),))
    return Mark(key, service.custody.fingerprint(asking.site_id, raw, now))


def _created(told: CommentOut, headers: dict[str, str] | None = None) -> Response:
    return Response(told.model_dump_json(), 201, headers, media_type="application/json")


async def _submit(
    service: Service, asking: KeyHolder, comment: Comment, *, mark: Mark | None = None, revises: str | None = None
) -> Outcome:
    arrival = Arrival(asking.site_id, comment, asking.key_id, mark, revises, shadow_only=asking.shadow)
    with SECONDS.time():
        outcome = await asyncio.wrap_future(service.intake.submit(arrival))
    COMMENTS.labels(outcome.status.value, comment.door.value).inc()
    return outcome


@router.get("/comments/{comment_id}", response_model=CommentState, responses=problems(401, 404, 422, 429))
def get_comment(comment_id: str, asking: Asking, service: Behind) -> CommentState:
    """Where a comment stands."""
    return state(service, asking.site_id, read_comment(service.database, asking.site_id, comment_id, service.clock()))


@router.get("/comments", response_model=CommentPage, responses=problems(401, 422, 429))
def get_comments(
    asking: Asking,
    service: Behind,
    status: Annotated[Status | None, Query()] = None,
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> CommentPage:
    """A page of comments, oldest first."""
    found = list_comments(
        service.database, asking.site_id, asking.lane, service.clock(), status=status, after=after, limit=limit
    )
    page = [state(service, asking.site_id, view) for view in found]
    return CommentPage(comments=page, after=page[-1].id if len(page) == limit else None)


@router.patch(
    "/comments/{comment_id}",
    response_model=CommentOut,
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429, 503),
    openapi_extra={"requestBody": body_of(RevisionIn)},
)
async def edit_comment(request: Request, comment_id: str, asking: Asking, service: Behind) -> CommentOut:
    """Send a new wording. It is judged like a new comment; while it is held the earlier wording stays published."""
    now = service.clock()
    was, signed = await asyncio.to_thread(read_for_edit, service.database, asking.site_id, comment_id, now)
    if was.status is Status.WITHDRAWN:
        raise Invalid("this comment is withdrawn", hint="restore it before you edit it")
    rules = intake_rules(service, asking.site_id)
    comment = read_body(
        await request.body(),
        RevisionIn,
        lambda body: accept(revision_draft(body, was, signed, asking, request, now), rules, now, profile=TEXT),
    )
    outcome = await _submit(service, asking, comment, revises=comment_id)
    return answer(service, asking.site_id, outcome)


@router.delete("/comments/{comment_id}", response_model=CommentState, responses=problems(401, 404, 409, 422, 429))
def withdraw_comment(comment_id: str, asking: Asking, service: Behind) -> CommentState:
    """Take a comment back. It can be restored."""
    service.pipeline.withdraw(asking.site_id, comment_id)
    return get_comment(comment_id, asking, service)


@router.post("/comments/{comment_id}/restore", response_model=CommentState, responses=problems(401, 404, 409, 422, 429))
def restore_comment(comment_id: str, asking: Asking, service: Behind) -> CommentState:
    """Bring a withdrawn comment back as it stood."""
    service.pipeline.restore(asking.site_id, comment_id)
    return get_comment(comment_id, asking, service)


def answer(service: Service, site_id: str, outcome: Outcome) -> CommentOut:
    """An outcome as the wire tells it."""
    limit = outcome.limit or service.shelf.rules(site_id).limit
    root = service.settings.public_url.rstrip("/")
    return CommentOut(
        id=outcome.id,
        status=outcome.status.value,
        grounds=list(outcome.grounds),
        reasons=list(outcome.reasons),
        characters=_characters(outcome.characters, limit),
        message=outcome.message,
        revision=outcome.revision,
        status_url=f"{root}/status/{outcome.status_token}" if outcome.status_token else None,
    )


def state(service: Service, site_id: str, view: CommentView) -> CommentState:
    """A stored comment as the wire tells it."""
    latest = Wording(revision=view.revision, status=view.latest_status.value, text=view.text)
    published = None
    if view.published_revision is not None and view.status is not Status.WITHDRAWN:
        published = Wording(revision=view.published_revision, status="published", text=view.published_text)
    common: dict[str, Any] = {
        name: getattr(view, name)
        for name in ("id", "external_id", "article_id", "parent_id", "settles_at", "message", "name", "title", "text")
    }
    return CommentState(
        **common,
        status=view.status.value,
        grounds=list(view.grounds),
        reasons=list(view.reasons),
        characters=_characters(view.characters, service.shelf.rules(site_id).limit),
        latest=latest,
        published=published,
        received_at=view.received_at,
        updated_at=view.updated_at,
    )


def _characters(count: int, limit: int) -> Characters:
    return Characters(count=count, limit=limit, left=limit - count)
