from __future__ import annotations

import itertools
import os
import shutil
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.evidence import secret_files
from moderation.evidence.keys import EpochKeys
from moderation.evidence.seal import Compartment, Place, Suite, WillNotOpen, new_pair
from moderation.evidence.secret_files import SecretsUnusable
from moderation.evidence.sender import seal_sender, unpack
from moderation.evidence.shamir import BadShare, Share, join, split
from moderation.evidence.vault import ClockWentBack, Vault
from moderation.evidence.vault_open import collect, hand_in, my_share
from moderation.evidence.vault_state import NoVault, VaultBusy, locked
from moderation.vocabulary import Author, Sender
from tests.evidence.epochs import NOON

KEEP = timedelta(days=180)


@pytest.fixture
def vault(tmp_path):
    made = Vault(tmp_path / "vault", rng=os.urandom)
    made.init(NOON)
    made.mint(NOON, profile="IN", keep=KEEP)
    return made


def sealed_on(vault, at=NOON, record="r1"):
    keys = EpochKeys.load(vault.state().rows.values(), vault_key=vault.state().identity)
    return seal_sender(
        Sender(ip="203.0.113.77"),
        Author(email="a@b.example"),
        keys=keys,
        site="daily",
        record_id=record,
        comment_id="c-" + record,
        at=at,
        rng=os.urandom,
    )


def place(record="r1", part=Compartment.NETWORK):
    return Place("daily", record, "c-" + record, part)


def ip(opened, envelope, record="r1"):
    return {o.name: o.value for o in unpack(opened.open(envelope, place(record)))}["ip"]


def test_minted_keys_cover_thirty_five_days_and_are_signed(vault):
    keys = EpochKeys.load(vault.state().rows.values(), vault_key=vault.state().identity)
    assert keys.days_left(NOON) == 35
    assert vault.mint(NOON, profile="IN", keep=KEEP) == ()
    assert len(vault.mint(NOON + timedelta(days=1), profile="IN", keep=KEEP)) == 2


def test_sixty_days_with_a_daily_mint_never_run_out_of_keys(vault):
    for day in range(60):
        at = NOON + timedelta(days=day)
        vault.mint(at, profile="IN", keep=KEEP)
        keys = EpochKeys.load(vault.state().rows.values())
        assert keys.warning(at) == ""
        assert not keys.is_stale(at)


def test_what_was_sealed_opens_after_unlocking(vault):
    assert ip(vault.unlock(), sealed_on(vault).ct_net) == "203.0.113.77"


def test_vault_file_alone_opens_nothing(vault, tmp_path):
    stolen = tmp_path / "stolen"
    stolen.mkdir(mode=0o700)
    shutil.copy(vault.folder / "vault.json", stolen)
    with pytest.raises(SecretsUnusable, match=r"kek\.key"):
        Vault(stolen, rng=os.urandom).unlock()


def test_due_keys_are_shredded_and_what_they_closed_stays_closed(vault):
    record = sealed_on(vault)
    later = NOON + timedelta(days=181)
    report = vault.shred(later)
    assert "2026-11-24.network.IN" in report.destroyed
    with pytest.raises(WillNotOpen, match="was destroyed on 2027-05-24"):
        ip(vault.unlock(), record.ct_net)
    assert vault.shred(later).destroyed == ()


def test_clock_that_stepped_back_changes_nothing(vault):
    before = (vault.folder / "vault.json").read_bytes()
    for act in (vault.shred, vault.rotate, lambda at: vault.mint(at, profile="IN", keep=KEEP)):
        with pytest.raises(ClockWentBack, match="the clock says 2026-11-23"):
            act(NOON - timedelta(days=1))
    assert (vault.folder / "vault.json").read_bytes() == before


def test_destroyed_day_is_never_minted_again(vault):
    vault.shred(NOON + timedelta(days=181))
    assert not any(
        row.id.startswith("2026-11-24") for row in vault.mint(NOON + timedelta(days=181), profile="IN", keep=KEEP)
    )


def test_key_for_what_is_carried_over_dies_on_the_day_that_it_is_named_after(vault):
    name = vault.add_hold_key("keep-IN-2027-08-01", Compartment.NETWORK)
    carried = vault.unlock().reseal(sealed_on(vault).ct_net, place(), name)
    assert name not in vault.shred(NOON + timedelta(days=200)).destroyed
    assert ip(vault.unlock(), carried) == "203.0.113.77"
    assert name in vault.shred(NOON + timedelta(days=250)).destroyed
    with pytest.raises(WillNotOpen):
        ip(vault.unlock(), carried)


