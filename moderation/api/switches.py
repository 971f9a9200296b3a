"""The switches for a site's own programs: hold all or close, for the site, a section or an article, until a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from moderation.api.bodies import problems
from moderation.api.keys import Asking, Behind
from moderation.errors import Forbidden, Invalid
from moderation.intake.normalise import unstorable
from moderation.storage.switches import Place, Scope, SwitchWord, Turn, read_switches, turn_switch
from moderation.vocabulary import Lane

router = APIRouter(prefix="/api/v1", tags=["switches"])


class SwitchIn(BaseModel):
    """A switch to turn; `open` takes it away."""

    scope: Scope = Field(description="what it is for")
    target: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description="section or article; none for the site"
    )
    word: SwitchWord = Field(description="`hold`: every comment waits; `close`: none is taken; `open`: as before")
    until: datetime | None = Field(None, description="when it ends by itself; none means when somebody opens")


class SwitchOut(BaseModel):
    """A switch that is on."""

    scope: Scope
    target: str
    word: Literal["hold", "close"]
    until: datetime | None
    since: datetime


class SwitchesOut(BaseModel):
    """All switches that are on now."""

    switches: list[SwitchOut]


@router.get("/switches", response_model=SwitchesOut, responses=problems(401, 429))
def list_switches(asking: Asking, service: Behind) -> SwitchesOut:
    """The switches that are on."""
    found = read_switches(service.database, asking.site_id, service.clock())
    return SwitchesOut(
        switches=[
            SwitchOut(scope=s.place.scope, target=s.place.target, word=s.word.value, until=s.until, since=s.since)  # type: ignore[arg-type]
            for s in found
        ]
    )


@router.put("/switches", response_model=SwitchesOut, responses=problems(400, 401, 403, 415, 422, 429))
def put_switch(body: SwitchIn, asking: Asking, service: Behind) -> SwitchesOut:
    """Turn one switch and see all that are on. A test key turns none: they hold for live comments as well."""
    if asking.lane is not Lane.LIVE:
        raise Forbidden("a test key turns no switch", hint="use a live key")
    if why := unstorable(body.target):
        raise Invalid(f"the field `target` {why}", hint="send it without that character")
    until = body.until.replace(tzinfo=UTC) if body.until and body.until.tzinfo is None else body.until
    turned = Turn(Place(body.scope, body.target), body.word, until, f"key:{asking.key_id}")
    turn_switch(service.database, asking.site_id, turned, service.clock())
    return list_switches(asking, service)
