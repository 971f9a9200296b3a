"""Whether a request that changes something was sent by one of our own pages.

What this file decides
- `Sec-Fetch-Site` must say `same-origin` where a browser sends it; every current browser does.
- Without it `Origin` must be one of our origins.
- Without both the request came from no browser; then the session's token alone decides.
- A signed-in form also carries the session's token: both must be right.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection

from moderation.errors import Forbidden


class ForeignRequest(Forbidden):
    """this form was not sent from a page of this service"""

    code = "foreign_request"
    hint = "open the page again and send it from there"


def refuse_foreign(sec_fetch_site: str | None, origin: str | None, own: Collection[str]) -> None:
    """Return if the request came from our own pages.

    Raises:
        ForeignRequest: another site sent it.
    """
    if sec_fetch_site is not None:
        if sec_fetch_site != "same-origin":
            raise ForeignRequest
        return
    if origin is not None and origin.rstrip("/") not in own:
        raise ForeignRequest


def refuse_wrong_token(expected: str, given: str | None) -> None:
    """Return if the form carries the session's token.

    Raises:
        ForeignRequest: it does not.
    """
    if not hmac.compare_digest(expected.encode(), (given or "").encode("utf-8", "replace")):
        raise ForeignRequest("this page is from an earlier session", hint="open it again and repeat what you did")