def test_old_copy_of_the_vault_file_opens_nothing_after_shred_and_rotate(vault, tmp_path):
    record = sealed_on(vault)
    backup = tmp_path / "backup.json"
    shutil.copy(vault.folder / "vault.json", backup)
    later = NOON + timedelta(days=181)
    vault.shred(later)
    vault.rotate(later)
    shutil.copy(backup, vault.folder / "vault.json")
    with pytest.raises(BadShare):
        ip(vault.unlock(), record.ct_net)


def test_rotation_keeps_every_surviving_key(vault):
    record = sealed_on(vault)
    before = vault.state().kek_id
    vault.rotate(NOON + timedelta(days=30))
    assert vault.state().kek_id != before
    assert ip(vault.unlock(), record.ct_net) == "203.0.113.77"
    assert vault.drill() == 70


def test_crash_in_the_middle_of_a_rotation_loses_neither_key(vault, monkeypatch):
    record = sealed_on(vault)
    from moderation.evidence import vault as module

    real = module.write_state

    def crash_before(*_args):
        raise KeyboardInterrupt

    def crash_after(*args):
        real(*args)
        raise KeyboardInterrupt

    for crash in (crash_before, crash_after):
        monkeypatch.setattr(module, "write_state", crash)
        with pytest.raises(KeyboardInterrupt):
            vault.rotate(NOON)
        monkeypatch.setattr(module, "write_state", real)
        assert ip(vault.unlock(), record.ct_net) == "203.0.113.77"


def test_held_record_outlives_its_day_and_its_neighbours_do_not(vault):
    held, *neighbours = [sealed_on(vault, record=f"r{n}") for n in range(40)]
    target = vault.add_hold_key("REQ-2026-0001", Compartment.NETWORK)
    carried = vault.unlock().reseal(held.ct_net, place("r0"), target)
    later = NOON + timedelta(days=181)
    assert vault.shred(later, held=["2026-11-24.network.IN"]).refused == ("2026-11-24.network.IN",)
    assert "2026-11-24.network.IN" in vault.shred(later).destroyed
    vault.rotate(later)
    opened = vault.unlock()
    assert ip(opened, carried, "r0") == "203.0.113.77"
    for n, record in enumerate(neighbours, 1):
        with pytest.raises(WillNotOpen):
            ip(opened, record.ct_net, f"r{n}")


def test_released_hold_is_unreadable(vault):
    target = vault.add_hold_key("REQ-2026-0001", Compartment.NETWORK)
    carried = vault.unlock().reseal(sealed_on(vault).ct_net, place(), target)
    assert vault.drop_hold_keys("REQ-2026-0001", NOON) == (target,)
    with pytest.raises(WillNotOpen):
        ip(vault.unlock(), carried)


def test_hold_of_one_request_is_not_dropped_with_another_of_a_longer_number(vault):
    vault.add_hold_key("REQ-2026-00011", Compartment.NETWORK)
    assert vault.drop_hold_keys("REQ-2026-0001", NOON) == ()


def test_carried_record_does_not_open_as_another_comment(vault):
    target = vault.add_hold_key("REQ-2026-0001", Compartment.NETWORK)
    carried = vault.unlock().reseal(sealed_on(vault).ct_net, place(), target)
    with pytest.raises(WillNotOpen):
        ip(vault.unlock(), carried, "r2")


@pytest.fixture
def custodians():
    return {name: new_pair(Suite.X25519_CHACHA20) for name in ("editor", "lawyer", "engineer")}


@pytest.fixture
def shared(tmp_path, custodians):
    vault = Vault(tmp_path / "shared", rng=os.urandom)
    vault.init(NOON, custodians={name: public for name, (_, public) in custodians.items()}, needed=2)
    vault.mint(NOON, profile="IN", keep=KEEP)
    return vault


