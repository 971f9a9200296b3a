"""Rows of the register as the evidence room sees them, and back; one transaction's lines and events.

What names a person or tells a purpose is closed under the application key, bound to its row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from moderation.errors import NotFound
from moderation.evidence.application_key import ApplicationKey
from moderation.evidence.canonical import Json
from moderation.evidence.opening import Lookup
from moderation.evidence.profile import RequestType
from moderation.evidence.record import LeafType, Random, leaf
from moderation.evidence.request import AddressTarget, Authority, AuthorityKind, LegalRequest, State, Target, step
from moderation.evidence.sender import SenderField
from moderation.storage.database import Database
from moderation.storage.tables import (
    AuthorityRow,
    CommentRow,
    LegalRequestRow,
    RequestAddress,
    RequestEvent,
    RequestScope,
)
from moderation.storage.unit_of_work import PendingLeaf, UnitOfWork

CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Draft:
    """A request as it is entered from the letter."""

    site_id: str
    type: RequestType
    basis_id: str
    received_at: datetime
    entered_by: str
    authority_id: str | None = None
    instrument: str = ""
    officer: str = ""
    officer_rank: str = ""
    elements: frozenset[str] = frozenset()
    purpose: str = ""
    reference: str = ""
    necessity: str = ""
    channel: str = ""
    order: bytes = b""
    order_expires: datetime | None = None
    targets: tuple[Target, ...] = ()
    addresses: tuple[AddressTarget, ...] = ()
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """A request with what belongs to it, opened for the people who work on it."""

    request: LegalRequest
    authority: Authority | None
    version: int
    officer: str = ""
    purpose: str = ""
    reference: str = ""
    instrument: str = ""
    order_sha256: str = ""
    rejection: tuple[str, ...] = ()
    due: tuple[tuple[str, datetime], ...] = ()
    events: tuple[tuple[datetime, str, str, str], ...] = field(default=())


class BookRows:
    """What every step of the register needs: keys, ids, lines, events."""

    def __init__(self, database: Database, key: ApplicationKey, *, new_id: Callable[[], str], rng: Random) -> None:
        self.database = database
        self._key = key
        self._new_id = new_id
        self._rng = rng

    def _pending(self, kind: LeafType, about: str, site_id: str, at: datetime, data: Mapping[str, Json]) -> PendingLeaf:
        made = leaf(kind, about, at, data, self._rng(16))
        return PendingLeaf(made.type, made.body, made.hash, at, ref=about, site_id=site_id)

    def _log(
        self, work: UnitOfWork, kind: LeafType, about: str, site_id: str, at: datetime, data: Mapping[str, Json]
    ) -> None:
        work.log(self._pending(kind, about, site_id, at, data))

    def _event(self, work: UnitOfWork, row: LegalRequestRow, at: datetime, by: str, was: str, note: str = "") -> None:
        made = self._new_id()
        values = {
            "id": made,
            "request_id": row.id,
            "at": at,
            "actor": by,
            "from_state": was,
            "to_state": row.state,
            "note_sealed": self._close(note, made, "note"),
        }
        data: dict[str, Json] = {"req": row.id, "from": was, "to": row.state, "by": by, "why": list(row.rejection)}
        pending = self._pending(LeafType.REQUEST_STATE, row.id, row.site_id, at, data)
        work.log(pending, RequestEvent, lambda idx: {**values, "leaf_idx": idx})

    def _change(self, work: UnitOfWork, row: LegalRequestRow, to: State, by: str, at: datetime, note: str = "") -> None:
        was = row.state
        row.state = str(step(State(was), to))
        row.version += 1
        if to in {State.REJECTED, State.WITHDRAWN, State.CLOSED}:
            row.closed_at = at
        work.session.add(row)
        self._event(work, row, at, by, was, note)

    def _write_scope(self, session: Session, site_id: str, request_id: str, targets: Sequence[Target]) -> None:
        for target in targets:
            comment = session.get(CommentRow, target.comment_id)
            if comment is None or comment.site_id != site_id:
                raise NotFound(f"there is no comment `{target.comment_id}` here", hint="give the comment's id")
            session.add(
                RequestScope(
                    id=self._new_id(),
                    request_id=request_id,
                    comment_id=target.comment_id,
                    fields=[*(str(one) for one in target.fields), *([CONTENT] if target.content else [])],
                    since=target.since,
                    until=target.until,
                )
            )

    def _write_addresses(self, session: Session, request_id: str, addresses: Sequence[AddressTarget]) -> None:
        for one in addresses:
            made = self._new_id()
            sealed = self._close(f"{one.salt} {one.address}", made, "address") or b""
            row = RequestAddress(
                id=made, request_id=request_id, address_sealed=sealed, since=one.since, until=one.until
            )
            session.add(row)

    def _address(self, row: RequestAddress) -> AddressTarget:
        salt, address = self._open(row.address_sealed, row.id, "address").split(" ")
        return AddressTarget(address, salt, row.since, row.until)

    def _row(self, made: str, draft: Draft, profile: str, at: datetime) -> LegalRequestRow:
        order = draft.order
        return LegalRequestRow(
            id=made,
            site_id=draft.site_id,
            type=str(draft.type),
            profile=profile,
            instrument=draft.instrument,
            authority_id=draft.authority_id,
            officer_sealed=self._close(draft.officer, made, "officer"),
            officer_rank=draft.officer_rank,
            basis_id=draft.basis_id,
            elements=sorted(draft.elements),
            purpose_sealed=self._close(draft.purpose, made, "purpose"),
            reference_sealed=self._close(draft.reference, made, "reference"),
            necessity_sealed=self._close(draft.necessity, made, "necessity"),
            received_at=draft.received_at,
            channel=draft.channel,
            order_sha256=hashlib.sha256(order).hexdigest() if order else "",
            order_sealed=self._close(order.hex(), made, "order") if order else None,
            order_expires=draft.order_expires,
            state=State.RECEIVED,
            entered_by=draft.entered_by,
            created_at=at,
        )

    def _legal(
        self, row: LegalRequestRow, targets: Sequence[RequestScope], addresses: Sequence[RequestAddress]
    ) -> LegalRequest:
        return LegalRequest(
            id=row.id,
            site_id=row.site_id,
            type=RequestType(row.type),
            basis_id=row.basis_id,
            received_at=row.received_at,
            entered_by=row.entered_by,
            state=State(row.state),
            officer_rank=row.officer_rank,
            elements=frozenset(row.elements),
            necessity=self._open(row.necessity_sealed, row.id, "necessity"),
            order_expires=row.order_expires,
            targets=tuple(target_of(target) for target in targets),
            addresses=tuple(self._address(one) for one in addresses),
        )

    def _close(self, words: str, row_id: str, column: str) -> bytes | None:
        return self._key.close(words, context=f"legal|{row_id}|{column}") if words else None

    def _open(self, sealed: bytes | None, row_id: str, column: str) -> str:
        return self._key.open(sealed, context=f"legal|{row_id}|{column}") if sealed else ""

    @staticmethod
    def _authority(session: Session, site_id: str, authority_id: str) -> AuthorityRow:
        row = session.get(AuthorityRow, authority_id)
        if row is None or row.site_id != site_id:
            raise NotFound(f"there is no authority `{authority_id}` here", hint="enter it first")
        return row

    @staticmethod
    def _request(session: Session, site_id: str, request_id: str, *, lock: bool = False) -> LegalRequestRow:
        query = select(LegalRequestRow).where(LegalRequestRow.site_id == site_id, LegalRequestRow.id == request_id)
        row = session.exec(query.with_for_update() if lock else query).first()
        if row is None:
            raise NotFound(f"there is no request `{request_id}` here")
        return row


def target_of(row: RequestScope) -> Target:
    fields = tuple(SenderField(name) for name in row.fields if name != CONTENT)
    return Target(row.comment_id, fields, row.since, row.until, content=CONTENT in row.fields)


def authority_of(row: AuthorityRow) -> Authority:
    return Authority(
        id=row.id,
        country=row.country,
        kind=AuthorityKind(row.kind),
        name=row.name,
        callback_number=row.callback_number,
        callback_source=row.callback_source,
        verified_by=row.verified_by,
        verified_at=row.verified_at,
    )


def next_number(session: Session, at: datetime) -> str:
    """The next number of the year. Two at once collide on the key, and the second is entered again."""
    head = f"REQ-{at.year}-"
    newest = session.exec(select(func.max(LegalRequestRow.id)).where(col(LegalRequestRow.id).startswith(head))).one()
    return f"{head}{int(newest.removeprefix(head)) + 1 if newest else 1:04d}"


def lookup_row(made: str, lookup: Lookup, given: list[int]) -> Callable[[int], dict[str, Any]]:
    """The row of a look-up; its index is told to whoever waits for it."""

    def row(idx: int) -> dict[str, Any]:
        given.append(idx)
        return {
            "id": made,
            "request_id": lookup.request_id,
            "record_id": lookup.record_id,
            "actor": lookup.actor,
            "fields": list(lookup.fields),
            "at": lookup.at,
            "leaf_idx": idx,
        }

    return row
