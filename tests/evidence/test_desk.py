"""A request from the letter to the package, on both databases: tests 6, 8, 9 and 12 of the design."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import text

from moderation.errors import Conflict, ModerationError, NotFound
from moderation.evidence.application_key import ApplicationKey
from moderation.evidence.note import policy_text
from moderation.evidence.profile import RequestType
from moderation.evidence.record import read_leaf
from moderation.evidence.request import (
    Authority,
    AuthorityKind,
    FourEyes,
    NotThisWay,
    Rejection,
    RequestRefused,
    State,
    Target,
    scope_hash,
)
from moderation.evidence.seal import Compartment, KeyDestroyed, Place
from moderation.evidence.sender import SenderField
from moderation.legal_desk import LegalDesk
from moderation.producing import Producer
from moderation.storage.ids import new_id
from moderation.storage.legal import LegalBook
from moderation.storage.legal_rows import Draft
from moderation.storage.log import log_rows
from moderation.storage.senders import keep_carried, place_hold, purge, records_of, release_hold, uncarried
from tests.evidence.newsroom import SITE, Newsroom

FIELDS = (SenderField.IP, SenderField.PORT, SenderField.AT)
ELEMENTS = frozenset({"written_order", "officer_name", "case_number", "section", "items_named"})


class Office:
    """The people around a newsroom."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.room = newsroom
        key = ApplicationKey.load(newsroom.settings.secrets_dir, rng=os.urandom)
        self.book = LegalBook(newsroom.database, key, new_id=new_id, rng=os.urandom)
        self.desk = LegalDesk(self.book, lambda: newsroom.now)

    def authority(self, *, verified: bool = True, country: str = "IN") -> str:
        made = Authority(
            "", country, AuthorityKind.POLICE, "Cyber Crime Police Station", "+91 80 2294 3381", "state police website"
        )
        found = self.book.add_authority(SITE, made, "clerk", self.room.now)
        if verified:
            self.book.verify_authority(SITE, found, "clerk", self.room.now)
        return found

    def enter(self, *comments: str, authority: str | None = None, content: bool = False, **changes: object) -> str:
        draft = {
            "site_id": SITE,
            "type": RequestType.INFORMATION_ORDER,
            "basis_id": "IN-BNSS-94",
            "received_at": self.room.now,
            "entered_by": "intake",
            "authority_id": authority,
            "officer": "Inspector N. Gowda",
            "officer_rank": "inspector",
            "elements": ELEMENTS,
            "purpose": "investigation of a threat",
            "reference": "Cr. 114/2026",
            "necessity": "only this comment is named",
            "order": b"%PDF-1.7 the order",
            "targets": tuple(Target(one, FIELDS, content=content) for one in comments),
            **changes,
        }
        return self.book.enter(Draft(**draft), self.room.now)

    def approved(self, *comments: str, content: bool = False) -> str:
        made = self.enter(*comments, authority=self.authority(), content=content)
        filed = self.desk.submit(SITE, made, "intake")
        self.desk.approve(SITE, made, "boss", seen_scope=scope_hash(filed.request))
        return made

    def producer(self, opener=None, book=None) -> Producer:
        return Producer(
            book or self.book,
            self.room.signer,
            opener or self.room.vault.unlock(),
            needed=1,
            actor="boss",
            contact="http://localhost/log/policy",
            clock=lambda: self.room.now,
        )

    def verify(self, folder, *more: str) -> tuple[int, str]:
        policy = self.room.folder / "policy.txt"
        policy.write_text(policy_text(self.room.signer.key))
        command = [sys.executable, "-I", "-S", "data/verify/verify.py", ".", "--policy", str(policy), *more]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


class Spy:
    def __init__(self, inner) -> None:
        self.inner, self.calls = inner, 0

    def open(self, sealed, place):
        self.calls += 1
        return self.inner.open(sealed, place)


@pytest.fixture
def office(newsroom):
    return Office(newsroom)


def kinds(room) -> list[str]:
    return [read_leaf(row.body)["t"] for row in log_rows(room.database) if row.body]


