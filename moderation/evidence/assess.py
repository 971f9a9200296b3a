"""May this request go on? The rules between a letter and an opened record.

- The legal basis is in force, fits the type, comes from an authority of its country with a high enough rank, and all its
  elements are in the letter.
- The authority is verified by calling back a number found independently of the letter; a verification expires.
- The scope names comments and fields, the necessity is written down, and the order has not expired.
- Approval is given by a person who neither entered the request nor verified the authority, to exactly this scope, within
  72 hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from moderation.evidence.profile import BasisStatus, Catalogue
from moderation.evidence.request import (
    CLOCK_SLACK,
    Approval,
    ApprovalMissing,
    Authority,
    ClockSteppedBack,
    FourEyes,
    LegalRequest,
    Rejection,
    RequestRefused,
    scope_hash,
)

MAX_WINDOW: Final = timedelta(days=366)


def assess(request: LegalRequest, authority: Authority | None, catalogue: Catalogue, now: datetime) -> None:
    """Check a request against its legal basis; all faults at once.

    Raises:
        RequestRefused: naming every reason.
    """
    reasons = [*_basis_faults(request, authority, catalogue, now), *_scope_faults(request)]
    if authority is None or not authority.verified(now):
        reasons.append((Rejection.REQUESTER_NOT_VERIFIED, ""))
    if request.order_expires is not None and request.order_expires <= now:
        reasons.append((Rejection.OUT_OF_TIME, f"the order ended on {request.order_expires.date().isoformat()}"))
    if not request.necessity.strip():
        reasons.append((Rejection.MISSING_ELEMENT, "necessity_note"))
    if reasons:
        raise RequestRefused(reasons)


def _basis_faults(
    request: LegalRequest, authority: Authority | None, catalogue: Catalogue, now: datetime
) -> list[tuple[Rejection, str]]:
    basis = catalogue.basis(request.basis_id)
    if basis is None:
        return [(Rejection.NO_LEGAL_BASIS_STATED, "")]
    if basis.status is BasisStatus.VOID:
        return [(Rejection.PROVISION_VOID, basis.citation)]
    if basis.status is BasisStatus.DRAFT or basis.in_force_from > now.date():
        return [(Rejection.PROVISION_NOT_IN_FORCE, basis.citation)]
    faults = []
    if request.type not in basis.types:
        faults.append((Rejection.PROVISION_DOES_NOT_FIT, str(request.type)))
    if authority is not None:
        if authority.country != basis.country:
            faults.append((Rejection.NO_JURISDICTION_USE_MLAT, authority.country))
        needed = basis.min_rank.get(str(authority.kind))
        if needed is None or not catalogue.outranks(str(authority.kind), request.officer_rank, needed):
            faults.append((Rejection.OFFICER_RANK_INSUFFICIENT, needed or f"a {authority.kind} may not ask"))
    faults += [(Rejection.MISSING_ELEMENT, element) for element in basis.elements if element not in request.elements]
    return faults


def _scope_faults(request: LegalRequest) -> list[tuple[Rejection, str]]:
    if not (request.targets or request.addresses):
        return [(Rejection.TARGET_NOT_IDENTIFIED, "")]
    if any(not target.fields and not target.content for target in request.targets):
        return [(Rejection.TARGET_NOT_IDENTIFIED, "")]
    if any(not timedelta(0) < one.until - one.since <= MAX_WINDOW for one in request.addresses):
        return [(Rejection.OVERBROAD, f"an address is looked for in at most {MAX_WINDOW.days} days")]
    return []


def check_approver(request: LegalRequest, authority: Authority | None, approver: str) -> None:
    """The approver is neither who entered the request nor who verified the authority.

    Raises:
        FourEyes: they are the same person.
    """
    if approver == request.entered_by:
        raise FourEyes("whoever entered a request cannot approve it")
    if authority is not None and authority.verified_by == approver:
        raise FourEyes("whoever verified the authority cannot approve its request")


def check_approvals(request: LegalRequest, approvals: Sequence[Approval], *, needed: int, now: datetime) -> None:
    """Enough people said yes to exactly this scope, lately.

    Raises:
        ClockSteppedBack: an approval lies in the future.
        ApprovalMissing: too few, expired, or for another scope.
    """
    if any(approval.at > now + CLOCK_SLACK for approval in approvals):
        raise ClockSteppedBack
    scope = scope_hash(request)
    valid = {a.approver for a in approvals if a.valid(scope, now) and a.approver != request.entered_by}
    if len(valid) < needed:
        stale = any(approval.scope_hash != scope for approval in approvals)
        why = "the scope was changed after the approval" if stale else "approvals count for 72 hours"
        raise ApprovalMissing(f"{needed} valid approvals are needed, there are {len(valid)}; {why}")
