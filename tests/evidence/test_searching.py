"""Which comments came from this address: only under an approved request for it, noted before and after, on both databases."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from moderation.evidence.canonical import b64
from moderation.evidence.record import read_leaf
from moderation.evidence.request import (
    AddressTarget,
    ApprovalMissing,
    NotThisWay,
    Rejection,
    RequestRefused,
    scope_hash,
)
from moderation.evidence.seal import Compartment
from moderation.evidence.search import needle_of
from moderation.evidence.tags import NotAnAddress
from moderation.searching import Searcher, comments_of
from moderation.storage.legal import LogUnwritable
from moderation.storage.log import log_rows
from moderation.storage.senders import keep_carried, networks_between, place_hold, uncarried
from tests.evidence.newsroom import SITE, address
from tests.evidence.test_desk import Office


class Desk(Office):
    """The office with a look through all records."""

    unlocked = 0

    def target(self, number: int, **window) -> AddressTarget:
        base = AddressTarget(address(number), b64(os.urandom(16)), self.room.now - timedelta(days=1), self.room.now)
        return replace(base, until=self.room.now + timedelta(days=1), **window)

    def asked(self, *numbers: int, **window) -> str:
        targets = tuple(self.target(number, **window) for number in numbers)
        return self.enter(authority=self.authority(), addresses=targets)

    def say_yes(self, request: str) -> str:
        filed = self.desk.submit(SITE, request, "intake")
        self.desk.approve(SITE, request, "boss", seen_scope=scope_hash(filed.request))
        return request

    def keys(self):
        self.unlocked += 1
        return self.room.vault.unlock().raw_keys(Compartment.NETWORK)

    def searcher(self) -> Searcher:
        return Searcher(self.book, self.keys, needed=1, actor="boss", clock=lambda: self.room.now, workers=2)


@pytest.fixture
def desk(newsroom) -> Desk:
    return Desk(newsroom)


def lines(desk: Desk, kind: bytes) -> list[tuple[int, dict]]:
    return [
        (row.idx, read_leaf(row.body)["d"]) for row in log_rows(desk.room.database) if row.body and kind in row.body
    ]


def test_search_finds_the_comments_of_an_address_and_notes_it_before_and_after(desk):
    ids = desk.room.send(20)
    again = desk.room.send(1, first=7)
    request = desk.say_yes(desk.asked(7))
    seen = []
    ((target, found),) = desk.searcher().search(SITE, request, lambda done, total: seen.append((done, total)))
    assert comments_of([found]) == [ids[7], *again]
    assert (found.opened, found.closed, found.damaged, seen[-1]) == (21, 0, (), (21, 21))
    ((before, looked),) = lines(desk, b"lookup.opened")
    ((after, made),) = lines(desk, b"search.made")
    assert before < after
    assert (looked["req"], looked["fields"], looked["rid"]) == (request, ["ip"], f"address:{target.digest()[:32]}")
    assert (made["found"], made["opened"], made["by"]) == (2, 21, "boss")
    assert desk.room.verify().exit_code in {0, 2}


def test_neither_register_nor_log_holds_the_address(desk):
    desk.room.send(1, first=9)
    desk.searcher().search(SITE, desk.say_yes(desk.asked(9)))
    with desk.room.database.engine.connect() as connection:
        for table in ("request_address", "request_scope", "lookup_log", "log_entry", "request_event", "approval"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                shown = b" ".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row)
                assert address(9).encode() not in shown


def test_unapproved_changed_or_expired_requests_search_nothing(desk):
    comment = desk.room.send(1)[0]
    waiting = desk.asked(0)
    with pytest.raises(NotThisWay):
        desk.searcher().search(SITE, waiting)
    approved = desk.say_yes(desk.asked(0))
    desk.room.now += timedelta(hours=73)
    with pytest.raises(ApprovalMissing):
        desk.searcher().search(SITE, approved)
    with pytest.raises(RequestRefused) as refusal:
        desk.searcher().search(SITE, desk.approved(comment))
    assert refusal.value.reasons[0][0] is Rejection.TARGET_NOT_IDENTIFIED
    assert desk.unlocked == 0
    assert lines(desk, b"search.made") == []


def test_approval_is_for_this_address_and_window(desk):
    desk.room.send(1)
    one, other = (desk.book.find(SITE, desk.asked(number)).request for number in (0, 1))
    same = replace(other, id=one.id)
    assert scope_hash(one) != scope_hash(same)
    wider = replace(one, addresses=(replace(one.addresses[0], until=one.addresses[0].until + timedelta(days=1)),))
    assert scope_hash(one) != scope_hash(wider)


def test_search_of_more_than_a_year_or_of_no_time_is_overbroad(desk):
    for window in ({"since": desk.room.now - timedelta(days=400)}, {"since": desk.room.now + timedelta(days=2)}):
        with pytest.raises(RequestRefused) as refusal:
            desk.desk.submit(SITE, desk.asked(0, **window), "intake")
        assert [reason for reason, _ in refusal.value.reasons] == [Rejection.OVERBROAD]


def test_nothing_is_searched_when_the_log_cannot_be_written(desk):
    desk.room.send(3)
    request = desk.say_yes(desk.asked(0))
    with desk.room.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE lookup_log RENAME TO lookup_gone"))
    with pytest.raises(LogUnwritable):
        desk.searcher().search(SITE, request)
    assert desk.unlocked == 0


def test_moved_record_is_named_and_hides_no_other(desk):
    ids = desk.room.send(3, first=4)
    with desk.room.database.engine.begin() as connection:
        rows = connection.execute(text("SELECT id, ct_net FROM sender_record ORDER BY leaf_idx")).all()
    desk.room.tamper("UPDATE sender_record SET ct_net = :ct WHERE id = :id", ct=rows[1][1], id=rows[0][0])
    ((_, found),) = desk.searcher().search(SITE, desk.say_yes(desk.asked(5)))
    assert (comments_of([found]), found.damaged, found.opened) == ([ids[1]], (rows[0][0],), 2)


def test_search_reads_held_records_with_their_own_key_and_pages_of_one_moment(desk):
    ids = desk.room.send(9)
    request = desk.approved(ids[3])
    now, room = desk.room.now, desk.room
    place_hold(room.database, SITE, request, [ids[3]], "i", now, hold_id="h1", until=None, rng=os.urandom)
    (hold,) = uncarried(room.database)
    for part in Compartment:
        room.vault.add_hold_key(request, part)
    opened = room.vault.unlock()
    net, ident = (
        opened.reseal(ct, place, f"hold:{request}.{place.compartment}") for ct, place in held_places(hold.record)
    )
    keep_carried(room.database, hold, net, ident, now, rng=os.urandom)
    chunks = list(networks_between(room.database, SITE, now, now + timedelta(seconds=1), chunk=2))
    records = [record for chunk in chunks for record in chunk]
    assert len(records) == len({record[1] for record in records}) == 9
    (held,) = [ct for _, _, comment, ct in records if comment == ids[3]]
    assert bytes(held) == net


def held_places(record):
    from moderation.evidence.seal import Place

    for ct, part in ((record.ct_net, Compartment.NETWORK), (record.ct_ident, Compartment.IDENTITY)):
        yield ct, Place(record.site_id, record.id, record.comment_id, part)


@pytest.mark.parametrize("bad", ["", "203.0.113", "203.0.113.7:80", "example.org", "::g"])
def test_what_is_no_address_is_refused_by_name(bad):
    with pytest.raises(NotAnAddress):
        needle_of(bad)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("::ffff:203.0.113.7", "203.0.113.7"), ("2001:DB8:0::1", "2001:db8::1"), ("fe80::1%eth0", "fe80::1")],
)
def test_an_address_is_searched_as_it_is_kept(given, kept):
    assert needle_of(given) == f'"ip","{kept}"]'.encode()