def test_any_two_of_three_custodians_open_and_one_does_not(shared, custodians):
    record = sealed_on(shared)
    assert not (shared.folder / "kek.key").exists()
    shares = [my_share(shared.state(), private)[1] for private, _ in custodians.values()]
    for pair in itertools.combinations(shares, 2):
        assert ip(shared.unlock(pair), record.ct_net) == "203.0.113.77"
    for one in shares:
        with pytest.raises(BadShare, match="2 shares are needed, 1 were given"):
            shared.unlock([one])
        with pytest.raises(BadShare):
            shared.unlock([one, one])
    with pytest.raises(BadShare):
        shared.unlock()


def test_shares_of_before_the_rotation_open_nothing(shared, custodians):
    old = [my_share(shared.state(), private)[1] for private, _ in custodians.values()]
    shared.rotate(NOON, old[:2])
    new = [my_share(shared.state(), private)[1] for private, _ in custodians.values()]
    with pytest.raises(BadShare):
        shared.unlock(old)
    with pytest.raises(BadShare, match="different rotations"):
        shared.unlock([old[0], new[1]])
    assert shared.drill(new[1:]) == 70


def test_wrong_share_is_refused(shared, custodians):
    first, second, _ = [my_share(shared.state(), private)[1] for private, _ in custodians.values()]
    wrong = Share(second.set_id, second.needed, second.index, second.value ^ 1)
    with pytest.raises(BadShare):
        shared.unlock([first, wrong])


def test_stranger_has_no_share(shared):
    with pytest.raises(BadShare, match="no custodian"):
        my_share(shared.state(), new_pair(Suite.X25519_CHACHA20)[0])


def test_share_handed_in_for_one_scope_does_not_open_another(shared, custodians):
    private = custodians["lawyer"][0]
    name, sealed = hand_in(shared.state(), private, request_id="REQ-1", scope_hash="aa")
    assert name == "lawyer"
    assert collect(shared.session_key(), [sealed], request_id="REQ-1", scope_hash="aa")
    for request_id, scope in (("REQ-1", "ab"), ("REQ-2", "aa")):
        with pytest.raises(WillNotOpen):
            collect(shared.session_key(), [sealed], request_id=request_id, scope_hash=scope)


@given(st.binary(min_size=32, max_size=32), st.data())
def test_k_shares_give_the_secret_and_fewer_never_do(secret, data):
    total = data.draw(st.integers(2, 5))
    needed = data.draw(st.integers(2, total))
    shares = split(secret, needed=needed, total=total, rng=os.urandom)
    some = data.draw(st.permutations(shares))
    assert join(some[:needed]) == secret
    assert join([Share.from_bytes(s.to_bytes()) for s in some]) == secret
    with pytest.raises(BadShare):
        join(some[: needed - 1])


def test_damaged_share_is_a_named_error():
    with pytest.raises(BadShare, match="damaged"):
        Share.from_bytes(b"short")
    with pytest.raises(BadShare):
        split(b"short", needed=2, total=3, rng=os.urandom)


def test_second_init_keeps_the_vault(vault):
    before = vault.state().kek_id
    vault.init(NOON + timedelta(days=1))
    assert vault.state().kek_id == before


def test_missing_and_damaged_vaults_are_named(vault, tmp_path):
    with pytest.raises(NoVault, match="there is no vault"):
        Vault(tmp_path / "none", rng=os.urandom).state()
    (vault.folder / "vault.json").write_bytes(b"{half")
    with pytest.raises(NoVault, match="damaged"):
        vault.state()


def test_two_runs_at_once_are_kept_apart(vault):
    with locked(vault.folder), pytest.raises(VaultBusy):
        vault.mint(NOON, profile="IN", keep=KEEP)


def test_full_disk_while_minting_keeps_the_former_vault(vault, monkeypatch):
    before = (vault.folder / "vault.json").read_bytes()

    def full(_path, _data):
        raise SecretsUnusable("`vault.json` cannot be written: No space left on device")

    monkeypatch.setattr(secret_files, "replace", full)
    with pytest.raises(SecretsUnusable):
        vault.mint(NOON + timedelta(days=9), profile="IN", keep=KEEP)
    assert (vault.folder / "vault.json").read_bytes() == before


def test_status_tells_what_is_overdue_without_opening(vault):
    status = vault.status(NOON + timedelta(days=181))
    assert status.solo
    assert status.epochs == 70
    assert status.last_day == "2026-12-28"
    assert status.overdue == ("2026-11-24.identity.IN", "2026-11-24.network.IN")
    assert all(path.stat().st_mode & 0o077 == 0 for path in vault.folder.iterdir())
