"""The secrets by which a site knows its Coral: brought, made, shown by their ends, revoked.

What this file decides
- Coral makes the secret of a phase itself, so the usual way is to bring what it shows. One made here is for callers that take a
  secret from outside.
- The newest four are good, so that a secret can be rotated in Coral without a comment lost.
- A secret is shown by its last four letters only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from moderation.errors import Invalid, NotFound
from moderation.evidence.custody import Custody
from moderation.storage.coral_secrets import add_secret, drop_old_secrets, drop_secret, read_secrets
from moderation.storage.database import Database

PREFIX: Final = "empsec_"
SHAPE: Final = re.compile(r"[!-~]{16,200}")
SECRET_BYTES: Final = 32
SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class CoralDesk:
    """The Coral secrets of all sites, one site at a time."""

    database: Database
    custody: Custody
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    random: Callable[[int], bytes] = os.urandom

    def bring(self, site_id: str, secret: str) -> str:
        """Keep a secret that Coral shows; its hint.

        Raises:
            Invalid: this can be no secret.
            NotFound: there is no such site.
        """
        secret = secret.strip()
        if not SHAPE.fullmatch(secret):
            raise Invalid("this is no signing secret", hint=f"copy the whole line that begins with `{PREFIX}`")
        add_secret(self.database, site_id, secret, self.custody.seal_secrets, self.custody.open_secrets, self.clock())
        return hint_of(secret)

    def make(self, site_id: str) -> str:
        """A secret of ours; it is shown this once."""
        secret = PREFIX + self.random(SECRET_BYTES).hex()
        self.bring(site_id, secret)
        return secret

    def hints(self, site_id: str) -> list[str]:
        """The secrets that are good, newest first, by their ends."""
        return [hint_of(one) for one in self._known(site_id)]

    def revoke(self, site_id: str, hint: str) -> None:
        """Let a secret be good no longer.

        Raises:
            NotFound: no secret of this site ends so.
        """
        found = next((one for one in self._known(site_id) if hint in {hint_of(one), one, one[-SHOWN:]}), None)
        if found is None:
            raise NotFound("no Coral secret of this site ends so", hint="see `moderation coral list --site NAME`")
        drop_secret(self.database, site_id, found, self.custody.seal_secrets, self.custody.open_secrets)

    def finish_rotation(self, site_id: str) -> None:
        """Only the newest secret stays good."""
        drop_old_secrets(self.database, site_id, self.custody.seal_secrets, self.custody.open_secrets)

    def _known(self, site_id: str) -> list[str]:
        return read_secrets(self.database, site_id, self.custody.open_secrets)


def hint_of(secret: str) -> str:
    """How people tell a secret from others."""
    return f"{PREFIX}…{secret[-SHOWN:]}"
