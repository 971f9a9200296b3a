"""The log's public side: its newest checkpoint, its key, and its tiles, for whoever wants to keep a copy.

- `/log/checkpoint` and `/log/tile/…` have the forms of C2SP tlog-checkpoint and tlog-tiles; `/log/policy` names the key.
- They hold hashes only: each line has a nonce, so that a hash tells nothing about its line.
- Lines themselves are not public.
"""

from __future__ import annotations

import re
from typing import Final

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from moderation.api.keys import Behind
from moderation.errors import NotFound
from moderation.evidence.note import policy_text
from moderation.evidence.tiles import WIDTH
from moderation.log_jobs import signer_of
from moderation.storage.log import checkpoint_notes, tile_content

router = APIRouter(tags=["log"])
TILE: Final = re.compile(r"((?:x\d{3}/)*\d{3})(?:\.p/(\d{1,3}))?")
MAX_LEVEL: Final = 5
IMMUTABLE: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/log/checkpoint", response_class=PlainTextResponse, responses={404: {"description": "nothing signed yet"}})
def get_checkpoint(service: Behind) -> PlainTextResponse:
    """The newest signed checkpoint. Keep it: it shows later whether the log was cut or rewritten."""
    notes = checkpoint_notes(service.database, newest=1)
    if not notes:
        raise NotFound("the log is not signed yet", hint="wait a minute after the first comment")
    return PlainTextResponse(notes[-1][1], headers={"Cache-Control": "no-store"})


@router.get("/log/policy", response_class=PlainTextResponse)
def get_policy(service: Behind) -> PlainTextResponse:
    """The log's name and public key, as `verify.py --policy` takes it."""
    return PlainTextResponse(policy_text(signer_of(service.settings).key))


@router.get(
    "/log/tile/{level}/{number:path}", response_class=Response, responses={404: {"description": "no such tile"}}
)
def get_tile(level: int, number: str, service: Behind) -> Response:
    """256 hashes of the log, or the first ones of a tile that is not full."""
    match = TILE.fullmatch(number)
    if match is None or not 0 <= level <= MAX_LEVEL:
        raise NotFound("there is no such tile")
    index = int(match[1].replace("x", "").replace("/", ""))
    width = int(match[2]) if match[2] else WIDTH
    content = tile_content(service.database, level, index, width) if 1 <= width <= WIDTH else None
    if content is None:
        raise NotFound("there is no such tile")
    return Response(content, media_type="application/octet-stream", headers=IMMUTABLE)
