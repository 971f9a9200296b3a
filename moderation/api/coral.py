"""Coral's external moderation phase: `POST /hooks/coral/{site}`.

What this file decides
- Coral publishes when a phase fails, so whatever a signed call meets here is answered by holding; only what Coral did not sign,
  or what is none of its bodies, is refused. A body that is too large to be read is held too.
- Scored and recorded, and no case: Coral sends no comment id, so a verdict could never reach it.
- Two calls of the same bytes within a day are one comment: the second hears the first answer and records nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from moderation.api.bodies import problems
from moderation.api.coral_hook import (
    PREMOD,
    BadHook,
    BadSignature,
    CoralHook,
    check_signature,
    plain_text,
    read_hook,
    say_outcome,
)
from moderation.api.keys import Behind
from moderation.api.problems import TooLarge, log_internal, of_error
from moderation.api.shape import intake_rules
from moderation.bootstrap import Service
from moderation.call_book import name_caller
from moderation.intake.accept import accept
from moderation.intake.profiles import BARE
from moderation.ports import Arrival, Mark, Outcome
from moderation.storage.coral_secrets import read_secrets
from moderation.storage.idempotency import find_answer
from moderation.vocabulary import Article, Author, Comment, Door, Lane

router = APIRouter(tags=["coral"])
LONGEST: Final = 64 * 1024  # Coral holds its own limit; the policy still measures
ID_LIMIT: Final = 200
CALLER: Final = "coral"  # in place of a key, among the last calls


@router.post("/hooks/coral/{site}", response_model=None, responses=problems(403, 422))
async def judge_for_coral(request: Request, site: str, service: Behind) -> Response:
    """Answer a phase: nothing, or what is to become of the comment."""
    header = request.headers.get("x-coral-signature", "")
    try:
        raw = await request.body()
        said = await asyncio.wait_for(_judge(service, site, raw, header), service.settings.coral_answer_ms / 1000)
    except (BadSignature, BadHook) as error:
        return of_error(error)
    except Exception as error:  # noqa: BLE001 - Coral publishes what a phase fails on
        if not isinstance(error, TimeoutError | TooLarge):
            log_internal(error)
        return hold_unread()
    answer = say_outcome(said)
    return Response(status_code=204) if answer is None else JSONResponse(answer)


def hold_unread(_error: Exception | None = None) -> JSONResponse:
    """What Coral hears of what was not judged."""
    return JSONResponse(PREMOD)


async def _judge(service: Service, site: str, raw: bytes, header: str) -> Outcome:
    told = await anyio.to_thread.run_sync(lambda: prepare(service, site, raw, header), abandon_on_cancel=True)
    if isinstance(told, Outcome):
        return told
    return await asyncio.wrap_future(service.intake.submit(told))


def prepare(service: Service, site: str, raw: bytes, header: str) -> Arrival | Outcome:
    """The comment on its way in, or the answer that its very bytes were given already.

    Raises:
        BadSignature, BadHook, InvalidComment.
    """
    check_signature(header, raw, read_secrets(service.database, site, service.custody.open_secrets))
    name_caller(site, CALLER, Lane.LIVE.value)
    hook = read_hook(raw)
    now = service.clock()
    digest = service.custody.fingerprint(site, raw, now)
    mark = Mark(f"coral:{digest.hex()}", digest)
    known = find_answer(service.database, site, mark, now)
    if known is not None:
        return known
    rules = replace(intake_rules(service, site), limit=LONGEST)
    comment = accept(replace(_draft(hook), received_at=now), rules, now, profile=BARE)
    return Arrival(site, comment, mark=mark, for_people=False)


def _draft(hook: CoralHook) -> Comment:
    return Comment(
        text=plain_text(hook.comment.body),
        door=Door.CORAL,
        article=Article(hook.story.id[:ID_LIMIT], url=hook.story.url[:8192]),
        author=Author(id=hook.author.id[:ID_LIMIT]),
        parent_id=(hook.comment.parentID or "")[:ID_LIMIT] or None,
    )
