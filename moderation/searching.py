"""Answer an approved request for the comments of an address: guard, note, open all of the time once, note the outcome.

- The guards are those of every opening; the approval is for this address and this window.
- The look-up is in the log before anything opens, the outcome afterwards. The log holds a salted digest of the address.
- Only keys of the network compartment are handed in; no identity can be opened by a search.
- What is found are ids of comments. Their senders' details need a scope that names them, and its own approval.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from moderation.evidence.canonical import Json
from moderation.evidence.opening import Lookup, check_may_open
from moderation.evidence.request import AddressTarget, Rejection, RequestRefused
from moderation.evidence.search import Found, KeyBytes, search_address
from moderation.storage.legal import LegalBook
from moderation.storage.senders import count_between, networks_between

DIGEST_SHOWN: Final = 32


@dataclass(frozen=True, slots=True)
class Searcher:
    """What a search needs: the register, the private halves for the network compartment, and who acts."""

    book: LegalBook
    keys: Callable[[], KeyBytes]
    needed: int
    actor: str
    clock: Callable[[], datetime]
    workers: int = os.cpu_count() or 1

    def search(
        self, site_id: str, request_id: str, progress: Callable[[int, int], None] = lambda _done, _total: None
    ) -> list[tuple[AddressTarget, Found]]:
        """Look for the comments of each address in the request's scope.

        Raises:
            ApprovalMissing, NotThisWay, RequestRefused: a guard does not let it pass; nothing is opened.
            LogUnwritable: the look-up could not be written down; nothing is opened.
        """
        request = self.book.find(site_id, request_id).request
        check_may_open(request, self.book.approvals(request_id), needed=self.needed, now=self.clock())
        if not request.addresses:
            raise RequestRefused([(Rejection.TARGET_NOT_IDENTIFIED, "the scope names no address")])
        self.book.write([self._lookup(request_id, one) for one in request.addresses])
        keys = self.keys()
        return [(one, self._look(site_id, request_id, one, keys, progress)) for one in request.addresses]

    def _lookup(self, request_id: str, target: AddressTarget) -> Lookup:
        return Lookup(request_id, f"address:{target.digest()[:DIGEST_SHOWN]}", ("ip",), self.actor, self.clock())

    def _look(
        self,
        site_id: str,
        request_id: str,
        target: AddressTarget,
        keys: KeyBytes,
        progress: Callable[[int, int], None],
    ) -> Found:
        database = self.book.database
        total = count_between(database, site_id, target.since, target.until)
        found = search_address(
            networks_between(database, site_id, target.since, target.until),
            keys,
            target.address,
            workers=self.workers,
            progress=lambda done: progress(done, total),
        )
        counts = {"opened": found.opened, "closed": found.closed, "damaged": len(found.damaged)}
        outcome: dict[str, Json] = {"address": target.digest(), "by": self.actor, "found": len(found.records), **counts}
        self.book.note_search(site_id, request_id, outcome, self.clock())
        return found


def comments_of(found: Sequence[Found]) -> list[str]:
    """The comments that were found, each once, in the order of their arrival."""
    return list(dict.fromkeys(comment for one in found for _, comment in one.records))