def test_08_minimised_proof_verifies_offline(office, tmp_path):
    ids = office.room.send(8)
    known = office.room.sign()
    (tmp_path / "known.txt").write_text(known)
    made = office.approved(ids[2], content=True)
    folder = tmp_path / "bag"
    production = office.producer().produce(SITE, made, folder)
    code, out = office.verify(folder, "--known-checkpoint", str(tmp_path / "known.txt"))
    assert (code, out.splitlines()[-1]) == (0, "all good")
    assert "1 records are in the log" in out
    assert "1 texts are in the log" in out
    whole = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"203.0.113.3" in whole
    for word in (b"SecretBrowser", b"Asha", b"reader2@", b"mail.example", b"203.0.113.2", b"203.0.113.4"):
        assert word not in whole
    assert production.fields == ["at", "ip", "port"]
    assert office.room.verify().exit_code == 0
    records = folder / "data/records.json"
    records.write_bytes(records.read_bytes().replace(b"203.0.113.3", b"203.0.113.8"))
    assert office.verify(folder) == (1, office.verify(folder)[1])
    assert "FAIL data/records.json" in office.verify(folder)[1]


def test_09_audit_before_reveal_fail_closed(office, tmp_path):
    ids = office.room.send(4)
    made = office.approved(ids[1], ids[2])
    spy = Spy(office.room.vault.unlock())
    with office.room.database.engine.begin() as connection:
        if office.room.database.is_sqlite:
            lock = "CREATE TRIGGER full BEFORE INSERT ON log_entry BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        else:
            lock = "ALTER TABLE log_entry ADD CONSTRAINT full_disk CHECK (idx < 0) NOT VALID"
        connection.execute(text(lock))
    with pytest.raises(ModerationError, match="log cannot be written"):
        office.producer(spy).produce(SITE, made, tmp_path / "bag")
    assert spy.calls == 0
    assert not (tmp_path / "bag").exists()
    with office.room.database.engine.begin() as connection:
        sqlite = office.room.database.is_sqlite
        connection.execute(text("DROP TRIGGER full" if sqlite else "ALTER TABLE log_entry DROP CONSTRAINT full_disk"))
    production = office.producer(spy).produce(SITE, made, tmp_path / "bag")
    assert spy.calls == 2
    lookups = office.book.lookups(made)
    assert len(lookups) == 2
    noted = office.book.productions(made)[0]
    assert production.id == noted.id
    assert all(look.leaf_idx < noted.leaf_idx for look in lookups)


def test_12_register_and_report(office):
    (cid,) = office.room.send(1)
    sound = office.authority()
    cases = [
        ({"basis_id": "IN-ITA-66A"}, sound, Rejection.PROVISION_VOID, State.REJECTED),
        ({"officer_rank": "constable"}, sound, Rejection.OFFICER_RANK_INSUFFICIENT, State.NEEDS_INFO),
        ({}, office.authority(verified=False), Rejection.REQUESTER_NOT_VERIFIED, State.NEEDS_INFO),
        ({"targets": ()}, sound, Rejection.TARGET_NOT_IDENTIFIED, State.NEEDS_INFO),
        ({"order_expires": office.room.now}, sound, Rejection.OUT_OF_TIME, State.REJECTED),
    ]
    for changes, authority, reason, state in cases:
        made = office.enter(cid, authority=authority, **changes)
        with pytest.raises(RequestRefused) as caught:
            office.desk.submit(SITE, made, "intake")
        assert [found for found, _ in caught.value.reasons] == [reason]
        filed = office.book.find(SITE, made)
        assert (filed.request.state, filed.rejection) == (state, (str(reason),))
    lines = [read_leaf(row.body) for row in log_rows(office.room.database) if b"request.state" in row.body]
    counted = [line["d"]["why"][0] for line in lines if line["d"]["to"] in {"rejected", "needs_info"}]
    assert sorted(counted) == sorted(str(case[2]) for case in cases)
    assert kinds(office.room).count("request.received") == len(cases)


