"""`moderation vault run`: the vault's calendar kept by a process of its own, with a clock that the test moves, on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from moderation.bootstrap import profiles_in_use
from moderation.cli import vault_work as work
from moderation.cli.vault_run import ROTATE_AFTER, VaultRounds
from moderation.evidence.keys import EpochKeys, NoEpochKey
from moderation.evidence.record import read_leaf
from moderation.evidence.seal import Compartment, KeyDestroyed, Place
from moderation.storage.epochs import read_epoch_rows
from moderation.storage.job_leases import take_lease
from moderation.storage.log import log_rows
from moderation.storage.senders import place_hold, records_of
from moderation.storage.sites import add_site
from tests.evidence.newsroom import SITE
from tests.evidence.test_desk import Office


def keys_of(newsroom) -> EpochKeys:
    return EpochKeys.load(read_epoch_rows(newsroom.database), profiles=profiles_in_use(newsroom.database))


def forget_cached_keys(newsroom) -> None:
    newsroom.service.custody._epoch_keys._read_at = float("-inf")


def kinds(newsroom) -> list[str]:
    return [read_leaf(row.body)["t"] for row in log_rows(newsroom.database) if row.body]


def test_sixty_days_pass_with_comments_every_day_and_no_hand_on_the_vault(newsroom):
    rounds, start, told = VaultRounds(newsroom.settings, "one"), newsroom.now, []
    for day in range(61):
        newsroom.now = start + timedelta(days=day)
        told += [(day, one.job, one.failed) for one in rounds.round(newsroom.now)]
        keys = keys_of(newsroom)
        assert (keys.days_left(newsroom.now), keys.warning(newsroom.now)) == (35, "")
        forget_cached_keys(newsroom)
        newsroom.send(1, first=day)
    assert [day for day, job, _ in told if job == "rotate"] == [30, 60]
    assert [day for day, job, _ in told if job == "mint"] == list(range(1, 61))
    assert not any(failed for _, _, failed in told)
    assert newsroom.vault.drill() == len(newsroom.vault.state().epochs)
    assert newsroom.verify().findings == ()


def test_daily_keys_are_destroyed_when_their_time_is_over_and_the_log_says_so(newsroom):
    (comment,) = newsroom.send(1)
    (record,) = records_of(newsroom.database, SITE, [comment])
    rounds = VaultRounds(newsroom.settings, "one")
    rounds.round(newsroom.now)
    newsroom.now += timedelta(days=180)
    assert not any(one.job == "shred" for one in rounds.round(newsroom.now))
    newsroom.now += timedelta(days=2)
    (shred,) = [one for one in rounds.round(newsroom.now) if one.job == "shred"]
    assert "purged 1 records" in shred.words
    (after,) = records_of(newsroom.database, SITE, [comment])
    assert (after.ct_net, after.ct_ident) == (None, None)
    with pytest.raises(KeyDestroyed):
        newsroom.vault.unlock().open(record.ct_net, Place(SITE, record.id, comment, Compartment.NETWORK))
    assert {"key.destroyed", "purge.run"} <= set(kinds(newsroom))
    assert newsroom.verify().findings == ()


def test_no_round_for_weeks_warns_from_fourteen_days_and_then_takes_no_comments(newsroom):
    start = newsroom.now
    VaultRounds(newsroom.settings, "one").round(start)
    warned = [day for day in range(36) if keys_of(newsroom).warning(start + timedelta(days=day))]
    assert warned == list(range(22, 36))
    assert newsroom.service.custody.can_seal(start + timedelta(days=41))
    newsroom.now = start + timedelta(days=42)
    assert not newsroom.service.custody.can_seal(newsroom.now)
    with pytest.raises(NoEpochKey):
        newsroom.send(1)


def test_each_law_has_keys_of_its_own_and_is_warned_of(newsroom):
    rounds = VaultRounds(newsroom.settings, "one")
    rounds.round(newsroom.now)
    add_site(newsroom.database, "gazeta", "Gazeta", newsroom.now, region="PL")
    assert keys_of(newsroom).days_left(newsroom.now) == 0
    assert not keys_of(newsroom).can_seal(newsroom.now)
    (told,) = rounds.round(newsroom.now)
    assert told.job == "mint"
    assert keys_of(newsroom).days_left(newsroom.now) == 35
    ends = {row.id: row.destroy_after - row.not_after for row in read_epoch_rows(newsroom.database)}
    today = newsroom.now.date().isoformat()
    assert (ends[f"{today}.network.IN"].days, ends[f"{today}.network.EU"].days) == (180, 90)


def test_job_whose_lease_another_process_has_is_left_to_it(newsroom):
    now = newsroom.now + timedelta(days=1)
    assert take_lease(newsroom.database, "vault-mint", "other", now, timedelta(minutes=30))
    rounds = VaultRounds(newsroom.settings, "one")
    assert rounds.round(now) == []
    assert [one.job for one in rounds.round(now + timedelta(hours=1))] == ["mint"]


def test_crash_between_vault_and_database_is_made_good_in_the_next_round(newsroom):
    newsroom.send(1)
    later = newsroom.now + timedelta(days=182)
    newsroom.vault.shred(later)
    (told,) = [one for one in VaultRounds(newsroom.settings, "one").round(later) if one.job == "shred"]
    assert "purged 1 records" in told.words
    assert work.unpurged(newsroom.settings) == ()
    assert "key.destroyed" in kinds(newsroom)


def test_clock_behind_the_vault_does_nothing_and_says_so(newsroom):
    rounds = VaultRounds(newsroom.settings, "one")
    rounds.round(newsroom.now + timedelta(days=1))
    before = (newsroom.settings.vault_dir / "vault.json").read_bytes()
    told = rounds.round(newsroom.now - timedelta(days=40))
    assert [(one.job, one.failed) for one in told] == [("mint", True)]
    assert "ClockWentBack" in told[0].words
    assert (newsroom.settings.vault_dir / "vault.json").read_bytes() == before


def test_held_record_is_carried_over_without_a_hand_and_its_day_dies(newsroom):
    office = Office(newsroom)
    held, other = newsroom.send(2)
    made = office.enter(held, authority=office.authority())
    place_hold(newsroom.database, SITE, made, [held], "i", newsroom.now, hold_id="h", until=None, rng=os.urandom)
    newsroom.now += timedelta(days=182)
    (told,) = [one for one in VaultRounds(newsroom.settings, "one").round(newsroom.now) if one.job == "shred"]
    assert "carried over 1" in told.words
    kept, gone = records_of(newsroom.database, SITE, [held]), records_of(newsroom.database, SITE, [other])
    assert newsroom.vault.unlock().open(kept[0].ct_net, Place(SITE, kept[0].id, held, Compartment.NETWORK))
    assert gone[0].ct_net is None


def test_vault_with_custodians_is_minted_and_shredded_alone_and_asks_for_its_rotation(newsroom):
    from moderation.evidence.seal import Suite, new_pair
    from moderation.evidence.vault import Vault

    folder = newsroom.settings.vault_dir
    folder.rename(folder.with_name("solo"))
    people = {name: new_pair(Suite.X25519_CHACHA20)[1] for name in "abc"}
    Vault(folder, rng=os.urandom).init(newsroom.now, custodians=people, needed=2)
    with newsroom.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM epoch_key"))
    rounds = VaultRounds(newsroom.settings, "one")
    assert [(one.job, one.failed) for one in rounds.round(newsroom.now)] == [("mint", False)]
    told = rounds.round(newsroom.now + ROTATE_AFTER)
    assert [(one.job, one.failed) for one in told] == [("mint", False), ("rotate", True)]
    assert "needs 2 custodians" in told[1].words
    assert any(one.job == "shred" and not one.failed for one in rounds.round(newsroom.now + timedelta(days=182)))


def test_process_of_its_own_minds_the_calendar_until_it_is_told_to_stop(tmp_path):
    from tests.factories import make_settings, prepare

    settings = make_settings(tmp_path)
    prepare(settings)
    env = {**os.environ, "MODERATION_DATA_DIR": str(settings.data_dir), "MODERATION_VAULT_DIR": str(settings.vault_dir)}
    env |= {"MODERATION_SECRETS_DIR": str(settings.secrets_dir), "MODERATION_DATABASE_URL": ""}
    command = [sys.executable, "-m", "moderation", "vault", "run"]
    (settings.secrets_dir / "vault.pub").unlink(missing_ok=True)
    with subprocess.Popen([*command, "--every", "1"], env=env, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not (settings.secrets_dir / "vault.pub").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, process.stderr.read()
    assert (settings.secrets_dir / "vault.pub").exists()
    done = subprocess.run([*command, "--once"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
