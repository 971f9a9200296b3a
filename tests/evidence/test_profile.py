from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from moderation.evidence.profile import (
    BadProfile,
    BasisStatus,
    NoProfile,
    RequestType,
    load_catalogue,
    load_profile,
    read_profile,
)
from moderation.evidence.retention import Kept, carry_overs, keep_period, keeper_ends, retain_until

DAY = date(2026, 11, 24)


def test_india_keeps_a_hundred_and_eighty_days_until_the_year_rule_comes_into_force():
    profile = load_profile("IN")
    assert (profile.period("sender_record", DAY).keep.days, profile.period("sender_record", DAY).rule) == (
        180,
        "IN-CERT6",
    )
    assert profile.period("sender_record", date(2027, 5, 13)).keep.days == 180
    assert profile.period("sender_record", date(2027, 5, 14)).rule == "IN-DPDP-1Y"


def test_every_rule_and_basis_names_its_source_and_is_reviewed():
    for name in ("IN", "EU"):
        profile = load_profile(name)
        assert profile.reviewed_on >= date(2026, 1, 1)
        assert all(len(rule.source) > 20 for rules in profile.retention.values() for rule in rules)
    assert all(basis.source for basis in load_catalogue().bases)


def test_member_states_share_the_profile_of_the_union_and_strangers_have_none():
    assert load_profile("DE") is not None
    assert load_profile("DE").id == "EU"
    for region in ("US", "../IN", "", "in"):
        with pytest.raises(NoProfile):
            load_profile(region)


def test_section_66a_stands_in_the_catalogue_as_void():
    basis = load_catalogue().basis("IN-ITA-66A")
    assert basis is not None
    assert basis.status is BasisStatus.VOID
    assert basis.void_since == date(2015, 3, 24)


def test_ranks_named_by_a_basis_are_known():
    catalogue = load_catalogue()
    for basis in catalogue.bases:
        for kind, rank in basis.min_rank.items():
            assert rank in catalogue.ranks[kind], basis.id
    assert catalogue.outranks("police", "superintendent", "inspector")
    assert not catalogue.outranks("police", "constable", "inspector")
    assert not catalogue.outranks("police", "emperor", "inspector")


def test_clocks_start_only_when_their_rule_is_in_force():
    profile = load_profile("IN")
    assert [c.id for c in profile.clocks_for(RequestType.TAKEDOWN_ORDER, DAY)] == ["IN-TD-3H"]
    assert profile.clocks_for(RequestType.TAKEDOWN_ORDER, date(2026, 2, 19)) == ()
    assert profile.clocks_for(RequestType.INFORMATION_ORDER, DAY)[0].due == timedelta(hours=72)


@pytest.mark.parametrize(
    "text",
    ["{", "id: IN", "[]", "id: in\nname: x", "id: IN\nname: x\nretention: {sender_record: [{keep: 180}]}"],
)
def test_broken_profile_is_named(text):
    with pytest.raises(BadProfile):
        read_profile(text)


def test_record_is_kept_until_the_end_of_its_day_plus_the_period():
    at = datetime(2026, 11, 24, 0, 0, 1, tzinfo=UTC)
    assert retain_until("IN", at) == (datetime(2026, 11, 25, tzinfo=UTC) + timedelta(days=180), "IN-CERT6")
    assert retain_until("DE", at)[1] == "EU-GDPR-5E"
    assert keep_period(load_profile("IN"), datetime(2027, 6, 1, tzinfo=UTC)).days == 365


def test_record_of_a_comment_removed_late_is_carried_over_to_the_day_on_which_it_may_die():
    submitted = datetime(2026, 11, 24, 12, tzinfo=UTC)
    until, _ = retain_until("IN", submitted)
    removed = submitted + timedelta(days=170)
    plan = carry_overs([Kept("r1", "c1", "IN", until, removed), Kept("r2", "c2", "IN", until, None)])
    assert [(c.record_id, c.keeper, c.rule) for c in plan] == [("r1", "keep-IN-2027-11-10", "IN-PRES-180")]
    assert keeper_ends(plan[0].keeper) == plan[0].retain_until == datetime(2027, 11, 10, tzinfo=UTC)
    assert keeper_ends("REQ-2026-0001") is None


def test_record_of_a_comment_removed_at_once_needs_no_carrying():
    submitted = datetime(2026, 11, 24, 12, tzinfo=UTC)
    until, _ = retain_until("IN", submitted)
    assert carry_overs([Kept("r1", "c1", "IN", until, submitted)]) == []
