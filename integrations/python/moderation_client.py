"""Send readers' comments to moderation from a Python site. One file, no libraries; Python 3.9 or newer.

    from moderation_client import Moderation
    moderation = Moderation("https://moderation.example.org", os.environ["MODERATION_KEY"], "/var/lib/site/spool")
    outcome = moderation.send(comment)      # the body of POST /api/v1/comments, as a dict
    if outcome["status"] == "published": ...
    # a timer, every minute:  moderation.resend(lambda comment, outcome: ...)

What this file decides
- An attempt ends after a few seconds as a whole, however slowly bytes come. It is repeated once, with the same Idempotency-Key,
  so nothing is sent twice.
- When the service cannot be reached the comment is kept in a folder and answered as `held`: it must not be shown. `resend` sends
  it later, again under its first key, and gives the outcome to your function.
- A comment with faults (422) is the reader's to mend: it is answered as `invalid` with the faults, and never kept.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONGEST_ANSWER = 1024 * 1024


class Moderation:
    """A site's line to the service."""

    def __init__(self, url: str, key: str, spool: str | os.PathLike[str], seconds: float = 3.0) -> None:
        if not key or "\r" in key or "\n" in key:
            raise ValueError("the key of the site is missing or has a line break")
        self._url, self._key, self._seconds = url.rstrip("/"), key, seconds
        self._spool = Path(spool)
        self._spool.mkdir(mode=0o700, parents=True, exist_ok=True)

    def send(self, comment: dict[str, Any]) -> dict[str, Any]:
        """What became of a comment: at least `status`, and `id` once the service has it."""
        mark, body = secrets.token_hex(16), json.dumps(comment).encode()
        return self._attempt(body, mark) or self._attempt(body, mark) or self._keep(body, mark)

    def resend(self, tell: Callable[[dict[str, Any], dict[str, Any]], None] | None = None) -> int:
        """Send what was kept, the oldest first; stops at the first failure. How many were sent."""
        with (self._spool / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return 0  # another run is at it
            sent = 0
            for file in sorted(self._spool.glob("*.json")):
                body = file.read_bytes()
                outcome = self._attempt(body, file.stem.partition("-")[2])
                if outcome is None:
                    break
                if tell:
                    tell(json.loads(body), outcome)
                file.unlink()
                sent += 1
            return sent

    def _attempt(self, body: bytes, mark: str) -> dict[str, Any] | None:
        """One attempt; None means: not reached, or not now. A thread, since a socket's time-out is for each read only."""
        found: list[dict[str, Any] | None] = []
        caller = threading.Thread(target=lambda: found.append(self._ask(body, mark)), daemon=True)
        caller.start()
        caller.join(self._seconds)
        return found[0] if found else None

    def _ask(self, body: bytes, mark: str) -> dict[str, Any] | None:
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": mark,
        }
        request = urllib.request.Request(f"{self._url}/api/v1/comments", body, headers, method="POST")
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=self._seconds) as answer:
                return _understand(answer.status, answer.read(LONGEST_ANSWER))
        except urllib.error.HTTPError as problem:
            with problem:
                return _understand(problem.code, problem.read(LONGEST_ANSWER))
        except (OSError, ValueError, http.client.HTTPException):
            return None

    def _keep(self, body: bytes, mark: str) -> dict[str, Any]:
        # The name sorts by time; the file appears whole or not at all, readable by its owner alone.
        name = self._spool / f"{time.time():017.6f}-{mark}"
        part = name.with_name(name.name + ".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.rename(name.with_name(name.name + ".json"))
        return {"status": "held", "kept": True}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is no answer: the key must not travel to another address."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _understand(code: int, raw: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(raw)
    except ValueError:
        answer = None
    told = answer if isinstance(answer, dict) else {}
    if code in (200, 201) and "status" in told:
        return told
    if code == 422 and "errors" in told:
        return {"status": "invalid", "errors": told["errors"]}
    if code in (400, 413, 415):
        return {"status": "invalid", "errors": [{"message": told.get("detail", f"refused with {code}")}]}
    return None  # 401, 409 in flight, 429, 5xx, or no answer: later
