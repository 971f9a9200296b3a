"""How often somebody may try to sign in, and how much one connection may send through a readers' form.

What this file decides
- Ten tries in five minutes and forty in an hour for one account, from wherever they come; thrice that for one address.
- A throttled try says so before the password is looked at, so that it costs no hashing.
- The hosted and the embedded form count together: whoever sends through both has no second allowance.
- Counters are in memory, or in Redis when several processes serve; they hold a digest of the account, not the address.
"""

from __future__ import annotations

import hashlib
from typing import Final

from limits import RateLimitItem, parse_many

from moderation.access.window_counts import open_limiter, seconds_left
from moderation.errors import Forbidden

ACCOUNT: Final = "10/5minutes;40/hour"
ADDRESS: Final = "30/5minutes;120/hour"
SENT: Final = "60/minute;600/hour"


class TooManyTries(Forbidden):
    """too many tries to sign in"""

    code = "too_many_tries"
    hint = "wait five minutes; the operator can make a sign-in link meanwhile"


class SignInThrottle:
    """Counts tries by account and by address."""

    def __init__(self, redis_url: str = "", *, account: str = ACCOUNT, address: str = ADDRESS) -> None:
        self._limiter = open_limiter(redis_url)
        self._account = parse_many(account)
        self._address = parse_many(address)

    def hit(self, account: str, address: str | None) -> None:
        """Count one try.

        Raises:
            TooManyTries: before anything else is done with it.
        """
        allowed = self._count(self._account, "account", account.strip().lower())
        if address:
            allowed = self._count(self._address, "address", address) and allowed
        if not allowed:
            raise TooManyTries

    def forget(self, account: str) -> None:
        """Start anew after a good sign-in."""
        for item in self._account:
            self._limiter.clear(item, "account", _digest(account.strip().lower()))

    def _count(self, items: list[RateLimitItem], kind: str, value: str) -> bool:
        hits = [self._limiter.hit(item, kind, _digest(value)) for item in items]  # all are counted, also after a miss
        return all(hits)


class TooManySent(TooManyTries):
    """too many comments came from this connection"""

    code = "too_many_sent"
    hint = "wait a minute and send it again"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__()


class SendThrottle:
    """Counts what a readers' form sends from one address. Many readers of one telephone network share an address."""

    def __init__(self, redis_url: str = "", *, address: str = SENT) -> None:
        self._limiter = open_limiter(redis_url)
        self._items = parse_many(address)

    def hit(self, address: str | None) -> None:
        """Count one comment.

        Raises:
            TooManySent: before it is looked at.
        """
        if not address:
            return
        names = ("sent", _digest(address))
        full = [item for item in self._items if not self._limiter.hit(item, *names)]
        if full:
            raise TooManySent(max(seconds_left(self._limiter, item, *names) for item in full))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:24]
