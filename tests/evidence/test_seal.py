from __future__ import annotations

import base64
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.evidence.batch import SealingBatch
from moderation.evidence.keys import BadEpochKey, EpochKeys, NoEpochKey
from moderation.evidence.record import read_leaf
from moderation.evidence.seal import (
    CLOSED_SIZE,
    NUMBER_SIZE,
    BadEnvelope,
    Compartment,
    Place,
    Suite,
    WillNotOpen,
    open_sealed,
    private_key,
    public_key,
    read_envelope,
    seal,
)
from moderation.evidence.sender import (
    IDENTITY_FIELDS,
    SealedSender,
    SenderField,
    compartment_of,
    seal_sender,
    sender_leaf,
    unpack,
)
from moderation.vocabulary import Author, Sender
from tests.evidence.epochs import DAY, NOON, VAULT_PUBLIC, mint

SENDER = Sender(
    ip="203.0.113.77",
    port=51234,
    user_agent="Firefox/140 " + "x" * 600,
    referrer="https://search.example/q?term=private+illness",
    headers={"Accept-Language": "kn-IN,kn;q=0.9", "Sec-CH-UA-Platform": '"Linux"', "Cookie": "session=1"},
    source="reported_by_site",
    peer="198.51.100.9",
    key_id="k1",
    transport="tcp",
)
AUTHOR = Author(name="Asha Rao", email="asha@reader.example", id="u-9")


def close(rows=None, **changes) -> SealedSender:
    keys = EpochKeys.load(rows if rows is not None else ROWS, vault_key=VAULT_PUBLIC)
    given_ = {"site": "daily", "record_id": "r1", "comment_id": "c1", "at": NOON, "rng": os.urandom, **changes}
    return seal_sender(SENDER, AUTHOR, keys=keys, **given_)


ROWS, PRIVATES = mint()


def opened(sealed: SealedSender, compartment: Compartment, **place) -> dict[str, object]:
    where = {"site": "daily", "record_id": "r1", "comment_id": "c1", "compartment": compartment, **place}
    envelope = sealed.ct_net if compartment is Compartment.NETWORK else sealed.ct_ident
    key = private_key(Suite.X25519_CHACHA20, PRIVATES[f"{DAY}.{compartment}.IN"])
    return {o.name: o.value for o in unpack(open_sealed(envelope, key=key, place=Place(**where)))}


def test_sealed_record_opens_with_the_days_key_and_holds_what_was_told():
    network = opened(close(), Compartment.NETWORK)
    assert network["ip"] == "203.0.113.77"
    assert network["port"] == 51234
    assert network["at"] == "2026-11-24T12:00:00.000000Z"
    assert network["language"] == "kn-IN"
    assert network["peer"] == "198.51.100.9"
    assert opened(close(), Compartment.IDENTITY) == {
        "email": "asha@reader.example",
        "name": "Asha Rao",
        "account": "u-9",
    }


def test_what_is_not_needed_is_not_held():
    network = opened(close(), Compartment.NETWORK)
    assert network["referrer_host"] == "search.example"
    assert len(network["user_agent"]) == 512
    assert "session" not in repr(network)
    assert "illness" not in repr(network)


def test_network_never_holds_identity():
    assert not {str(field) for field in IDENTITY_FIELDS} & opened(close(), Compartment.NETWORK).keys()
    assert {compartment_of(field) for field in SenderField} == set(Compartment)


@pytest.mark.parametrize("moved", [{"comment_id": "c2"}, {"record_id": "r2"}, {"site": "weekly"}])
def test_envelope_moved_to_another_place_does_not_open(moved):
    with pytest.raises(WillNotOpen):
        opened(close(), Compartment.NETWORK, **moved)


def test_places_that_look_alike_when_joined_are_kept_apart():
    one = Place("a|b", "c", "d", Compartment.NETWORK).info("e")
    assert one != Place("a", "b|c", "d", Compartment.NETWORK).info("e")


def test_key_of_one_compartment_does_not_open_the_other():
    sealed = close()
    key = private_key(Suite.X25519_CHACHA20, PRIVATES[f"{DAY}.network.IN"])
    with pytest.raises(WillNotOpen):
        open_sealed(sealed.ct_ident, key=key, place=Place("daily", "r1", "c1", Compartment.IDENTITY))


