from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.evidence.assess import assess, check_approvals, check_approver
from moderation.evidence.profile import RequestType, load_catalogue
from moderation.evidence.request import (
    WAYS,
    Approval,
    ApprovalMissing,
    AuthorityKind,
    ClockSteppedBack,
    FourEyes,
    NotThisWay,
    Rejection,
    RequestRefused,
    State,
    Target,
    scope_hash,
    step,
)
from moderation.evidence.sender import SenderField
from tests.evidence.epochs import NOON
from tests.evidence.requests import FIELDS, authority, request


def refused(req, auth=None, at=NOON) -> set[Rejection]:
    with pytest.raises(RequestRefused) as caught:
        assess(req, auth, load_catalogue(), at)
    return {reason for reason, _ in caught.value.reasons}


def test_sound_request_passes():
    assess(request(), authority(), load_catalogue(), NOON)


@pytest.mark.parametrize(
    ("req", "auth", "reason"),
    [
        (request(basis_id="IN-ITA-66A"), authority(), Rejection.PROVISION_VOID),
        (request(basis_id=""), authority(), Rejection.NO_LEGAL_BASIS_STATED),
        (request(basis_id="IN-DPDP-23"), authority(), Rejection.PROVISION_NOT_IN_FORCE),
        (request(basis_id="IN-ITR-3-4-DRAFT"), authority(), Rejection.PROVISION_NOT_IN_FORCE),
        (request(type=RequestType.TAKEDOWN_ORDER), authority(), Rejection.PROVISION_DOES_NOT_FIT),
        (request(officer_rank="constable"), authority(), Rejection.OFFICER_RANK_INSUFFICIENT),
        (request(officer_rank=""), authority(), Rejection.OFFICER_RANK_INSUFFICIENT),
        (request(), authority(kind=AuthorityKind.REGULATOR), Rejection.OFFICER_RANK_INSUFFICIENT),
        (request(), authority(country="US"), Rejection.NO_JURISDICTION_USE_MLAT),
        (request(), authority(verified_at=None), Rejection.REQUESTER_NOT_VERIFIED),
        (request(), authority(verified_at=NOON - timedelta(days=366)), Rejection.REQUESTER_NOT_VERIFIED),
        (request(), authority(verified_at=NOON + timedelta(days=1)), Rejection.REQUESTER_NOT_VERIFIED),
        (request(), None, Rejection.REQUESTER_NOT_VERIFIED),
        (request(targets=()), authority(), Rejection.TARGET_NOT_IDENTIFIED),
        (request(targets=(Target("c1", ()),)), authority(), Rejection.TARGET_NOT_IDENTIFIED),
        (request(order_expires=NOON), authority(), Rejection.OUT_OF_TIME),
        (request(necessity="  "), authority(), Rejection.MISSING_ELEMENT),
        (request(elements=frozenset({"written_order"})), authority(), Rejection.MISSING_ELEMENT),
    ],
)
def test_each_fault_is_refused_by_its_own_word(req, auth, reason):
    assert refused(req, auth) == {reason}


def test_all_faults_are_named_at_once():
    bad = request(officer_rank="constable", targets=(), necessity="")
    assert refused(bad, authority(verified_at=None)) == {
        Rejection.OFFICER_RANK_INSUFFICIENT,
        Rejection.TARGET_NOT_IDENTIFIED,
        Rejection.MISSING_ELEMENT,
        Rejection.REQUESTER_NOT_VERIFIED,
    }


def test_scope_hash_does_not_depend_on_order_and_changes_with_every_part():
    one, two = Target("c1", FIELDS), Target("c2", (SenderField.IP,), NOON)
    base = scope_hash(request(targets=(one, two)))
    assert base == scope_hash(request(targets=(two, Target("c1", tuple(reversed(FIELDS))))))
    others = [
        request(targets=(one,)),
        request(targets=(one, Target("c2", (SenderField.IP,)))),
        request(targets=(one, Target("c2", (SenderField.IP, SenderField.PEER), NOON))),
        request(targets=(one, two), id="REQ-2026-0002"),
        request(targets=(one, two), basis_id="IN-ITR-3-1-J"),
        request(targets=(one, two), site_id="other"),
    ]
    assert len({base, *(scope_hash(other) for other in others)}) == 7


def approval(req, who="boss", at=NOON, **changes) -> Approval:
    return Approval(who, changes.get("scope", scope_hash(req)), at)


def test_approval_counts_for_its_scope_for_seventy_two_hours():
    req = request()
    check_approvals(req, [approval(req)], needed=1, now=NOON + timedelta(hours=71))
    with pytest.raises(ApprovalMissing, match="72 hours"):
        check_approvals(req, [approval(req)], needed=1, now=NOON + timedelta(hours=72))


def test_changed_scope_voids_the_approval():
    req = request()
    given = approval(req)
    wider = request(targets=(*req.targets, Target("c2", FIELDS)))
    with pytest.raises(ApprovalMissing, match="scope was changed"):
        check_approvals(wider, [given], needed=1, now=NOON)


def test_one_person_twice_is_one_approval_and_the_person_who_entered_counts_for_none():
    req = request()
    with pytest.raises(ApprovalMissing):
        check_approvals(req, [approval(req), approval(req)], needed=2, now=NOON)
    with pytest.raises(ApprovalMissing):
        check_approvals(req, [approval(req, who="intake-1")], needed=1, now=NOON)
    check_approvals(req, [approval(req), approval(req, who="lawyer")], needed=2, now=NOON)


def test_approval_from_the_future_means_that_the_clock_stepped_back():
    req = request()
    with pytest.raises(ClockSteppedBack):
        check_approvals(req, [approval(req, at=NOON + timedelta(hours=1))], needed=1, now=NOON)


def test_neither_who_entered_nor_who_verified_may_approve():
    with pytest.raises(FourEyes, match="entered"):
        check_approver(request(), authority(), "intake-1")
    with pytest.raises(FourEyes, match="verified"):
        check_approver(request(), authority(verified_by="clerk"), "clerk")
    check_approver(request(), authority(), "boss")


def test_states_follow_the_table_and_nothing_leaves_the_end():
    assert step(State.ASSESSMENT, State.APPROVED) is State.APPROVED
    for state in State:
        for to in State:
            if state in {State.REJECTED, State.WITHDRAWN, State.CLOSED}:
                with pytest.raises(NotThisWay):
                    step(state, to)
    for skipped in (State.APPROVED, State.PRODUCED, State.DELIVERED):
        with pytest.raises(NotThisWay):
            step(State.RECEIVED, skipped)
    with pytest.raises(NotThisWay):
        step(State.PRODUCED, State.REJECTED)
    assert set(WAYS) == set(State)
