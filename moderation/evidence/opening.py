"""Open what an approved request asks for: these fields of these records, and nothing else.

- First every guard, then the line in the log for each record, committed; only then is anything opened. When the log
  cannot be written, nothing opens.
- A compartment is unwrapped only when a field of it was asked for: an order for an address never opens an identity.
- Fields that were not asked for are dropped at once; only their names are told, where their compartment was opened.
- A record whose key is gone is answered as `data_expired`. A record that does not open in its place stops the whole run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from moderation.evidence.assess import check_approvals
from moderation.evidence.record import Opening
from moderation.evidence.request import Approval, LegalRequest, NotThisWay, Rejection, RequestRefused, State, Target
from moderation.evidence.seal import Compartment, KeyDestroyed, Place
from moderation.evidence.sender import SenderField, compartment_of, unpack


class Opener(Protocol):
    """An unlocked vault."""

    def open(self, sealed: bytes, place: Place) -> bytes: ...


class LookupBook(Protocol):
    """Where each opening is written down, durably, before it happens."""

    def write(self, lookups: Sequence[Lookup]) -> Sequence[int]: ...


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A stored record; the ciphertexts are those that can still be opened, a hold's before the day's."""

    id: str
    site_id: str
    comment_id: str
    revision: int
    leaf_idx: int
    created_at: datetime
    ct_net: bytes | None
    ct_ident: bytes | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """One opening that is about to happen."""

    request_id: str
    record_id: str
    fields: tuple[str, ...]
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """What was asked for, with the salts that prove it; `withheld` names the rest and why."""

    record: SealedRecord
    openings: tuple[Opening, ...]
    withheld: tuple[tuple[str, str], ...]
    lookup_idx: int


def check_may_open(request: LegalRequest, approvals: Sequence[Approval], *, needed: int, now: datetime) -> None:
    """What must hold before anything of a request is opened, be it one record or a search through all.

    Raises:
        NotThisWay: the request is not approved.
        RequestRefused: the order has expired.
        ApprovalMissing: approvals are too few, expired, or for another scope.
    """
    if request.state is not State.APPROVED:
        raise NotThisWay(f"a request that is `{request.state}` opens nothing", hint="let an approver approve it first")
    if request.order_expires is not None and request.order_expires <= now:
        raise RequestRefused([(Rejection.OUT_OF_TIME, "")])
    check_approvals(request, approvals, needed=needed, now=now)


def asked_fields(request: LegalRequest, record: SealedRecord) -> tuple[SenderField, ...]:
    """The fields of this record that the scope names; none when the record is outside of it."""
    fields = {field for target in request.targets if _covers(target, record) for field in target.fields}
    return tuple(field for field in SenderField if field in fields)


def _covers(target: Target, record: SealedRecord) -> bool:
    return (
        target.comment_id == record.comment_id
        and (target.since is None or record.created_at >= target.since)
        and (target.until is None or record.created_at <= target.until)
    )


def open_records(
    request: LegalRequest,
    approvals: Sequence[Approval],
    records: Sequence[SealedRecord],
    *,
    needed: int,
    opener: Opener,
    book: LookupBook,
    actor: str,
    now: datetime,
) -> list[OpenedRecord]:
    """Open the records of an approved request.

    Raises:
        NotThisWay: the request is not approved.
        RequestRefused: the order has expired, or a record lies outside of the scope.
        ApprovalMissing: approvals are too few, expired, or for another scope.
        WillNotOpen: a record does not belong where it lies; nothing is given out.
    """
    check_may_open(request, approvals, needed=needed, now=now)
    asked = [(record, asked_fields(request, record)) for record in records]
    if any(record.site_id != request.site_id or not fields for record, fields in asked):
        raise RequestRefused([(Rejection.OVERBROAD, "a record outside of the scope")])
    lookups = [Lookup(request.id, r.id, tuple(str(f) for f in fields), actor, now) for r, fields in asked]
    indices = book.write(lookups)
    return [_open(record, fields, opener, idx) for (record, fields), idx in zip(asked, indices, strict=True)]


def _open(record: SealedRecord, fields: Sequence[SenderField], opener: Opener, lookup_idx: int) -> OpenedRecord:
    openings: list[Opening] = []
    withheld: list[tuple[str, str]] = []
    for part, sealed in ((Compartment.NETWORK, record.ct_net), (Compartment.IDENTITY, record.ct_ident)):
        wanted = {str(field) for field in fields if compartment_of(field) is part}
        if not wanted:
            withheld.append((f"compartment {part}", "not asked for and not opened"))
            continue
        try:
            plain = _plain(sealed, opener, Place(record.site_id, record.id, record.comment_id, part))
        except KeyDestroyed:
            withheld += [(name, str(Rejection.DATA_EXPIRED)) for name in sorted(wanted)]
            continue
        found = unpack(plain)
        openings += [opening for opening in found if opening.name in wanted]
        withheld += [(opening.name, "not asked for") for opening in found if opening.name not in wanted]
        withheld += [(name, str(Rejection.DATA_NEVER_HELD)) for name in sorted(wanted - {o.name for o in found})]
    return OpenedRecord(record, tuple(openings), tuple(withheld), lookup_idx)


def _plain(sealed: bytes | None, opener: Opener, place: Place) -> bytes:
    if sealed is None:
        raise KeyDestroyed
    return opener.open(sealed, place)