@given(st.data())
def test_any_changed_byte_keeps_the_envelope_shut(data):
    sealed = bytearray(SEALED.ct_net)
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    key = private_key(Suite.X25519_CHACHA20, PRIVATES[f"{DAY}.network.IN"])
    with pytest.raises((WillNotOpen, BadEnvelope)):
        open_sealed(bytes(sealed), key=key, place=Place("daily", "r1", "c1", Compartment.NETWORK))


SEALED = close()


@given(st.binary(max_size=60))
def test_garbage_is_a_named_error(garbage):
    key = private_key(Suite.X25519_CHACHA20, PRIVATES[f"{DAY}.network.IN"])
    with pytest.raises((WillNotOpen, BadEnvelope)):
        open_sealed(garbage, key=key, place=Place("daily", "r1", "c1", Compartment.NETWORK))


def test_envelope_says_which_key_it_needs_without_any_key():
    envelope = read_envelope(close().ct_net)
    assert envelope.epoch_id == "2026-11-24.network.IN"
    assert envelope.suite is Suite.X25519_CHACHA20


def test_post_quantum_suite_seals_and_opens_with_its_known_overhead():
    from moderation.evidence.seal import new_pair

    private, public = new_pair(Suite.MLKEM768_X25519_CHACHA20)
    place = Place("daily", "r", "c", Compartment.NETWORK)
    suite = Suite.MLKEM768_X25519_CHACHA20
    sealed = seal(b"message", suite=suite, key=public_key(suite, public), epoch_id="e", place=place)
    assert open_sealed(sealed, key=private_key(suite, private), place=place) == b"message"
    assert len(sealed) == 4 + 7 + 1136


@pytest.mark.parametrize("suite", list(Suite))
def test_key_of_a_wrong_length_is_a_named_error(suite):
    with pytest.raises(BadEnvelope):
        public_key(suite, b"short")
    with pytest.raises(WillNotOpen):
        private_key(suite, b"short")


def test_leaf_holds_digests_and_ciphertext_hashes_but_no_detail():
    sealed = close()
    body = sender_leaf(sealed, entry_id="e1", at=NOON, nonce=os.urandom(16)).body
    for word in (b"203.0.113", b"asha", b"Asha", b"Firefox", base64.b64encode(b"203.0.113.77")[:12]):
        assert word not in body
    data = read_leaf(body)["d"]
    assert data["sd_net"] == sorted(sealed.digests_net)
    assert data["conf"] == "reported_by_site"


def test_every_opening_in_the_envelope_has_its_digest_in_the_leaf():
    sealed = close()
    key = private_key(Suite.X25519_CHACHA20, PRIVATES[f"{DAY}.network.IN"])
    openings = unpack(open_sealed(sealed.ct_net, key=key, place=Place("daily", "r1", "c1", Compartment.NETWORK)))
    assert sorted(o.digest() for o in openings) == list(sealed.digests_net)


def test_same_sender_twice_leaves_nothing_that_matches():
    one, two = close(), close()
    assert not set(one.digests_net) & set(two.digests_net)
    assert one.ct_net[24:] != two.ct_net[24:]


def test_yesterdays_key_serves_for_seven_days_and_then_comments_are_refused():
    close(at=NOON + timedelta(days=7))
    with pytest.raises(NoEpochKey):
        close(at=NOON + timedelta(days=8))
    with pytest.raises(NoEpochKey):
        close(rows=[])


def test_a_clock_that_steps_back_before_the_first_key_is_refused_not_guessed():
    with pytest.raises(NoEpochKey):
        close(at=NOON - timedelta(days=1))


def test_site_under_another_law_uses_keys_of_its_own():
    rows, _ = mint(profile="EU")
    assert close(rows=[*ROWS, *rows], profile="EU").epoch_net == "2026-11-24.network.EU"
    with pytest.raises(NoEpochKey):
        close(profile="EU")


