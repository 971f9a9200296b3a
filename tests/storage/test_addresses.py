"""Addresses by keyed tags: who else wrote from there, bans, and domains that published comments had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from moderation.ports import Arrival, Outcome
from moderation.review.verdict import Ruling
from moderation.storage.addresses import busiest_address
from moderation.storage.ids import new_id
from moderation.storage.listing import ListFilter, list_rows
from moderation.storage.settle import settle_due
from moderation.storage.tables import TagBan
from moderation.vocabulary import Action, Article, Author, Comment, Door, Ground, Lane, Sender, Status
from tests.factories import World, make_world
from tests.fakes import WordScorer

LINK = "The report is at https://www.newpaper.example.in/tram/2."


@pytest.fixture
def world(tmp_path: Path, empty_url: str) -> Iterator[World]:
    made = make_world(tmp_path, empty_url, scorer=WordScorer())
    yield made
    made.close()


def arrival(words: str, name: str, *, ip: str = "203.0.113.5", **more: object) -> Arrival:
    comment = Comment(
        text=words,
        door=Door.API,
        article=Article("a-1", title="Council votes"),
        author=Author(name, f"{name.lower()}@reader.example"),
        sender=Sender(ip=ip),
        received_at=datetime.now(UTC),
    )
    return Arrival("gazette", replace(comment, **more))


def signals(world: World, outcome: object) -> dict[str, object]:
    assert isinstance(outcome, Outcome), outcome
    from moderation.policy.record import decode_input

    with world.service.database.reading() as session:
        record = session.execute(
            text("SELECT record FROM revision WHERE comment_id = :id"), {"id": outcome.id}
        ).scalar_one()
    return {signal.check: signal.value for signal in decode_input(bytes(record)).signals}


def ban(world: World, kind: str, tag: str, *, days: int = 7) -> None:
    now = datetime.now(UTC)
    row = {"site_id": "gazette", "author_id": "x", "by_user": "u", "reason": "abuse", "created_at": now}
    with world.service.database.writing() as session:
        session.add(TagBan(id=new_id(), kind=kind, tag=tag, until=now + timedelta(days=days), **row))


def test_others_at_an_address_are_counted_once_each_within_a_batch_and_after_it(world: World) -> None:
    receive = world.service.pipeline.receive
    batch = [arrival(f"Comment number {n} here.", name) for n, name in enumerate(("Asha", "Ravi", "Asha", "Tara"))]
    told = [signals(world, one).get("shared_address", 0) for one in receive(batch)]
    assert told == [0, 1, 1, 2]
    again = receive([arrival("Another thought on it.", "Ravi"), arrival("From home.", "Ravi", ip="198.51.100.7")])
    assert [signals(world, one).get("shared_address", 0) for one in again] == [2, 0]
    test_lane = receive([arrival("Only a test.", "Uma", lane=Lane.TEST)])
    assert signals(world, test_lane[0])["shared_address"] == 3
    assert signals(world, receive([arrival("Yet another.", "Zoya")])[0])["shared_address"] == 3
    with world.service.database.reading() as session:
        assert busiest_address(session, datetime.now(UTC) - timedelta(days=30)) == [("gazette", 6, 7)]


def test_a_batch_asks_once_for_its_addresses_and_not_at_all_for_domains_without_links(world: World) -> None:
    asked: list[str] = []
    event.listen(world.service.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    world.service.pipeline.receive([arrival(f"Plain words {n}.", f"Reader{n}") for n in range(40)])
    reads = [one for one in asked if one.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert sum("address_count" in one for one in reads) == 1
    assert not any("known_domain" in one for one in asked)


def test_no_address_lies_in_the_tables(world: World) -> None:
    world.service.pipeline.receive([arrival("A thought.", "Asha", ip="203.0.113.5")])
    with world.service.database.reading() as session:
        rows = str(session.execute(text("SELECT * FROM address_seen")).all())
        rows += str(session.execute(text("SELECT * FROM address_count")).all())
    assert "203.0.113" not in rows


def test_a_banned_address_or_network_holds_and_a_banned_e_mail_address_is_refused(world: World) -> None:
    custody, now = world.service.custody, datetime.now(UTC)
    own, _ = custody.ban_tags("gazette", "203.0.113.5", now)
    _, network = custody.ban_tags("gazette", "198.51.100.9", now)
    ban(world, "address", own[0])
    ban(world, "network", network[0])
    ban(world, "email", custody.email_tags("gazette", "ravi@reader.example", now)[0].hex())
    ban(world, "email", custody.email_tags("gazette", "uma@reader.example", now)[0].hex(), days=-1)
    asked = [
        arrival("A fair report.", "Asha"),
        arrival("A fair thought.", "Tara", ip="198.51.100.200"),
        arrival("A fair look at it.", "Ravi", ip="192.0.2.4"),
        arrival("A fair piece of work.", "Uma", ip="192.0.2.9"),
    ]
    done = world.service.pipeline.receive(asked)
    assert [one.status for one in done if isinstance(one, Outcome)] == [
        Status.HELD,
        Status.HELD,
        Status.REJECTED,
        Status.PUBLISHED,
    ]


def test_a_domain_is_new_until_a_comment_with_it_is_published(world: World) -> None:
    receive, database = world.service.pipeline.receive, world.service.database
    first = receive([arrival(LINK, "Asha")])[0]
    assert signals(world, first)["link_new_domain"] == 1
    assert isinstance(first, Outcome)
    assert first.status is Status.HELD
    decide(world, Action.PUBLISH)
    second = receive([arrival("Read newpaper.example.in/other again.", "Ravi")])[0]
    assert signals(world, second)["links"] == 1
    assert "link_new_domain" not in signals(world, second)
    with database.reading() as session:
        assert session.execute(text("SELECT domain FROM known_domain")).scalars().all() == ["example.in"]


def test_a_rejected_comment_takes_its_domain_away_again(world: World) -> None:
    world.service.pipeline.receive([arrival(LINK, "Asha")])
    decide(world, Action.PUBLISH)
    from moderation.storage.desk_writes import reopen

    row = list_rows(world.service.database, "gazette", ListFilter(status="all"), datetime.now(UTC), 10)[0]
    reopen(world.service.database, "gazette", row.comment_id, datetime.now(UTC))
    decide(world, Action.REJECT)
    again = world.service.pipeline.receive([arrival(LINK + " Really.", "Tara", ip="192.0.2.4")])[0]
    assert signals(world, again)["link_new_domain"] == 1


def decide(world: World, action: Action) -> None:
    database = world.service.database
    row = list_rows(database, "gazette", ListFilter(), datetime.now(UTC), 10)[0]
    ground = Ground.SPAM if action is Action.REJECT else None
    world.service.pipeline.rule(Ruling("gazette", row.case_id, 1, action, "u-1", ground=ground))
    settle_due(database, datetime.now(UTC) + timedelta(minutes=5))


def test_doctor_warns_when_one_address_sends_most_comments(world: World) -> None:
    from moderation.cli.doctor_looks import State, look_at_addresses

    world.service.pipeline.receive([arrival(f"From the office, {n}.", f"Reader{n}") for n in range(60)])
    assert look_at_addresses(world.settings).state is State.FINE  # too few to say so
    world.service.pipeline.receive([arrival(f"Again from the office, {n}.", f"Reader{n}") for n in range(60)])
    found = look_at_addresses(world.settings)
    assert found.state is State.WARNING
    assert "120 of the 120" in found.detail
    others = [arrival(f"From home, {n}.", f"Home{n}", ip=f"198.51.{n // 250}.{n % 250}") for n in range(130)]
    world.service.pipeline.receive(others)
    assert look_at_addresses(world.settings).state is State.FINE
