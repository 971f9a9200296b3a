"""Where a site is told, seen by whoever looks after it: add a target, rotate its secret, switch it, try it, send again.

What this file decides
- A target that leads inside is refused here, and again whenever it is connected to; a name that does not resolve yet may come.
- While a secret is rotated the new and the one before are good; a second rotation ends the first.
- An endpoint of another site is as unknown as one that does not exist.
- A callback that a single call named (Akismet's) is shown and switched, but its secret is the caller's key and is not rotated.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from moderation.callbacks.deliver import Resolve, Unreachable, check_target, resolve_name
from moderation.callbacks.signature import make_secret
from moderation.errors import Invalid, NotFound
from moderation.evidence.custody import Custody
from moderation.storage.database import Database
from moderation.storage.endpoints import add_endpoint, endpoints_at, find_endpoint, set_secrets, switch_endpoint
from moderation.storage.ids import new_id
from moderation.storage.outbox import STANDARD, Message, count_dead, list_messages, replay, write_ping
from moderation.storage.tables import Endpoint

GOOD_AT_ONCE: Final = 2
LONGEST_URL: Final = 2000


@dataclass(frozen=True, slots=True)
class CallbackDesk:
    """The callbacks of all sites, one site at a time."""

    database: Database
    custody: Custody
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    random: Callable[[int], bytes] = os.urandom
    resolve: Resolve = resolve_name

    def add(self, site_id: str, url: str, *, allow_private: bool = False) -> tuple[str, str]:
        """A new target: its id and its signing secret, which is shown this once.

        Raises:
            Invalid: this can be no callback.
            PrivateTarget: it leads to a private address, and that is not allowed.
        """
        check_callback(url)
        with suppress(Unreachable):
            check_target(url, allow_private=allow_private, resolve=self.resolve)
        endpoint_id, secret = new_id(), make_secret(self.random)
        sealed = self.custody.seal_secrets(endpoint_id, [secret])
        add_endpoint(self.database, endpoint_id, site_id, url, sealed, self.clock(), allow_private=allow_private)
        return endpoint_id, secret

    def endpoints(self, site_id: str) -> list[Endpoint]:
        """The targets of a site."""
        return endpoints_at(self.database, site_id)

    def good_secrets(self, endpoint: Endpoint) -> int:
        """How many secrets sign now: two while one is rotated."""
        return len(self.custody.open_secrets(endpoint.id, endpoint.secrets_sealed))

    def rotate(self, site_id: str, endpoint_id: str) -> str:
        """A new secret beside the present one; it is shown this once.

        Raises:
            NotFound: there is no such endpoint here.
        """
        endpoint = self._standard(site_id, endpoint_id)
        known = self.custody.open_secrets(endpoint.id, endpoint.secrets_sealed)
        secret = make_secret(self.random)
        kept = [secret, *known][:GOOD_AT_ONCE]
        set_secrets(self.database, endpoint.id, self.custody.seal_secrets(endpoint.id, kept))
        return secret

    def finish_rotation(self, site_id: str, endpoint_id: str) -> None:
        """From now on only the newest secret signs."""
        endpoint = self._standard(site_id, endpoint_id)
        newest = self.custody.open_secrets(endpoint.id, endpoint.secrets_sealed)[:1]
        set_secrets(self.database, endpoint.id, self.custody.seal_secrets(endpoint.id, newest))

    def switch(self, site_id: str, endpoint_id: str, *, on: bool) -> None:
        """Switch a target on, so that what waits is sent, or off."""
        find_endpoint(self.database, site_id, endpoint_id)
        off_at = None if on else self.clock()
        switch_endpoint(self.database, endpoint_id, off_at, None if on else "switched off by hand")

    def ping(self, site_id: str, endpoint_id: str) -> str:
        """Send a test event; the id of its message."""
        endpoint = self._standard(site_id, endpoint_id)
        return write_ping(self.database, site_id, endpoint.id, self.clock())

    def messages(self, site_id: str, *, dead_only: bool = False) -> list[Message]:
        """The newest hundred messages, or those that were given up."""
        return list_messages(self.database, site_id, dead_only=dead_only)

    def dead(self, site_id: str) -> int:
        """How many messages were given up, however many the list shows."""
        return count_dead(self.database, site_id)

    def replay(self, site_id: str, ids: Sequence[str] | None = None) -> int:
        """Send messages again that were given up or arrived; without ids all that were given up. How many there were."""
        return replay(self.database, site_id, ids, self.clock())

    def _standard(self, site_id: str, endpoint_id: str) -> Endpoint:
        endpoint = find_endpoint(self.database, site_id, endpoint_id)
        if endpoint.style != STANDARD:
            raise NotFound("this callback has no secret of its own", hint="it is signed by the caller's key")
        return endpoint


def check_callback(url: str) -> None:
    """Refuse what can be no callback.

    Raises:
        Invalid: it is no web address, or holds a user name or a password.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and not parts.password
    except ValueError:
        good = False
    if not good or len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        raise Invalid("a callback is an `https://` address without a user name", hint="try `https://example.org/hook`")
