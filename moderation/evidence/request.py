"""Who asks, on what law, for what: the register of lawful requests and what may happen next.

- A request is data with elements that its legal basis demands; what is missing is named from a closed list.
- The scope is a list of (comment, fields, time window), and of (address, time window) whose comments are to be found. Its
  hash is what an approval is bound to: change the scope and the approvals are void.
- States follow one table; there is no other way from one to the next.

What a law demands, and who may approve, is `assess.py`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from moderation.errors import Conflict, Forbidden, Invalid
from moderation.evidence.canonical import Json, canonical, moment
from moderation.evidence.profile import RequestType
from moderation.evidence.sender import SenderField

APPROVAL_LIFE: Final = timedelta(hours=72)
VERIFICATION_LIFE: Final = timedelta(days=365)
CLOCK_SLACK: Final = timedelta(minutes=5)


class State(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    NEEDS_INFO = "needs_info"
    VERIFICATION = "verification"
    ASSESSMENT = "assessment"
    EMERGENCY_CLAIMED = "emergency_claimed"
    APPROVED = "approved"
    PRESERVED = "preserved"
    PRODUCED = "produced"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Rejection(StrEnum):
    """Why a request is refused or narrowed; the register knows no other reasons."""

    REQUESTER_NOT_VERIFIED = "requester_not_verified"
    NO_LEGAL_BASIS_STATED = "no_legal_basis_stated"
    PROVISION_VOID = "provision_void"
    PROVISION_NOT_IN_FORCE = "provision_not_in_force"
    PROVISION_DOES_NOT_FIT = "provision_does_not_fit"
    OFFICER_RANK_INSUFFICIENT = "officer_rank_insufficient"
    NO_JURISDICTION_USE_MLAT = "no_jurisdiction_use_mlat"
    MISSING_ELEMENT = "missing_element"
    TARGET_NOT_IDENTIFIED = "target_not_identified"
    OVERBROAD = "overbroad"
    DISPROPORTIONATE = "disproportionate"
    OUT_OF_TIME = "out_of_time"
    DATA_NEVER_HELD = "data_never_held"
    DATA_EXPIRED = "data_expired"
    LANGUAGE = "language"
    CONFLICTS_WITH_LAW = "conflicts_with_law"
    JOURNALISTIC_SOURCE = "journalistic_or_source_protection"
    DUPLICATE = "duplicate"
    INFORMAL_REQUEST = "informal_request"
    EMERGENCY_NOT_SUBSTANTIATED = "emergency_not_substantiated"
    WITHDRAWN = "withdrawn"


class AuthorityKind(StrEnum):
    COURT = "court"
    POLICE = "police"
    PROSECUTOR = "prosecutor"
    MINISTRY = "ministry"
    REGULATOR = "regulator"


class RequestRefused(Invalid):
    """the request cannot go on"""

    code = "request_refused"

    def __init__(self, reasons: Sequence[tuple[Rejection, str]]) -> None:
        self.reasons = tuple(reasons)
        words = ", ".join(f"`{reason}`" + (f" ({detail})" if detail else "") for reason, detail in reasons)
        super().__init__(f"the request is refused: {words}", hint="write back to the authority with these reasons")


class NotThisWay(Conflict):
    """a request cannot go from its state to that one"""

    code = "not_this_way"


class FourEyes(Forbidden):
    """the same person cannot do both"""

    code = "four_eyes"
    hint = "let a second person with the role `approver` do it"


class ApprovalMissing(Forbidden):
    """there is no valid approval for this scope"""

    code = "approval_missing"
    hint = "let an approver read the scope as it stands now and approve it"


class ClockSteppedBack(Conflict):
    """our clock runs behind what was already recorded"""

    code = "clock_stepped_back"
    hint = "set the clock right (`timedatectl`), then try again"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who asks. `callback_source` says where the number came from: never from the letter itself."""

    id: str
    country: str
    kind: AuthorityKind
    name: str
    callback_number: str = ""
    callback_source: str = ""
    verified_by: str | None = None
    verified_at: datetime | None = None

    def verified(self, at: datetime) -> bool:
        """Whether a call-back was made and has not expired."""
        return self.verified_at is not None and self.verified_at <= at < self.verified_at + VERIFICATION_LIFE


