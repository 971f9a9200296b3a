"""What goes wrong at the desk: each gives a named error, opens nothing, loses nothing, and works again once it is mended.

On both databases. Shares are in `test_custodians.py`, packages in `test_package.py`, the read-only log in `test_desk.py`.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from moderation.errors import ModerationError
from moderation.evidence.bag import PackageUnwritten
from moderation.evidence.request import ApprovalMissing, ClockSteppedBack
from moderation.evidence.seal import BadEnvelope, Compartment, WillNotOpen
from moderation.evidence.signer import HeadLost, RefusesToSign
from moderation.evidence.vault import ClockWentBack
from moderation.storage.checkpoints import make_checkpoint
from moderation.storage.legal import LogUnwritable
from moderation.storage.received import NotWritten
from moderation.storage.senders import records_of
from tests.evidence.newsroom import SITE
from tests.evidence.test_desk import Office, Spy


@pytest.fixture
def office(newsroom) -> Office:
    return Office(newsroom)


def rows(office: Office, table: str) -> int:
    with office.room.database.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def refused(office: Office, request: str, folder: Path, error: type[ModerationError], words: str | None = None) -> None:
    """The production fails by name; nothing was opened, nothing lies about, the request stands as before."""
    before = office.book.find(SITE, request)
    spy = Spy(office.room.vault.unlock())
    with pytest.raises(error, match=words):
        office.producer(spy).produce(SITE, request, folder)
    assert spy.calls == 0
    left_behind(office, request, folder, before)


def left_behind(office: Office, request: str, folder: Path, before) -> None:
    assert [
        path.name for path in folder.parent.iterdir() if path.name.startswith((folder.name, f".{folder.name}"))
    ] == []
    after = office.book.find(SITE, request)
    assert (after.request, after.events) == (before.request, before.events)
    assert office.book.productions(request) == []


def works(office: Office, request: str, folder: Path) -> None:
    """Once it is mended, the same request is answered."""
    office.producer().produce(SITE, request, folder)
    assert office.verify(folder)[0] == 0
    assert office.room.verify().findings == ()


@pytest.mark.parametrize("spoil", ["key", "version", "short", "comment"])
def test_record_with_a_wrong_key_id_damaged_or_moved_stops_the_run_and_opens_when_restored(office, tmp_path, spoil):
    ids = office.room.send(2)
    made = office.approved(ids[0])
    mine, other = (records_of(office.room.database, SITE, [one])[0] for one in ids)
    day = f"{office.room.now:%Y-%m-%d}".encode()
    wrong = {
        "key": mine.ct_net.replace(day, b"2031-01-01"),
        "version": b"\x09" + mine.ct_net[1:],
        "short": mine.ct_net[:9],
        "comment": other.ct_net,
    }[spoil]
    office.room.tamper("UPDATE sender_record SET ct_net = :ct WHERE id = :id", ct=wrong, id=mine.id)
    before = office.book.find(SITE, made)
    named = {
        "key": "2031-01-01.network.IN` is not in this vault",
        "version": "",
        "short": "",
        "comment": "does not open",
    }
    with pytest.raises((WillNotOpen, BadEnvelope), match=named[spoil]):
        office.producer().produce(SITE, made, tmp_path / "bag")
    left_behind(office, made, tmp_path / "bag", before)
    office.room.tamper("UPDATE sender_record SET ct_net = :ct WHERE id = :id", ct=mine.ct_net, id=mine.id)
    works(office, made, tmp_path / "bag")


def test_expired_approval_opens_nothing_and_a_new_one_does(office, tmp_path):
    made = office.approved(*office.room.send(1))
    scope = office.book.approvals(made)[0].scope_hash
    office.room.now += timedelta(hours=72)
    refused(office, made, tmp_path / "bag", ApprovalMissing, "72 hours")
    office.desk.approve(SITE, made, "boss", seen_scope=scope)
    works(office, made, tmp_path / "bag")


def test_clock_that_stepped_back_opens_shreds_and_mints_nothing(office, tmp_path):
    made = office.approved(*office.room.send(1))
    now, vault = office.room.now, (office.room.settings.vault_dir / "vault.json").read_bytes()
    office.room.now -= timedelta(days=400)
    refused(office, made, tmp_path / "bag", ClockSteppedBack)
    with pytest.raises(ClockWentBack):
        office.room.vault.shred(office.room.now)
    with pytest.raises(ClockWentBack):
        office.room.vault.mint(office.room.now, profile="IN", keep=timedelta(days=180))
    assert (office.room.settings.vault_dir / "vault.json").read_bytes() == vault
    office.room.now = now
    works(office, made, tmp_path / "bag")


def test_half_written_checkpoint_is_named_and_packages_rest_on_a_whole_one(office, tmp_path):
    office.room.send(3)
    note = office.room.sign()
    made = office.approved(*office.room.send(1))
    office.room.tamper("UPDATE log_checkpoint SET note = :half", half=note[: len(note) // 2])
    report = office.room.verify()
    assert report.exit_code == 1
    assert any("checkpoint" in finding.words for finding in report.findings)
    office.producer().produce(SITE, made, tmp_path / "bag")
    assert office.verify(tmp_path / "bag")[0] == 0


def test_half_written_memory_of_the_signer_signs_nothing_and_opens_no_package(office, tmp_path):
    office.room.send(3)
    office.room.sign()
    made = office.approved(*office.room.send(1))
    head = office.room.settings.secrets_dir / "log" / "log-head.json"
    whole = head.read_bytes()
    head.write_bytes(whole[: len(whole) // 2])
    checkpoints = rows(office, "log_checkpoint")
    before = office.book.find(SITE, made)
    for act in (
        lambda: make_checkpoint(office.room.database, office.room.signer, office.room.now),
        lambda: office.producer().produce(SITE, made, tmp_path / "bag"),
    ):
        with pytest.raises(HeadLost):
            act()
    assert rows(office, "log_checkpoint") == checkpoints
    left_behind(office, made, tmp_path / "bag", before)
    head.write_bytes(whole)
    works(office, made, tmp_path / "bag")


def test_database_rolled_back_below_what_was_signed_is_refused_by_the_signer(office):
    office.room.send(3)
    office.room.sign()
    size = rows(office, "log_entry")
    office.room.tamper(
        "DELETE FROM log_checkpoint",
        "DELETE FROM sender_record WHERE leaf_idx > 4",
        "DELETE FROM log_entry WHERE idx > 4",
        "UPDATE log_head SET size = 5",
        "DELETE FROM log_frontier",
    )
    with pytest.raises(RefusesToSign, match=f"has 5 lines, but {size} were signed"):
        make_checkpoint(office.room.database, office.room.signer, office.room.now)
    assert rows(office, "log_checkpoint") == 0


@contextmanager
def full_database(office: Office) -> Iterator[None]:
    """SQLite: no page more than there is, the engine's own `database or disk is full`. PostgreSQL: its own error for it."""
    engine = office.room.database.engine
    if office.room.database.is_sqlite:
        held = [engine.connect() for _ in range(4)]
        for one in held:  # every connection of the pool: the limit is each connection's own
            pages = one.exec_driver_sql("PRAGMA page_count").scalar_one()
            free = one.exec_driver_sql("PRAGMA freelist_count").scalar_one()
            assert free < 50
            one.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for one in held:
            one.close()
        yield
        engine.dispose()
        return
    raising = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE SQLSTATE '53100'; END $$"
    with engine.begin() as connection:
        connection.execute(text(raising))
        connection.execute(text("CREATE TRIGGER full_disk BEFORE INSERT ON log_entry EXECUTE FUNCTION full_disk()"))
    yield
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER full_disk ON log_entry"))
        connection.execute(text("DROP FUNCTION full_disk"))


