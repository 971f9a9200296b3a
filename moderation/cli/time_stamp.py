"""Ask an outside authority for a time stamp over a checkpoint (RFC 3161 over HTTP); only the checkpoint's hash leaves the house.

The reply is checked against the authority's root certificates before anybody keeps it. What a stamp is stands in
`evidence/timestamp.py`.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from moderation.errors import Invalid, Unavailable
from moderation.evidence import timestamp

LIMIT: Final = 1 << 20
SECONDS: Final = 20
QUERY: Final = {"Content-Type": "application/timestamp-query"}


class NoTimestamp(Unavailable):
    """the time-stamp authority gave no stamp"""

    code = "no_timestamp"
    hint = "try again later, or another authority; nothing was changed"


def fetch_stamp(checkpoint: str, url: str, roots: Sequence[Path]) -> tuple[bytes, datetime]:
    """Get a stamp over a checkpoint: the reply, and the time that it swears to.

    Raises:
        NoTimestamp: the authority cannot be reached, or refuses.
        BadTimestamp: what it sent does not hold under these roots.
    """
    if not url.startswith(("http://", "https://")):
        raise Invalid("the address of a time-stamp authority begins with `https://`")
    certificates = [path.read_bytes() for path in roots]
    asked = timestamp.ask(checkpoint)
    sent = urllib.request.Request(url, asked.as_bytes(), QUERY)  # noqa: S310 - the scheme was checked above
    try:
        with urllib.request.urlopen(sent, timeout=SECONDS) as answer:  # noqa: S310
            reply = answer.read(LIMIT)
    except urllib.error.HTTPError as problem:
        raise NoTimestamp(f"the time-stamp authority answered {problem.code}") from None
    except (OSError, http.client.HTTPException) as problem:
        raise NoTimestamp(f"the time-stamp authority cannot be reached: `{type(problem).__name__}`") from None
    return reply, timestamp.check(checkpoint, reply, certificates, asked=asked)
