from __future__ import annotations

import base64
import hashlib
import json
import os
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.evidence.canonical import NotCanonical, canonical, moment, parse_moment, writable
from moderation.evidence.record import BadLeaf, LeafType, Opening, commit, leaf, leaf_hash, read_leaf

AT = datetime(2026, 11, 24, 18, 30, 1, 5, tzinfo=UTC)


def test_leaf_body_is_the_same_bytes_for_any_order_of_names():
    one = leaf(LeafType.DECISION_MADE, "e1", AT, {"b": 1, "a": [1, 2]}, b"n" * 16)
    two = leaf(LeafType.DECISION_MADE, "e1", AT, {"a": [1, 2], "b": 1}, b"n" * 16)
    assert one.body == two.body
    assert one.body == (
        b'{"d":{"a":[1,2],"b":1},"id":"e1","n":"bm5ubm5ubm5ubm5ubm5ubg==","t":"decision.made",'
        b'"ts":"2026-11-24T18:30:01.000005Z","v":1}'
    )


def test_leaf_hash_is_that_of_rfc_6962():
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    built = leaf(LeafType.PURGE_RUN, "e", AT, {}, b"0" * 16)
    assert built.hash == hashlib.sha256(b"\0" + built.body).digest()


def test_two_leaves_with_one_content_have_different_hashes_under_different_nonces():
    assert (
        leaf(LeafType.PURGE_RUN, "e", AT, {}, b"0" * 16).hash != leaf(LeafType.PURGE_RUN, "e", AT, {}, b"1" * 16).hash
    )


def test_short_nonce_is_refused():
    with pytest.raises(BadLeaf, match="16 bytes"):
        leaf(LeafType.PURGE_RUN, "e", AT, {}, b"short")


def test_leaf_reads_back_and_anything_else_does_not():
    built = leaf(LeafType.PURGE_RUN, "e", AT, {"rows": 3}, b"0" * 16)
    assert read_leaf(built.body)["d"] == {"rows": 3}
    for body in (b"", b"{}", b"[]", b"\xff", built.body.replace(b'"v":1', b'"v":2')):
        with pytest.raises(BadLeaf):
            read_leaf(body)


def test_moment_is_utc_with_microseconds_whatever_zone_it_came_in():
    india = timezone(timedelta(hours=5, minutes=30))
    assert moment(datetime(2026, 1, 1, 0, 0, tzinfo=india)) == "2025-12-31T18:30:00.000000Z"
    assert parse_moment("2025-12-31T18:30:00.000000Z") == datetime(2026, 1, 1, 0, 0, tzinfo=india)


def test_moment_without_zone_is_refused():
    with pytest.raises(NotCanonical):
        moment(datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(NotCanonical):
        parse_moment("2026-01-01T00:00:00")
    with pytest.raises(NotCanonical):
        parse_moment("yesterday")


def test_lone_surrogate_is_written_as_an_escape_and_not_lost():
    assert writable("a\ud800b") == "a\\ud800b"
    with pytest.raises(NotCanonical):
        canonical({"text": "a\ud800b"})


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_digest_of_an_opening_can_be_recomputed_by_the_standard_library(name: str, value: str):
    (encoded,) = commit({name: value}, lambda size: b"s" * size)
    opening = Opening(*json.loads(encoded))
    plain = json.dumps(opening.as_list(), ensure_ascii=False, separators=(",", ":")).encode()
    assert plain == encoded == opening.encoded()
    assert opening.digest() == base64.b64encode(hashlib.sha256(plain).digest()).decode()


def test_each_field_gets_a_salt_of_its_own():
    encoded = commit({"ip": "203.0.113.7", "peer": "203.0.113.7"}, os.urandom)
    assert len({json.loads(one)[0] for one in encoded}) == 2


def test_digest_changes_with_salt_name_and_value():
    base = Opening("c2FsdA==", "ip", "203.0.113.7")
    others = (Opening("c2FsdB==", "ip", "203.0.113.7"), Opening("c2FsdA==", "peer", "203.0.113.7"))
    assert len({base.digest(), *(o.digest() for o in others), Opening("c2FsdA==", "ip", "203.0.113.8").digest()}) == 4