def test_full_disk_refuses_comments_and_openings_by_name_and_loses_none(office, tmp_path):
    ids = office.room.send(1)
    made = office.approved(*ids)
    before = rows(office, "comment"), rows(office, "sender_record"), rows(office, "log_entry")
    with full_database(office):
        fill(office)
        refused(office, made, tmp_path / "bag", LogUnwritable)
        written = [outcome for outcome in send_until_full(office) if isinstance(outcome, ModerationError)]
        assert {type(one) for one in written} == {NotWritten}
    lost = rows(office, "comment") - before[0], rows(office, "sender_record") - before[1]
    assert lost[0] == lost[1]
    assert office.room.verify().exit_code in {0, 2}
    works(office, made, tmp_path / "bag")


def fill(office: Office) -> None:
    """Use what is left in half-empty pages, so that the next line really needs a page more."""
    for outcome in send_until_full(office):
        if isinstance(outcome, ModerationError):
            return


def send_until_full(office: Office, most: int = 400) -> list[object]:
    from moderation.ports import Arrival
    from moderation.vocabulary import Article, Author, Comment, Door, Sender

    done: list[object] = []
    for number in range(most):
        comment = Comment(
            text=f"A long and fair report {number}. " + "words " * 300, door=Door.API, article=Article("a-1"),
            author=Author("Asha", f"r{number}@mail.example"), sender=Sender(ip="203.0.113.9", port=1, transport="tcp"),
        )  # fmt: skip
        done += office.room.pipeline.receive([Arrival(SITE, comment)])
        if isinstance(done[-1], ModerationError):
            return done
    raise AssertionError("the disk never became full")