@dataclass(frozen=True, slots=True)
class Target:
    """One line of a scope: which fields of the records of which comment, sent in which window."""

    comment_id: str
    fields: tuple[SenderField, ...]
    since: datetime | None = None
    until: datetime | None = None
    content: bool = False

    def as_json(self) -> dict[str, Json]:
        return {
            "comment": self.comment_id,
            "fields": sorted(str(field) for field in self.fields),
            "content": self.content,
            "from": moment(self.since) if self.since else None,
            "to": moment(self.until) if self.until else None,
        }


@dataclass(frozen=True, slots=True)
class AddressTarget:
    """One address whose comments are looked for, sent in which window. The salt lies beside it, sealed: whoever steals the
    register or the log cannot try all addresses against the scope's hash.
    """

    address: str
    salt: str
    since: datetime
    until: datetime

    def digest(self) -> str:
        """What stands for the address wherever it must not stand itself."""
        return hashlib.sha256(canonical([self.salt, "ip", self.address])).hexdigest()

    def as_json(self) -> dict[str, Json]:
        return {"address": self.digest(), "from": moment(self.since), "to": moment(self.until)}


@dataclass(frozen=True, slots=True)
class LegalRequest:
    """A request as the register knows it. Names of officers, purpose and reference are opened for the people who work."""

    id: str
    site_id: str
    type: RequestType
    basis_id: str
    received_at: datetime
    entered_by: str
    state: State = State.RECEIVED
    officer_rank: str = ""
    elements: frozenset[str] = frozenset()
    necessity: str = ""
    order_expires: datetime | None = None
    targets: tuple[Target, ...] = ()
    addresses: tuple[AddressTarget, ...] = ()

    def scope(self) -> list[Json]:
        """Everything that is asked for: comments, then addresses by their digests."""
        return [*(one.as_json() for one in self.targets), *(one.as_json() for one in self.addresses)]


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes to one scope."""

    approver: str
    scope_hash: str
    at: datetime
    share: bytes | None = None

    def valid(self, scope: str, now: datetime) -> bool:
        return self.scope_hash == scope and self.at - CLOCK_SLACK <= now < self.at + APPROVAL_LIFE


WAYS: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        State.RECEIVED: frozenset({State.VERIFICATION, State.NEEDS_INFO, State.EMERGENCY_CLAIMED}),
        State.NEEDS_INFO: frozenset({State.VERIFICATION, State.ASSESSMENT}),
        State.VERIFICATION: frozenset({State.ASSESSMENT, State.NEEDS_INFO}),
        State.EMERGENCY_CLAIMED: frozenset({State.VERIFICATION, State.NEEDS_INFO}),
        State.ASSESSMENT: frozenset({State.APPROVED, State.PRESERVED, State.NEEDS_INFO}),
        State.PRESERVED: frozenset({State.ASSESSMENT}),
        State.APPROVED: frozenset({State.PRODUCED, State.ASSESSMENT}),
        State.PRODUCED: frozenset({State.DELIVERED}),
        State.DELIVERED: frozenset(),
        State.REJECTED: frozenset(),
        State.WITHDRAWN: frozenset(),
        State.CLOSED: frozenset(),
    }
)
DONE: Final = frozenset({State.REJECTED, State.WITHDRAWN, State.CLOSED})


def step(state: State, to: State) -> State:
    """Go from one state to the next.

    Raises:
        NotThisWay: the table has no such way.
    """
    ends = DONE - {State.REJECTED} if state in {State.PRODUCED, State.DELIVERED} else DONE
    if to in WAYS[state] or (state not in DONE and to in ends):
        return to
    raise NotThisWay(f"a request that is `{state}` cannot become `{to}`")


def scope_hash(request: LegalRequest) -> str:
    """What an approval is bound to: SHA-256, in hex, of the request, its legal basis and its whole scope."""
    targets = sorted(request.scope(), key=canonical)
    whole: Json = {"request": request.id, "site": request.site_id, "basis": request.basis_id, "targets": targets}
    return hashlib.sha256(canonical(whole)).hexdigest()
