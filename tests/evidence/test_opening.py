from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.errors import Unavailable
from moderation.evidence.request import Approval, ApprovalMissing, NotThisWay, RequestRefused, State, Target, scope_hash
from moderation.evidence.seal import Compartment, WillNotOpen
from moderation.evidence.sender import SenderField
from tests.evidence.epochs import NOON
from tests.evidence.office import Office
from tests.evidence.requests import FIELDS


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    for number in range(1, 5):
        made.comment(number)
    return made


class Spy:
    """Counts what is opened by the real vault behind it."""

    def __init__(self, vault) -> None:
        self.vault = vault
        self.places = []

    def open(self, sealed, place):
        self.places.append(place)
        return self.vault.open(sealed, place)


class FullLog:
    def write(self, _lookups):
        raise Unavailable("the log cannot be written")


def test_only_the_asked_fields_of_the_asked_record_come_out(office):
    (opened,) = office.open(office.approved("c2"), [office.records[1]])
    assert {o.name: o.value for o in opened.openings} == {
        "ip": "203.0.113.2",
        "port": 40002,
        "at": "2026-11-24T12:00:00.000000Z",
    }
    assert ("user_agent", "not asked for") in opened.withheld
    assert "SecretBrowser" not in repr(opened.openings)


def test_order_for_an_address_never_unwraps_the_identity(office):
    spy = Spy(office.vault.unlock())
    (opened,) = office.open(office.approved("c2"), [office.records[1]], opener=spy)
    assert [place.compartment for place in spy.places] == [Compartment.NETWORK]
    assert ("compartment identity", "not asked for and not opened") in opened.withheld


def test_every_opening_is_in_the_log_before_it_happens(office):
    seen = []

    class Watcher(Spy):
        def open(self, sealed, place):
            seen.append([lookup.record_id for lookup in office.lookups])
            return super().open(sealed, place)

    office.open(office.approved("c1", "c2"), office.records[:2], opener=Watcher(office.vault.unlock()))
    assert seen == [["r1", "r2"], ["r1", "r2"]]


def test_nothing_opens_when_the_log_cannot_be_written(office):
    spy = Spy(office.vault.unlock())
    with pytest.raises(Unavailable, match="log cannot be written"):
        office.open(office.approved("c2"), [office.records[1]], opener=spy, book=FullLog())
    assert spy.places == []


@pytest.mark.parametrize("state", [state for state in State if state is not State.APPROVED])
def test_request_in_any_other_state_opens_nothing(office, state):
    spy = Spy(office.vault.unlock())
    with pytest.raises(NotThisWay):
        office.open(replace(office.approved("c2"), state=state), [office.records[1]], opener=spy)
    assert (spy.places, office.lookups) == ([], [])


def test_widened_scope_expired_approval_and_expired_order_open_nothing(office):
    req = office.approved("c2")
    given = [Approval("boss", scope_hash(req), NOON)]
    wider = replace(req, targets=(*req.targets, Target("c3", FIELDS)))
    spy = Spy(office.vault.unlock())
    with pytest.raises(ApprovalMissing, match="scope was changed"):
        office.open(wider, office.records[1:3], approvals=given, opener=spy)
    with pytest.raises(ApprovalMissing):
        office.open(req, [office.records[1]], approvals=given, now=NOON + timedelta(hours=73), opener=spy)
    with pytest.raises(RequestRefused, match="out_of_time"):
        office.open(replace(req, order_expires=NOON), [office.records[1]], approvals=given, opener=spy)
    assert (spy.places, office.lookups) == ([], [])


def test_record_outside_of_the_scope_stops_the_run_before_the_log(office):
    for record in (office.records[2], replace(office.records[1], site_id="other")):
        with pytest.raises(RequestRefused, match="overbroad"):
            office.open(office.approved("c2"), [record])
    assert office.lookups == []


def test_time_window_of_the_scope_counts(office):
    late = replace(office.approved("c2"), targets=(Target("c2", FIELDS, since=NOON + timedelta(seconds=1)),))
    with pytest.raises(RequestRefused, match="overbroad"):
        office.open(late, [office.records[1]])


def test_ciphertext_moved_to_another_comment_stops_the_whole_run(office):
    moved = replace(office.records[1], ct_net=office.records[2].ct_net)
    with pytest.raises(WillNotOpen):
        office.open(office.approved("c1", "c2"), [office.records[0], moved])


def test_record_whose_key_is_gone_is_answered_as_expired(office):
    office.vault.shred(NOON + timedelta(days=181))
    req = office.approved("c2", fields=(*FIELDS, SenderField.EMAIL))
    (opened,) = office.open(req, [office.records[1]])
    assert opened.openings == ()
    assert set(opened.withheld) == {(name, "data_expired") for name in ("ip", "port", "at", "email")}


def test_purged_record_is_answered_as_expired_and_what_was_never_held_as_such(office):
    (purged,) = office.open(office.approved("c2"), [replace(office.records[1], ct_net=None)])
    assert ("ip", "data_expired") in purged.withheld
    (opened,) = office.open(office.approved("c2", fields=(SenderField.CH_UA,)), [office.records[1]])
    assert ("ch_ua", "data_never_held") in opened.withheld