def test_disk_that_fills_while_the_package_is_written_leaves_none_and_the_next_run_answers(office, tmp_path):
    made = office.approved(*office.room.send(1))
    before = office.book.find(SITE, made)
    with small_files(4096), pytest.raises(PackageUnwritten):
        office.producer().produce(SITE, made, tmp_path / "bag")
    left_behind(office, made, tmp_path / "bag", before)
    works(office, made, tmp_path / "bag")


@contextmanager
def small_files(limit: int) -> Iterator[None]:
    """The kernel refuses every file larger than `limit`, as it refuses those for which there is no room."""
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept: Callable | int | None = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    patched = pytest.MonkeyPatch()
    from moderation import producing

    def write(bag, folder):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, was[1]))
        try:
            write_bag(bag, folder)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, was)

    write_bag = producing.write_bag
    patched.setattr(producing, "write_bag", write)  # the limit is for the package alone, not for the database's files
    try:
        yield
    finally:
        patched.undo()
        signal.signal(signal.SIGXFSZ, kept)


def test_damaged_package_is_named_by_the_receiver_and_made_again_the_same(office, tmp_path):
    made = office.approved(*office.room.send(1))
    office.producer().produce(SITE, made, tmp_path / "bag")
    path = tmp_path / "bag" / "data" / "openings.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    code, out = office.verify(tmp_path / "bag")
    assert code == 1
    assert "FAIL data/openings.json" in out
    tool = [sys.executable, "-c", "import hashlib,sys;print(hashlib.sha256(open(sys.argv[1],'rb').read()).hexdigest())"]
    summed = subprocess.run([*tool, str(path)], capture_output=True, text=True, check=True).stdout.strip()
    assert summed not in (tmp_path / "bag" / "manifest-sha256.txt").read_text()
    path.write_bytes(whole)
    assert office.verify(tmp_path / "bag")[0] == 0


def test_wrong_share_opens_nothing_and_leaves_the_vault_as_it_was(office):
    from moderation.evidence.seal import Suite, new_pair
    from moderation.evidence.shamir import BadShare, Share
    from moderation.evidence.vault import Vault
    from moderation.evidence.vault_open import my_share

    people = {name: new_pair(Suite.X25519_CHACHA20) for name in ("asha", "babu", "carla")}
    vault = Vault(office.room.folder / "shared", rng=os.urandom)
    vault.init(office.room.now, custodians={name: pair[1] for name, pair in people.items()}, needed=2)
    vault.mint(office.room.now, profile="IN", keep=timedelta(days=180))
    before = (vault.folder / "vault.json").read_bytes()
    one, two = (my_share(vault.state(), people[name][0])[1] for name in ("asha", "babu"))
    forged = Share.from_bytes(two.to_bytes()[:-1] + bytes([two.to_bytes()[-1] ^ 1]))
    for shares in ([one, forged], [one], [one, one], []):
        with pytest.raises(BadShare):
            vault.unlock(shares)
    assert (vault.folder / "vault.json").read_bytes() == before
    assert vault.unlock([one, two]).raw_keys(Compartment.NETWORK)
