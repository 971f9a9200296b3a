"""Which site is asking: the key in `Authorization: Bearer`, looked up by its hash.

A look-up is kept for a second, so that a busy site does not ask the database each time and a revoked key dies at once for
people. Requests per key and minute are bounded.
"""

from __future__ import annotations

import time
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from limits import RateLimitItemPerMinute

from moderation.access.api_keys import hash_key, looks_like_key
from moderation.access.window_counts import open_limiter, seconds_left
from moderation.api.problems import TooMany, Unauthorized
from moderation.bootstrap import Service
from moderation.call_book import name_caller
from moderation.storage.keys import KeyHolder, find_key

FRESH: Final = 1.0
BEARER: Final = HTTPBearer(auto_error=False, description="a key of the site: `ck_live_…` or `ck_test_…`")


class KeyRing:
    """Looks keys up and counts their requests."""

    def __init__(self, service: Service, per_minute: int) -> None:
        self._service = service
        self._found: dict[str, tuple[float, KeyHolder | None]] = {}
        self._limit = RateLimitItemPerMinute(per_minute)
        self._limiter = open_limiter()

    def holder(self, key: str) -> KeyHolder:
        """Whose key it is.

        Raises:
            Unauthorized: nobody's, or it was revoked.
            TooMany: it asked too often.
        """
        if not looks_like_key(key):
            raise Unauthorized
        name = hash_key(key)
        now = time.monotonic()
        known = self._found.get(name)
        if known is None or now - known[0] > FRESH:
            if len(self._found) > 10_000:  # noqa: PLR2004 - guessed keys must not fill the memory
                self._found.clear()
            known = (now, find_key(self._service.database, name))
            self._found[name] = known
        if known[1] is None:
            raise Unauthorized("this key is unknown or revoked")
        name_caller(known[1].site_id, known[1].key_id, known[1].lane.value)
        if not self._limiter.hit(self._limit, known[1].key_id):
            raise TooMany(seconds_left(self._limiter, self._limit, known[1].key_id))
        return known[1]


async def service_of(request: Request) -> Service:
    """The service behind this application."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


def asking(request: Request) -> KeyHolder:
    """The site that is asking. The one route that is called all the time calls this, the others depend on `holder_of`.

    Raises:
        Unauthorized, TooMany.
    """
    scheme, key = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() != "bearer" or not key:
        raise Unauthorized
    ring = request.app.state.keys
    assert isinstance(ring, KeyRing)
    return ring.holder(key)


async def holder_of(
    request: Request,
    _documented: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> KeyHolder:
    """The same as a dependency, with its scheme in the OpenAPI document. Not in a thread: the look-up is kept for a second,
    and a thread for each request costs more.

    Raises:
        Unauthorized, TooMany.
    """
    return asking(request)


Asking = Annotated[KeyHolder, Depends(holder_of)]
Behind = Annotated[Service, Depends(service_of)]
