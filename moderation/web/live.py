"""The queue's live numbers: by server-sent events, or the same as one answer for a page that polls.

What this file decides
- Each page is told of changes for it alone: how many wait, how many came since it was made, which cases colleagues have open.
- A stream ends after a quarter of an hour; the browser opens it anew, and the gate looks at the person again.
- Nothing in it is text of a comment or a reader's name.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from moderation.access.permissions import Permission
from moderation.storage.live import MOST, Pulse, read_pulse
from moderation.storage.queue_counts import CAP
from moderation.web.pulse import Pulses
from moderation.web.viewer import Desk, reading

router = APIRouter(prefix="/s/{site}", include_in_schema=False)
STREAM: Final = "text/event-stream"
LONGEST: Final = 900.0
# nginx holds answers back unless it is told not to; others look at the cache directive.
HEADERS: Final = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}


@router.get("/live")
def follow_queue(
    request: Request, since: Annotated[datetime | None, Query()] = None, desk: Desk = reading(Permission.QUEUE_READ)
) -> Response:
    """The numbers now, or, for who accepts a stream, as they change."""
    made = since or desk.frame.now
    since = made if made.tzinfo else made.replace(tzinfo=UTC)
    if STREAM not in request.headers.get("accept", ""):
        pulse = read_pulse(desk.service.database, desk.site_id, desk.frame.now)
        return JSONResponse(numbers(pulse, since, desk.user_id))
    return StreamingResponse(_events(request, desk, since), media_type=STREAM, headers=HEADERS)


def numbers(pulse: Pulse, since: datetime, user_id: str) -> dict[str, object]:
    """What one page is told."""
    new = pulse.new_since(since)
    return {
        "open": f"{CAP:,}+" if pulse.counts.open > CAP else str(pulse.counts.open),
        "new": f"{MOST}+" if new >= MOST else str(new),
        "claimed": sorted(case for case, holder in pulse.claimed.items() if holder != user_id),
    }


async def _events(request: Request, desk: Desk, since: datetime) -> AsyncIterator[str]:
    pulses, told, end = request.app.state.pulses, "", time.monotonic() + LONGEST
    assert isinstance(pulses, Pulses)
    yield "retry: 3000\n\n"
    async for pulse in pulses.follow(desk.site_id, desk.signed_in.session_hash):
        if pulse is None:
            yield ": still here\n\n"
        else:
            words = json.dumps(numbers(pulse, since, desk.user_id))
            if words != told:
                told = words
                yield f"event: queue\ndata: {words}\n\n"
        if time.monotonic() > end:
            return