def test_06_hold_survives_neighbours_do_not(office, tmp_path):
    room = office.room
    ids = room.send(40)
    made = office.enter(ids[0], authority=office.authority())
    placed = place_hold(
        room.database, SITE, made, [ids[0]], "intake", room.now, hold_id=new_id(), until=None, rng=os.urandom
    )
    assert placed == 1
    later = room.now + timedelta(days=182)
    held = {name for one in uncarried(room.database) for name in one.epochs}
    report = room.vault.shred(later, held=held)
    assert set(report.refused) == held
    opened = room.vault.unlock()
    for part in Compartment:
        room.vault.add_hold_key(made, part)
    opened = room.vault.unlock()
    for one in uncarried(room.database):
        record = one.record
        sealed = [
            opened.reseal(ct, Place(SITE, record.id, record.comment_id, part), f"hold:{made}.{part}")
            for part, ct in ((Compartment.NETWORK, record.ct_net), (Compartment.IDENTITY, record.ct_ident))
        ]
        keep_carried(room.database, one, *sealed, room.now, rng=os.urandom)
    assert uncarried(room.database) == []
    report = room.vault.shred(later)
    assert held <= set(report.destroyed)
    room.vault.rotate(later)
    assert purge(room.database, report.destroyed, later, new_id=new_id, rng=os.urandom) == 40
    filed = office.desk.submit(SITE, made, "intake")
    office.desk.approve(SITE, made, "boss", seen_scope=scope_hash(filed.request))
    office.producer().produce(SITE, made, tmp_path / "bag")
    assert b"203.0.113.1" in (tmp_path / "bag/data/records.json").read_bytes()
    assert office.verify(tmp_path / "bag")[0] == 0
    for record in records_of(room.database, SITE, ids[1:]):
        assert (record.ct_net, record.ct_ident) == (None, None)
    assert room.verify().exit_code == 0
    release_hold(room.database, SITE, made, "intake", later, rng=os.urandom)
    room.vault.drop_hold_keys(made, later)
    (gone,) = records_of(room.database, SITE, [ids[0]])
    assert gone.ct_net is None
    with pytest.raises(KeyDestroyed):
        room.vault.unlock().raw_key(f"hold:{made}.network")


def test_five_guards_before_the_vault(office, tmp_path):
    ids = office.room.send(3)
    made = office.enter(ids[0], authority=office.authority())
    filed = office.desk.submit(SITE, made, "intake")
    scope = scope_hash(filed.request)
    with pytest.raises(FourEyes, match="entered"):
        office.desk.approve(SITE, made, "intake", seen_scope=scope)
    with pytest.raises(FourEyes, match="verified"):
        office.desk.approve(SITE, made, "clerk", seen_scope=scope)
    with pytest.raises(NotThisWay):
        office.producer().produce(SITE, made, tmp_path / "bag")
    office.desk.approve(SITE, made, "boss", seen_scope=scope)
    office.book.set_scope(SITE, made, [Target(ids[0], FIELDS), Target(ids[1], FIELDS)], "intake", office.room.now)
    assert office.book.find(SITE, made).request.state is State.ASSESSMENT
    with pytest.raises(NotThisWay, match="scope was changed"):
        office.desk.approve(SITE, made, "boss", seen_scope=scope)
    with pytest.raises(NotThisWay):
        office.producer().produce(SITE, made, tmp_path / "bag")
    assert office.book.lookups(made) == []


def test_request_of_another_site_does_not_exist(office):
    (cid,) = office.room.send(1)
    made = office.enter(cid, authority=office.authority())
    for act in (
        lambda: office.book.find("herald", made),
        lambda: office.desk.submit("herald", made, "intake"),
        lambda: office.book.move("herald", made, State.WITHDRAWN, "x", office.room.now),
        lambda: office.book.enter(
            Draft(
                "herald",
                RequestType.INFORMATION_ORDER,
                "IN-BNSS-94",
                office.room.now,
                "i",
                targets=(Target(cid, FIELDS),),
            ),
            office.room.now,
        ),
    ):
        with pytest.raises(NotFound):
            act()


def test_names_purposes_and_order_lie_only_sealed(office):
    (cid,) = office.room.send(1)
    made = office.enter(cid, authority=office.authority())
    filed = office.book.find(SITE, made)
    assert (filed.officer, filed.reference, filed.purpose) == (
        "Inspector N. Gowda",
        "Cr. 114/2026",
        "investigation of a threat",
    )
    with office.room.database.engine.begin() as connection:
        row = connection.execute(text("SELECT * FROM legal_request")).one()
    stored = b"|".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
    for word in (b"Gowda", b"114/2026", b"threat", b"the order"):
        assert word not in stored
    assert [rule for rule, _ in filed.due] == ["IN-ASSIST-72"]
    assert filed.due[0][1] == filed.request.received_at + timedelta(hours=72)


def test_authority_without_an_independent_number_cannot_be_verified(office):
    made = office.book.add_authority(SITE, Authority("", "IN", AuthorityKind.POLICE, "x"), "clerk", office.room.now)
    with pytest.raises(Conflict, match="call-back number"):
        office.book.verify_authority(SITE, made, "clerk", office.room.now)