def test_public_key_that_the_vault_did_not_sign_is_refused():
    from moderation.evidence.seal import new_pair

    forged = replace(ROWS[0], public_key=new_pair(Suite.X25519_CHACHA20)[1])
    with pytest.raises(BadEpochKey, match="network"):
        EpochKeys.load([forged], vault_key=VAULT_PUBLIC)


def test_destroyed_key_seals_nothing():
    gone = [replace(row, destroyed_at=NOON) for row in ROWS]
    with pytest.raises(NoEpochKey):
        close(rows=gone)


def test_warning_starts_at_fourteen_days_and_a_gap_ends_the_count():
    rows, _ = mint(days=35)
    keys = EpochKeys.load(rows)
    assert keys.days_left(NOON) == 35
    assert keys.warning(NOON + timedelta(days=21)) == ""
    assert "13 more days" in keys.warning(NOON + timedelta(days=22))
    assert "vault mint" in keys.warning(NOON + timedelta(days=36))
    assert keys.is_stale(NOON + timedelta(days=36))
    assert not keys.is_stale(NOON)
    gap = EpochKeys.load([row for row in rows if not row.id.startswith("2026-11-27.network")])
    assert gap.days_left(NOON) == 3


def in_batch(batch: SealingBatch, number: int) -> SealedSender:
    return close(record_id=f"r{number}", comment_id=f"c{number}", batch=batch)


def test_records_of_one_batch_open_each_in_its_own_place_only():
    batch = SealingBatch()
    made = [in_batch(batch, number) for number in range(3)]
    for number, one in enumerate(made):
        assert opened(one, Compartment.NETWORK, record_id=f"r{number}", comment_id=f"c{number}")["ip"] == SENDER.ip
        assert opened(one, Compartment.IDENTITY, record_id=f"r{number}", comment_id=f"c{number}")["name"] == AUTHOR.name
        for moved in ({"comment_id": "c9"}, {"record_id": "r9"}, {"site": "weekly"}):
            with pytest.raises(WillNotOpen):
                opened(one, Compartment.NETWORK, **{"record_id": f"r{number}", "comment_id": f"c{number}"} | moved)
    swapped = replace(made[0], ct_net=made[1].ct_net)
    with pytest.raises(WillNotOpen):
        opened(swapped, Compartment.NETWORK, record_id="r0", comment_id="c0")


def test_batches_and_compartments_share_no_content_key_and_no_nonce():
    first, second = SealingBatch(), SealingBatch()
    made = [in_batch(first, 0), in_batch(first, 1), in_batch(second, 2)]
    bodies = [read_envelope(ct).ciphertext for one in made for ct in (one.ct_net, one.ct_ident)]
    size = CLOSED_SIZE[Suite.X25519_CHACHA20]
    assert len({body[:size] for body in bodies}) == 4
    assert len({body[: size + NUMBER_SIZE] for body in bodies}) == 6


def test_record_of_a_batch_does_not_open_under_another_record_of_it_with_its_number_changed():
    batch = SealingBatch()
    one, two = in_batch(batch, 0), in_batch(batch, 1)
    end = len(one.ct_net) - len(read_envelope(one.ct_net).ciphertext) + CLOSED_SIZE[Suite.X25519_CHACHA20]
    mixed = one.ct_net[:end] + two.ct_net[end : end + NUMBER_SIZE] + one.ct_net[end + NUMBER_SIZE :]
    with pytest.raises(WillNotOpen):
        opened(replace(one, ct_net=mixed), Compartment.NETWORK, record_id="r0", comment_id="c0")


@pytest.mark.parametrize("suite", list(Suite))
def test_envelopes_of_version_1_still_open_and_both_suites_batch(suite):
    rows, privates = mint(suite=suite) if suite is not Suite.X25519_CHACHA20 else (ROWS, PRIVATES)
    name = f"{DAY}.network.IN"
    row = next(row for row in rows if row.id == name)
    private, public = private_key(suite, privates[name]), public_key(suite, row.public_key)
    place = Place("daily", "r1", "c1", Compartment.NETWORK)
    for closing in (seal, SealingBatch().seal):
        sealed = closing(b"words", suite=suite, key=public, epoch_id=name, place=place)
        assert open_sealed(sealed, key=private, place=place) == b"words"
