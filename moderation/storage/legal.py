"""The register of lawful requests: authorities, requests, scopes, approvals, look-ups, productions.

- Every change is one transaction with its line in the log.
- Every query takes the site: a request of another site does not exist here.
- A request's `version` grows with every change; an approval of an older page is refused.
- Who may do what is checked by `moderation.legal_desk`, before it comes here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from moderation.errors import Conflict, NotFound, Unavailable
from moderation.evidence.canonical import Json
from moderation.evidence.opening import Lookup
from moderation.evidence.profile import RequestType, load_profile
from moderation.evidence.record import LeafType
from moderation.evidence.request import Approval, Authority, Rejection, State, Target
from moderation.storage.legal_rows import BookRows, Draft, Filed, authority_of, lookup_row, next_number
from moderation.storage.senders import write_hold
from moderation.storage.tables import (
    ApprovalRow,
    AuthorityRow,
    LegalRequestRow,
    LookupRow,
    ProductionRow,
    RequestAddress,
    RequestClock,
    RequestEvent,
    RequestScope,
    Site,
)
from moderation.storage.unit_of_work import UnitOfWork, unit_of_work


class LogUnwritable(Unavailable):
    """the log cannot be written, so that nothing is opened"""

    code = "log_unwritable"
    hint = "free some space or give back the right to write, then try again"


class LegalBook(BookRows):
    """The register over one database."""

    def add_authority(self, site_id: str, authority: Authority, by: str, at: datetime) -> str:
        """Enter an authority; it counts for nothing until it is called back."""
        with self.database.writing() as session:
            made = self._new_id()
            session.add(
                AuthorityRow(
                    id=made,
                    site_id=site_id,
                    country=authority.country,
                    kind=str(authority.kind),
                    name=authority.name,
                    callback_number=authority.callback_number,
                    callback_source=authority.callback_source,
                    entered_by=by,
                    created_at=at,
                )
            )
        return made

    def verify_authority(self, site_id: str, authority_id: str, by: str, at: datetime) -> None:
        """Note that the authority was called back at a number found independently of its letter.

        Raises:
            Conflict: no such number, or no source of it, was noted.
        """
        with unit_of_work(self.database) as work:
            row = self._authority(work.session, site_id, authority_id)
            if not row.callback_number.strip() or not row.callback_source.strip():
                raise Conflict(
                    "the authority has no call-back number with its source", hint="find one, not in the letter"
                )
            row.verified_by, row.verified_at = by, at
            work.session.add(row)
            self._log(
                work, LeafType.AUTHORITY_VERIFIED, authority_id, site_id, at, {"authority": authority_id, "by": by}
            )

    def authorities(self, site_id: str) -> list[Authority]:
        """The authorities of a site by name."""
        with self.database.reading() as session:
            query = select(AuthorityRow).where(AuthorityRow.site_id == site_id).order_by(col(AuthorityRow.name))
            return [authority_of(row) for row in session.exec(query).all()]

    def enter(self, draft: Draft, at: datetime) -> str:
        """Enter a request and start its clocks; gives its number. A request to preserve holds its records in the same step.

        Raises:
            NotFound: site, authority or a comment does not exist here.
        """
        with unit_of_work(self.database) as work:
            site = work.session.get(Site, draft.site_id)
            if site is None:
                raise NotFound(f"there is no site `{draft.site_id}`")
            if draft.authority_id is not None:
                self._authority(work.session, draft.site_id, draft.authority_id)
            made = next_number(work.session, at)
            row = self._row(made, draft, load_profile(site.region).id, at)
            work.session.add(row)
            work.session.flush()
            self._write_scope(work.session, draft.site_id, made, draft.targets)
            self._write_addresses(work.session, made, draft.addresses)
            for clock in load_profile(site.region).clocks_for(draft.type, draft.received_at.date()):
                due = draft.received_at + clock.due
                made_id, begun = self._new_id(), draft.received_at
                work.session.add(
                    RequestClock(id=made_id, request_id=made, rule_id=clock.id, starts_at=begun, due_at=due)
                )
            told: dict[str, Json] = {"req": made, "type": row.type, "basis": row.basis_id, "order": row.order_sha256}
            self._log(work, LeafType.REQUEST_RECEIVED, made, draft.site_id, at, {**told, "by": draft.entered_by})
            self._event(work, row, at, draft.entered_by, "")
            if draft.hold or draft.type is RequestType.PRESERVATION:
                self._hold(work, made, draft, at)
        return made

    def _hold(self, work: UnitOfWork, made: str, draft: Draft, at: datetime) -> None:
        comments, new = [target.comment_id for target in draft.targets], self._new_id()
        write_hold(work, draft.site_id, made, comments, draft.entered_by, at, hold_id=new, until=None, rng=self._rng)

    def find(self, site_id: str, request_id: str) -> Filed:
        """A request of this site.

        Raises:
            NotFound: it has none of this number.
        """
        with self.database.reading() as session:
            row = self._request(session, site_id, request_id)
            authority = session.get(AuthorityRow, row.authority_id) if row.authority_id else None
            targets = session.exec(select(RequestScope).where(RequestScope.request_id == row.id)).all()
            addresses = session.exec(select(RequestAddress).where(RequestAddress.request_id == row.id)).all()
            clocks = session.exec(select(RequestClock).where(RequestClock.request_id == row.id)).all()
            events = session.exec(
                select(RequestEvent).where(RequestEvent.request_id == row.id).order_by(col(RequestEvent.leaf_idx))
            ).all()
        return Filed(
            self._legal(row, targets, addresses),
            authority_of(authority) if authority else None,
            row.version,
            officer=self._open(row.officer_sealed, row.id, "officer"),
            purpose=self._open(row.purpose_sealed, row.id, "purpose"),
            reference=self._open(row.reference_sealed, row.id, "reference"),
            instrument=row.instrument,
            order_sha256=row.order_sha256,
            rejection=tuple(row.rejection),
            due=tuple((clock.rule_id, clock.due_at) for clock in clocks if clock.met_at is None),
            events=tuple((e.at, e.actor, e.to_state, self._open(e.note_sealed, e.id, "note")) for e in events),
        )

    def letter(self, site_id: str, request_id: str) -> bytes:
        """The letter itself, as it was entered.

        Raises:
            NotFound: the site has no such request, or it was entered without its letter.
        """
        with self.database.reading() as session:
            row = self._request(session, site_id, request_id)
        if row.order_sealed is None:
            raise NotFound("this request was entered without its letter")
        return bytes.fromhex(self._open(row.order_sealed, row.id, "order"))

    def all(self, site_id: str) -> list[Filed]:
        """The requests of a site, the newest first."""
        with self.database.reading() as session:
            query = select(LegalRequestRow.id).where(LegalRequestRow.site_id == site_id)
            ids = session.exec(query.order_by(col(LegalRequestRow.id).desc())).all()
        return [self.find(site_id, request_id) for request_id in ids]

    def set_scope(self, site_id: str, request_id: str, targets: Sequence[Target], by: str, at: datetime) -> None:
        """Change of which comments what is asked for; addresses stay. Approvals of the former scope no longer count, an
        approved request is assessed again.
        """
        with unit_of_work(self.database) as work:
            row = self._request(work.session, site_id, request_id, lock=True)
            if State(row.state) in {State.PRODUCED, State.DELIVERED, State.REJECTED, State.WITHDRAWN, State.CLOSED}:
                raise Conflict(f"a request that is `{row.state}` keeps its scope", hint="enter a new request")
            for old in work.session.exec(select(RequestScope).where(RequestScope.request_id == request_id)).all():
                work.session.delete(old)
            work.session.flush()
            self._write_scope(work.session, site_id, request_id, targets)
            if row.state == State.APPROVED:
                self._change(work, row, State.ASSESSMENT, by, at, "the scope was changed")
            row.version += 1
            work.session.add(row)

    def move(
        self,
        site_id: str,
        request_id: str,
        to: State,
        by: str,
        at: datetime,
        *,
        note: str = "",
        rejection: Sequence[Rejection] = (),
    ) -> None:
        """Go to the next state.

        Raises:
            NotThisWay: the table of states has no such way.
        """
        with unit_of_work(self.database) as work:
            row = self._request(work.session, site_id, request_id, lock=True)
            row.rejection = [str(reason) for reason in rejection] or row.rejection
            self._change(work, row, to, by, at, note)

    def approve(self, filed: Filed, approval: Approval, *, custodian: str = "") -> None:
        """Write one person's yes to this scope; `moderation.legal_desk` has checked who may."""
        request = filed.request
        with unit_of_work(self.database) as work:
            row = self._request(work.session, request.site_id, request.id, lock=True)
            if row.version != filed.version:
                raise Conflict("the request has changed since it was read", hint="read it again, then approve")
            data: dict[str, Json] = {"req": request.id, "scope": approval.scope_hash, "by": approval.approver}
            values = {
                "id": self._new_id(),
                "request_id": request.id,
                "approver": approval.approver,
                "custodian": custodian,
                "scope_hash": approval.scope_hash,
                "share_sealed": approval.share,
                "at": approval.at,
            }
            pending = self._pending(LeafType.APPROVAL_GIVEN, request.id, request.site_id, approval.at, data)
            work.log(pending, ApprovalRow, lambda idx: {**values, "leaf_idx": idx})
            if row.state == State.ASSESSMENT:
                self._change(work, row, State.APPROVED, approval.approver, approval.at, "")

    def approvals(self, request_id: str) -> list[Approval]:
        """All that were given, for whatever scope."""
        with self.database.reading() as session:
            rows = session.exec(select(ApprovalRow).where(ApprovalRow.request_id == request_id)).all()
        return [Approval(row.approver, row.scope_hash, row.at, row.share_sealed) for row in rows]

    def write(self, lookups: Sequence[Lookup]) -> list[int]:
        """Write down what is about to be opened; committed when this returns. This is the `LookupBook` of `opening.py`.

        Raises:
            LogUnwritable: the database refused it: nothing may be opened.
        """
        given: list[int] = []
        try:
            with unit_of_work(self.database) as work:
                for lookup in lookups:
                    self._note_lookup(work, lookup, given)
        except DBAPIError:
            raise LogUnwritable from None
        return given

    def _note_lookup(self, work: UnitOfWork, lookup: Lookup, given: list[int]) -> None:
        row = work.session.get(LegalRequestRow, lookup.request_id)
        data: dict[str, Json] = {"req": lookup.request_id, "rid": lookup.record_id, "by": lookup.actor}
        data["fields"] = list(lookup.fields)
        site_id = row.site_id if row else ""
        pending = self._pending(LeafType.LOOKUP_OPENED, lookup.record_id, site_id, lookup.at, data)
        work.log(pending, LookupRow, lookup_row(self._new_id(), lookup, given))

    def note_search(self, site_id: str, request_id: str, outcome: Mapping[str, Json], at: datetime) -> None:
        """Write what a search through all records gave: counts, never an address."""
        with unit_of_work(self.database) as work:
            self._log(work, LeafType.SEARCH_MADE, request_id, site_id, at, {"req": request_id, **outcome})

    def note_production(self, filed: Filed, production: ProductionRow) -> None:
        """Write that a package was made."""
        request = filed.request
        data: dict[str, Json] = {
            "req": request.id,
            "package": production.id,
            "manifest": production.manifest_sha256,
            "records": production.records,
        }
        with unit_of_work(self.database) as work:
            row = self._request(work.session, request.site_id, request.id, lock=True)
            values = production.model_dump()
            at = production.made_at
            pending = self._pending(LeafType.PRODUCTION_MADE, request.id, request.site_id, at, data)
            work.log(pending, ProductionRow, lambda idx: {**values, "leaf_idx": idx})
            self._change(work, row, State.PRODUCED, production.made_by, at, "")
            for clock in work.session.exec(select(RequestClock).where(RequestClock.request_id == request.id)).all():
                clock.met_at = at
                work.session.add(clock)

    def productions(self, request_id: str) -> list[ProductionRow]:
        with self.database.reading() as session:
            return list(session.exec(select(ProductionRow).where(ProductionRow.request_id == request_id)).all())

    def lookups(self, request_id: str) -> list[LookupRow]:
        with self.database.reading() as session:
            query = select(LookupRow).where(LookupRow.request_id == request_id).order_by(col(LookupRow.leaf_idx))
            return list(session.exec(query).all())
